package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the manual that take over accounts and keys of another server, word for word. */
@Timeout(120)
class MovingTest {
  @TempDir
  private static Path shared;
  private static ServerUnderTest server;
  private static List<String> commands;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(shared.resolve("home"));
    String page = Files.readString(Path.of("../dist/manual/moving.md"));
    commands = Pattern.compile("(?ms)^```sh\\n(.*?)^```$").matcher(page)
        .results().map(block -> block.group(1)).toList();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void usersOfTheSystemLogInWithTheirPasswordsAndFindTheirFiles() throws Exception {
    Client.needs("openssl", "awk", "curl");
    Path home = Files.createDirectories(folder.resolve("srv/river"));
    Files.writeString(home.resolve("day.dat"), "1,2,3\n");
    String yescrypt = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$wp9e4PQz5aVjpSfshSWX2vjRtgyQKjhSmjEh2k0X6V2";
    Files.writeString(folder.resolve("shadow"), "root:*:19000:0:99999:7:::\nriver:" + crypt("-6", "the old password")
        + ":19000:0:99999:7:::\nlake:" + crypt("-5", "another password") + ":19000:0:99999:7:::\nnewer:" + yescrypt
        + ":19000:0:99999:7:::\nlocked:!:19000:0:99999:7:::\n");
    Files.writeString(folder.resolve("passwd"), """
        root:x:0:0:root:/root:/bin/bash
        river:x:1001:1001:River,,,:HOME:/usr/sbin/nologin
        lake:x:1002:1002::HOME:/usr/sbin/nologin
        newer:x:1003:1003::HOME:/usr/sbin/nologin
        locked:x:1004:1004::HOME:/usr/sbin/nologin
        nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
        """.replace("HOME", home.toString()));
    importAccounts(Map.of("/etc/shadow", "shadow", "/etc/passwd", "passwd"));
    assertEquals("day.dat\n", names("river", "the old password"));
    names("lake", "another password");
    assertAccounts(Set.of("river password", "lake password", "newer none", "locked none"));
  }

  @Test
  void virtualUsersOfVsftpdLogInWithTheirPasswords() throws Exception {
    Client.needs("openssl", "awk", "curl");
    Files.writeString(folder.resolve("virtual"), "weir:" + crypt("-6", "weir password") + "\n");
    importAccounts(Map.of("/etc/vsftpd/passwd", "virtual"));
    names("weir", "weir password");
  }

  @Test
  void usersOfProftpdLogInWithTheirPasswords() throws Exception {
    Client.needs("openssl", "awk", "curl");
    Files.writeString(folder.resolve("ftpd.passwd"), "snow:" + crypt("-5", "snow password") + ":2001:2000::"
        + folder.resolve("snow") + ":/bin/false\nhail:" + crypt("-1", "hail password") + ":2002:2000::"
        + folder.resolve("hail") + ":/bin/false\n");
    importAccounts(Map.of("/etc/proftpd/ftpd.passwd", "ftpd.passwd"));
    names("snow", "snow password");
    assertAccounts(Set.of("snow password", "hail none"));
  }

  @Test
  void usersOfFilezillaServerLogInWithTheirPasswords() throws Exception {
    Client.needs("python3", "curl");
    byte[] salt = new byte[32];
    new SecureRandom().nextBytes(salt);
    byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
        .generateSecret(new PBEKeySpec("dune password".toCharArray(), salt, 100_000, 256)).getEncoded();
    Files.writeString(folder.resolve("users.xml"), """
        <?xml version="1.0" encoding="UTF-8"?>
        <filezilla xmlns:fz="https://filezilla-project.org" xmlns="https://filezilla-project.org"
            fz:product_flavour="standard" fz:product_version="1.7.3">
          <default_impersonator index="0" enabled="false"><name></name><password></password></default_impersonator>
          <user name="dune" enabled="true">
            <mount_point tvfs_path="/" access="1" native_path="/srv/dune" recursive="2" flags="0" />
            <password index="1"><hash>KEY</hash><salt>SALT</salt><iterations>100000</iterations></password>
            <methods>1</methods>
          </user>
          <user name="marsh" enabled="true">
            <password index="2"><hash>X03MO1qnZdYdgyfeuILPmQ</hash></password>
          </user>
        </filezilla>
        """.replace("KEY", base64(key)).replace("SALT", base64(salt)));
    importAccounts(Map.of("- users.xml", "- users.xml"));
    names("dune", "dune password");
    assertAccounts(Set.of("dune password", "marsh none"));
  }

