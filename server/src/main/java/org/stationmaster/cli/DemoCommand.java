package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.Daemon;
import org.stationmaster.account.AccountRefused;
import org.stationmaster.account.AccountSettings;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.account.Profile;
import org.stationmaster.config.EffectiveSetting;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.PathSettings;
import org.stationmaster.config.ValueOrigin;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.HostKeys;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.PublicKeys;
import picocli.CommandLine.Command;

/** The server as a newcomer first meets it: unprivileged ports, an account, and what to type. */
@Command(name = "demo", description = "Serve on unprivileged ports with a demonstration account; prints what to type.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster demo --home /tmp/stationmaster-demo",
        "",
        "The account \"demo\" gets a new password at every start. Listens on loopback only."})
final class DemoCommand implements Callable<Integer> {
  private static final String ACCOUNT = "demo";
  private static final Map<String, Integer> PORTS = Map.of("listeners.sftp-1.port", 2222, "listeners.ftp-1.port", 2121,
      "listeners.ftps-1.port", 2990);

  private final Installation installation;

  DemoCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException, InterruptedException {
    installation.prepare();
    PathSettings paths = installation.configuration().paths();
    // First, so that the password of a demonstration that is running stays.
    Daemon daemon = RunningDaemon.start(installation.source(unprivileged()), installation);
    try {
      explain(daemon, paths, prepareAccount(paths));
    } catch (CommandFailed | IOException | RuntimeException e) {
      daemon.stop("the demonstration cannot be prepared");
      throw e;
    }
    daemon.awaitStop();
    return ExitCode.SUCCESS;
  }

  /** Makes the account if need be, and returns its new password. */
  private String prepareAccount(PathSettings paths) throws InvalidConfiguration, CommandFailed {
    String password = newPassword();
    try (Accounts accounts = new Accounts(paths.database(), installation.configuration().passwords())) {
      if (accounts.find(ACCOUNT).isEmpty()) {
        accounts.add(ACCOUNT, AccountSettings.of(Profile.FULL));
      }
      accounts.setPassword(ACCOUNT, password);
      return password;
    } catch (AccountStoreException | AccountRefused e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  private static String newPassword() {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** Overrides for what nobody has set otherwise. */
  private List<String> unprivileged() throws InvalidConfiguration {
    List<String> overrides = new ArrayList<>();
    for (EffectiveSetting setting : installation.effective().settings()) {
      if (setting.origin() instanceof ValueOrigin.Default) {
        if (PORTS.containsKey(setting.key())) {
          overrides.add(setting.key() + "=" + PORTS.get(setting.key()));
        } else if (setting.key().matches("listeners\\.[^.]+\\.address")) {
          overrides.add(setting.key() + "=127.0.0.1");
        }
      }
    }
    return overrides;
  }

  private void explain(Daemon daemon, PathSettings paths, String password)
      throws InvalidConfiguration, CommandFailed, IOException {
    PrintStream out = installation.out();
    out.println();
    out.println("In a second terminal, send a first file. The password of the account \"demo\" is " + password);
    out.println();
    out.println("  echo 'first file' > first.txt");
    Optional<InetSocketAddress> sftp = daemon.address("sftp-1");
    if (sftp.isPresent()) {
      out.println();
      out.println("  # SFTP");
      out.println("  echo 'put first.txt' | sftp -P " + sftp.get().getPort() + " -o "
          + quoted("UserKnownHostsFile=" + forSsh(knownHosts(paths, sftp.get().getPort()))) + " demo@localhost");
    }
    String curl = "  curl -u demo:" + password + " --cacert " + quoted(paths.keys().resolve("ca.pem").toString())
        + " -T first.txt ";
    daemon.address("ftp-1").ifPresent(address -> {
      out.println();
      out.println("  # FTPS, explicit");
      out.println(curl + "--ssl-reqd ftp://localhost:" + address.getPort() + "/");
    });
    daemon.address("ftps-1").ifPresent(address -> {
      out.println();
      out.println("  # FTPS, implicit");
      out.println(curl + "ftps://localhost:" + address.getPort() + "/");
    });
    out.println();
    out.println("It arrives in " + paths.data().resolve(ACCOUNT) + "; every step is a line above and in "
        + paths.logs().resolve("events.log") + ". Ctrl-C stops the server.");
    out.println();
    out.flush();
  }

  /** Writes the host keys as OpenSSH remembers them. */
  private Path knownHosts(PathSettings paths, int port) throws InvalidConfiguration, CommandFailed, IOException {
    StringBuilder hosts = new StringBuilder();
    try {
      for (HostKey key : HostKeys.loadOrGenerate(paths.keys(), installation.configuration().ssh())) {
        hosts.append("[localhost]:").append(port).append(' ')
            .append(PublicKeys.toOpenSshLine(key.pair().getPublic(), "")).append('\n');
      }
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
    return Files.writeString(paths.keys().resolve("known_hosts"), hosts);
  }

  /** OpenSSH takes a list of files there. */
  private static String forSsh(Path file) {
    return file.toString().contains(" ") ? "\"" + file + "\"" : file.toString();
  }

  /** As one word of a shell. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9/._=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
