package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are made for loggers and clients. */
@Timeout(120)
class KeygenTest {
  @TempDir
  private static Path shared;
  private static ServerUnderTest server;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(shared.resolve("home"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private Client.Result keygen(String line) {
    return server.command(("keygen " + line).replace("HERE", folder.toString()).split(" "));
  }

  private Client.Result run(String... command) throws Exception {
    return Client.run(folder, command);
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072, 4096})
  void aCampbellLoggerGetsTheFormAndSizeThatItReads(int bits) throws Exception {
    Client.needs("openssl");
    keygen("--for campbell --bits " + bits + " --out HERE/key").succeeded();
    Path key = folder.resolve("key");
    List<String> lines = Files.readAllLines(key);
    assertEquals("-----BEGIN RSA PRIVATE KEY-----", lines.getFirst());
    assertEquals("-----END RSA PRIVATE KEY-----", lines.getLast());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    List<String> publicLines = Files.readAllLines(folder.resolve("key.pub"));
    assertEquals(1, publicLines.size());
    assertTrue(publicLines.getFirst().startsWith("ssh-rsa AAAA"));
    assertTrue(Files.size(key) <= 4096 && Files.size(folder.resolve("key.pub")) <= 4096);
    // The first numbers of PKCS#1 are the version and the modulus; in PKCS#8 an algorithm would come second.
    String structure = run("openssl", "asn1parse", "-in", "key").succeeded().output();
    assertFalse(structure.contains("OBJECT"), structure);
    assertTrue(run("openssl", "rsa", "-in", "key", "-check", "-noout").succeeded().output().contains("RSA key ok"));
    String shown = run("ssh-keygen", "-lf", "key.pub").succeeded().output();
    assertTrue(shown.contains("\n" + bits + " SHA256:"), shown);
  }

  @Test
  void itOpensTheAccountForEveryClientThatReadsIt() throws Exception {
    Client.needs("sftp", "curl", "psftp", "puttygen");
    Client.Result made = keygen("--for campbell --account " + ServerUnderTest.ACCOUNT + " --out HERE").succeeded();
    String key = folder.resolve(ServerUnderTest.ACCOUNT).toString();
    assertTrue(made.output().contains("SFTPPrivateKey"), made.output());
    assertFalse(made.output().contains("BEGIN RSA"), made.output());
    assertFalse(made.output().contains(Files.readAllLines(Path.of(key)).get(1)), made.output());
    Files.writeString(folder.resolve("day.dat"), "1,2,3\n");
    String port = String.valueOf(server.port("sftp-1"));
    String login = ServerUnderTest.ACCOUNT + "@127.0.0.1";
    Path batch = Files.writeString(folder.resolve("batch"), "put day.dat openssh.dat\n");
    run("sftp", "-F", "/dev/null", "-b", batch.toString(), "-i", key, "-o", "IdentitiesOnly=yes", "-o",
        "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + server.knownHosts(), "-P", port, login).succeeded();
    run("curl", "-sS", "--key", key, "--pubkey", key + ".pub", "-u", ServerUnderTest.ACCOUNT + ":", "--hostpubsha256",
        server.hostKeyFingerprint("ecdsa"), "-T", "day.dat", "sftp://127.0.0.1:" + port + "/curl.dat").succeeded();
    run("puttygen", key, "-O", "private", "-o", "key.ppk").succeeded();
    Files.writeString(batch, "put day.dat putty.dat\n");
    run("psftp", "-batch", "-P", port, "-hostkey", "SHA256:" + server.hostKeyFingerprint("ed25519"), "-i", "key.ppk",
        "-b", batch.toString(), login).succeeded();
    for (String name : List.of("openssh.dat", "curl.dat", "putty.dat")) {
      assertArrayEquals("1,2,3\n".getBytes(), Files.readAllBytes(server.data().resolve(name)), name);
    }
  }

  @Test
  void aKeyForOpenSshIsEd25519AndOpensTheAccount() throws Exception {
    Client.needs("sftp");
    Map<String, Object> json = JSON.std.mapFrom(keygen("--for openssh --account " + ServerUnderTest.ACCOUNT
        + " --out HERE/key --json").succeeded().output());
    assertEquals("ssh-ed25519", json.get("type"));
    assertEquals(256, json.get("bits"));
    assertEquals(folder.resolve("key.pub").toString(), json.get("public_key_file"));
    assertTrue(server.command("account", "key", "list", ServerUnderTest.ACCOUNT).output()
        .contains(json.get("fingerprint").toString()));
    Path batch = Files.writeString(folder.resolve("batch"), "pwd\n");
    run("sftp", "-F", "/dev/null", "-b", batch.toString(), "-i", "key", "-o", "IdentitiesOnly=yes", "-o",
        "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + server.knownHosts(), "-P",
        String.valueOf(server.port("sftp-1")), ServerUnderTest.ACCOUNT + "@127.0.0.1").succeeded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "key.pub"})
  void whatIsThereIsNeverReplaced(String taken) throws Exception {
    // A link to nowhere is something, too: following it would put the key where somebody else wants it.
    Path other = taken.equals("key") ? Files.writeString(folder.resolve(taken), "mine")
        : Files.createSymbolicLink(folder.resolve(taken), folder.resolve("nowhere"));
    Client.Result result = keygen("--for openssh --account " + ServerUnderTest.ACCOUNT + " --out HERE/key").failed();
    assertTrue(result.output().contains(other + " exists already, and a key is never replaced"), result.output());
    assertEquals(List.of(taken), List.of(folder.toFile().list()));
    assertEquals(taken.equals("key"), Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "--for campbell --bits 1024 --out HERE/key | 1024 is none of 2048, 3072, 4096",
      "--for openssh --bits 2048 --out HERE/key | has only one size",
      "--for novus --out HERE/key | is none of campbell, openssh",
      "--for campbell --out HERE/no/key | there is no folder",
      "--for campbell --account nobody --out HERE/key | There is no account \"nobody\"",
      "--for campbell | --out"})
  void whatCannotBeIsSaidAndNothingIsMade(String line, String sentence) {
    Client.Result result = keygen(line).failed();
    assertTrue(result.output().contains(sentence), result.output());
    assertEquals(0, folder.toFile().list().length);
  }
}