  @Test
  void accountsOfSftpplusLogInWithTheirPasswordsAndKeys() throws Exception {
    Client.needs("openssl", "python3", "curl");
    Files.writeString(folder.resolve("server.ini"), """
        [server]
        ; a comment
        name = single-server
        [administrators/one]
        name = boss
        password = $6$ab$cd
        [accounts/b6f]
        name = glacier
        type = application
        enabled = yes
        description = Incoming files,
            in two lines.
        home_folder_path = FOLDER/${USER}
        password = HASH
        ssh_authorized_keys_content = KEY
        permissions =
            allow-full-control
            *.exe, allow-read
        [accounts/c70]
        name = inherits
        home_folder_path = inherit
        password = Disabled
        """.replace("FOLDER", folder.toString()).replace("HASH", crypt("-6", "glacier password"))
        .replace("KEY", Files.readString(Path.of(server.clientKey() + ".pub")).strip()));
    importAccounts(Map.of("configuration/server.ini", "server.ini"));
    names("glacier", "glacier password");
    assertTrue(Files.isDirectory(folder.resolve("glacier")));
    assertAccounts(Set.of("glacier password, 1 key", "inherits none"));
  }

  @Test
  void eachKeyOfAnAuthorizedKeysFileIsTaken() throws Exception {
    Client.needs("ssh-keygen", "sed");
    for (String type : List.of("rsa", "ed25519", "ecdsa")) {
      run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", folder.resolve(type).toString());
    }
    Files.writeString(folder.resolve("authorized_keys"), "# the field's keys\n"
        + Files.readString(folder.resolve("rsa.pub")) + "\nfrom=\"192.0.2.0/24\",command=\"echo ssh-rsa\" "
        + Files.readString(folder.resolve("ed25519.pub")) + Files.readString(folder.resolve("ecdsa.pub")));
    sh("sed ", Map.of("/home/pole-7/.ssh/authorized_keys", "authorized_keys",
        "bin/stationmaster --home $H account key add pole-7 -", "cat > \"$(echo \"$key\" | cut -c 1-12).taken\""));
    server.account("add", "keys", "--no-password");
    for (String type : List.of("ssh-rsa AAAA", "ssh-ed25519 ", "ecdsa-sha2-n")) {
      server.account("key", "add", "keys", folder.resolve(type + ".taken").toString());
    }
  }

  @Test
  void hostKeysOfOpensshAreTakenWithTheirFingerprints() throws Exception {
    Client.needs("ssh-keygen");
    Path keys = Files.createDirectories(folder.resolve("home/keys"));
    for (String type : List.of("rsa", "ed25519", "ecdsa", "dsa")) {
      run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", keys.resolve("ssh_host_" + type + "_key").toString());
    }
    try (ServerUnderTest moved = ServerUnderTest.start(folder.resolve("home"))) {
      String shown = moved.command("keys").succeeded().output();
      for (String type : List.of("rsa", "ed25519", "ecdsa", "dsa")) {
        String fingerprint = run("ssh-keygen", "-lf", keys.resolve("ssh_host_" + type + "_key.pub").toString())
            .split(" ")[1];
        assertTrue(shown.contains(fingerprint), () -> fingerprint + " is not in\n" + shown);
      }
    }
  }

  /** Runs the command of the page that reads these files, from our own, and imports what it wrote. */
  private void importAccounts(Map<String, String> files) throws Exception {
    sh(files.keySet().iterator().next(), files);
    server.account("import", folder.resolve("accounts.yaml").toString());
  }

  private void sh(String mark, Map<String, String> replacements) throws Exception {
    List<String> found = commands.stream().filter(command -> command.contains(mark)).toList();
    assertEquals(1, found.size(), mark);
    String command = found.getFirst();
    for (Map.Entry<String, String> replacement : replacements.entrySet()) {
      assertTrue(command.contains(replacement.getKey()), command);
      command = command.replace(replacement.getKey(), replacement.getValue());
    }
    run("bash", "-euc", command);
  }

  /** The state of the accounts as the list shows it, each as name and what it logs in with. */
  private void assertAccounts(Set<String> expected) {
    String list = server.command("account", "list").succeeded().output();
    for (String account : expected) {
      String name = account.substring(0, account.indexOf(' '));
      String line = list.lines().filter(row -> row.startsWith(name + " ")).findFirst().orElse("no " + name);
      assertTrue(line.contains(account.substring(name.length() + 1)), line);
    }
  }

  /** What the account sees, logged in over FTP. */
  private String names(String account, String password) throws Exception {
    assertFalse(Client.run(folder, "curl", "-s", "-u", account + ":wrong", url()).exitCode() == 0);
    return run("curl", "-sS", "--list-only", "-u", account + ":" + password, url());
  }

  private static String url() {
    return "ftp://127.0.0.1:" + server.port("ftp-1") + "/";
  }

  private String crypt(String kind, String password) throws Exception {
    return run("openssl", "passwd", kind, password).strip();
  }

  /** What the program printed; it must succeed. */
  private String run(String... command) throws Exception {
    return Client.run(folder, command).succeeded().output().substring(String.join(" ", command).length() + 1);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
