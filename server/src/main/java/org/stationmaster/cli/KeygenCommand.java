package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.account.AccountRefused;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.ClientKey;
import org.stationmaster.crypto.KeyMaterialException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a key pair for a logger or another client. */
@Command(name = "keygen", description = "Make a key pair in the form that a logger or client reads.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster keygen --for campbell --account pole-7 --out /media/usb",
        "  stationmaster keygen --for openssh --out collector_key --json",
        "",
        "The private half is written once, readable by you only, and kept nowhere else. Better still",
        "is a key that is made where it is used, for its private half never travels; then only the",
        "public half comes here: stationmaster account key add NAME FILE"})
final class KeygenCommand implements Callable<Integer> {
  private static final int DEFAULT_RSA_BITS = 2048;

  /** Who is to read the key. */
  enum Reader {
    CAMPBELL, OPENSSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Installation installation;

  @Option(names = "--for", paramLabel = "CLIENT", required = true,
      description = "campbell (RSA, PKCS#1: CR1000X, CR6, GRANITE) or openssh (Ed25519, OpenSSH's format).")
  private Reader reader;

  @Option(names = "--bits", paramLabel = "BITS",
      description = "Size of an RSA key: 2048 (the default), 3072 or 4096. "
          + "A larger one slows each login of a small logger.")
  private Optional<Integer> bits = Optional.empty();

  @Option(names = "--account", paramLabel = "NAME", description = "Let the key open this account.")
  private Optional<String> account = Optional.empty();

  @Option(names = "--out", paramLabel = "PATH", required = true,
      description = "File for the private half, or a folder to make it in; \".pub\" is added for the public half. "
          + "Never one that exists.")
  private Path out;

  @Mixin
  private Output output;

  KeygenCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    String name = account.orElse(reader == Reader.CAMPBELL ? "campbell_key" : "openssh_key");
    Path file = (Files.isDirectory(out) ? out.resolve(name) : out).toAbsolutePath().normalize();
    Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
    refuseWhatCannotBe(file, publicFile);
    if (account.isEmpty()) {
      generate(file, publicFile, Optional.empty());
      return ExitCode.SUCCESS;
    }
    return AccountDatabase.use(installation, accounts -> {
      AccountDatabase.existing(accounts, account.get());
      generate(file, publicFile, Optional.of(accounts));
    });
  }

  /** Before the time is spent, and before anything is changed. */
  private void refuseWhatCannotBe(Path file, Path publicFile) throws CommandFailed {
    if (bits.isPresent() && (reader != Reader.CAMPBELL || !List.of(2048, 3072, 4096).contains(bits.get()))) {
      throw AccountOptions.refused(reader == Reader.CAMPBELL
          ? "--bits: " + bits.get() + " is none of 2048, 3072, 4096"
          : "--bits: an Ed25519 key has only one size; leave it out");
    }
    if (!Files.isDirectory(file.getParent())) {
      throw AccountOptions.refused("--out: there is no folder " + file.getParent() + "; create it first");
    }
    for (Path each : List.of(file, publicFile)) {
      if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
        throw exists(each.toString());
      }
    }
  }

  private static CommandFailed exists(String file) {
    return new CommandFailed(ExitCode.FAILED, file + " exists already, and a key is never replaced; "
        + "choose another --out");
  }

  private void generate(Path file, Path publicFile, Optional<Accounts> accounts) throws CommandFailed, IOException {
    ClientKey key = made();
    try {
      key.write(file, publicFile);
    } catch (FileAlreadyExistsException e) {
      throw exists(e.getFile());
    }
    if (accounts.isPresent()) {
      install(key, publicFile, accounts.get(), account.orElseThrow());
    }
    output.print(installation, json(key, file, publicFile), text -> print(text, key, file, publicFile));
  }

  private ClientKey made() throws CommandFailed {
    String comment = account.orElse("stationmaster");
    try {
      return reader == Reader.CAMPBELL ? ClientKey.forCampbell(bits.orElse(DEFAULT_RSA_BITS), comment)
          : ClientKey.forOpenSsh(comment);
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  private void install(ClientKey key, Path publicFile, Accounts accounts, String name) throws CommandFailed {
    try {
      accounts.addKey(name, key.publicLine(), AccountDatabase.operator(installation));
    } catch (AccountStoreException | AccountRefused e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage() + " The key pair is written; let it open the account "
          + "with: stationmaster account key add " + name + " " + publicFile);
    }
  }

  private Map<String, Object> json(ClientKey key, Path file, Path publicFile) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("for", reader.toString());
    json.put("type", key.type());
    json.put("bits", key.bits());
    json.put("fingerprint", key.fingerprint().sha256());
    json.put("private_key_file", file.toString());
    json.put("public_key_file", publicFile.toString());
    json.put("account", account.orElse(null));
    return json;
  }

  private void print(PrintStream text, ClientKey key, Path file, Path publicFile) {
    text.println("Private half  " + file + " (no passphrase)");
    text.println("Public half   " + publicFile);
    text.println("Key           " + key.type() + ", " + key.bits() + " bits, " + key.fingerprint().sha256());
    text.println(account.map(name -> "It opens account \"" + name + "\" from now on.")
        .orElse("It opens no account yet: stationmaster account key add NAME " + publicFile));
    text.println();
    switch (reader) {
      case CAMPBELL -> {
        text.println("On the logger, in the Device Configuration Utility, tab Settings Editor:");
        text.println("  SFTPPrivateKey  all of " + file.getFileName() + ", from the line BEGIN to the line END");
        text.println("  SFTPPublicKey   the one line of " + publicFile.getFileName());
        text.println("The logger needs both, and has one pair for all servers to which it sends.");
      }
      case OPENSSH -> text.println("Where it is used: sftp -i " + file.getFileName() + " "
          + account.orElse("NAME") + "@this.server");
    }
    text.println();
    text.println("Then delete " + file + " here: the server needs only the public half.");
    text.println("Better still is a key that is made where it is used, since its private half never travels.");
  }
}
