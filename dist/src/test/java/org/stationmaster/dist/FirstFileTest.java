package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;

/** What the page "first file" says is typed, word for word, on a Debian on which nothing else was done. */
class FirstFileTest {
  private static final String PACKAGES = "systemd,systemd-sysv,dbus,iproute2,openssh-client,curl";
  private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SUM = Pattern.compile("(?m)^([0-9a-f]{64})  (\\S+)$");

  @TempDir
  static Path folder;

  private static Podman podman;
  private static String machine;

  @BeforeAll
  static void bootDebian() throws Exception {
    Client.needs("podman", "runc", "mmdebstrap", "dpkg-deb");
    Client.needsThat(System.getProperty("user.name").equals("root"), "a podman that may boot a system (root)");
    podman = new Podman(folder);
    podman.importDebian("debian-base", "minbase", PACKAGES, podman.image("debian"));
    machine = podman.name("first");
    Path downloads = Files.createDirectory(folder.resolve("downloads"));
    try (Stream<Path> built = Files.list(Path.of("target").toAbsolutePath())) {
      for (Path file : built.filter(path -> path.toString().matches(".*(\\.deb|-linux-x64\\.tar\\.gz)")).toList()) {
        Files.copy(file, downloads.resolve(file.getFileName()));
      }
    }
    podman.run("run", "--detach", "--name", machine, "--systemd=always", "--network", "none", "--cap-add",
        "DAC_READ_SEARCH", "--volume", downloads + ":/downloads:ro", podman.image("debian"), "/sbin/init").succeeded();
    eventually("systemctl is-system-running");
    // Who types the password when sftp asks for it.
    as("root", "printf '#!/bin/sh\\necho correct-horse\\n' >/usr/local/bin/type && chmod +x /usr/local/bin/type"
        + " && useradd --create-home somebody && cp /downloads/* /root && cp /downloads/* /home/somebody");
  }

  @AfterAll
  static void removeDebian() throws Exception {
    if (machine != null) {
      podman.run("rm", "--force", "--time", "2", machine);
      podman.run("image", "rm", "--force", podman.image("debian")).succeeded();
    }
  }

  @Test
  void asThePageSaysFilesArriveOverEveryProtocolFromThePackageAndFromTheArchive() throws Exception {
    List<String> ofThePackage = commands("The Debian package");
    assertEquals(3, ofThePackage.size());
    String output = as("root", String.join("", ofThePackage));
    assertFourFilesAreTheSame(output);
    assertTrue(output.contains(" pole-7 127.0.0.1:"), "events of the account are shown: " + output);
    // The last of them comes a moment after the answer that curl has waited for.
    eventually("grep '^10078 ' /var/log/stationmaster/events.log");
    as("root", "systemctl stop stationmaster");

    List<String> ofTheArchive = commands("The archive");
    assertEquals(2, ofTheArchive.size());
    podman.run("exec", "--detach", "--user", "somebody", machine, "bash", "-c",
        "export HOME=/home/somebody; cd; {\n" + ofTheArchive.getFirst() + "} >serve.out 2>&1").succeeded();
    eventually("grep '^20181 ' /home/somebody/serve.out");
    assertFourFilesAreTheSame(as("somebody", ofTheArchive.getLast()));
  }

  private static void assertFourFilesAreTheSame(String output) {
    assertEquals(4, SUM.matcher(output).results().map(line -> line.group(2)).distinct().count(), output);
    assertEquals(1, SUM.matcher(output).results().map(line -> line.group(1)).distinct().count(), output);
  }

  /** The blocks of commands below that heading. */
  private static List<String> commands(String heading) throws Exception {
    String page = Files.readString(Path.of("manual/first-file.md"));
    String section = page.split("\n## " + heading + "\n")[1].split("\n## ")[0];
    return COMMANDS.matcher(section).results().map(block -> block.group(1)).toList();
  }

  /** What that user sees who types these lines one after the other, each of which must succeed. */
  private static String as(String user, String lines) throws Exception {
    return podman.run("exec", "--user", user, "--env", "SSH_ASKPASS=/usr/local/bin/type", "--env",
        "SSH_ASKPASS_REQUIRE=force", machine, "bash", "-ec", "HOME=$(getent passwd " + user + " | cut -d : -f 6)\ncd\n"
        + lines).succeeded().output();
  }

  private static void eventually(String command) throws Exception {
    for (int i = 0; i < 600 && podman.run("exec", machine, "sh", "-c", command).exitCode() != 0; i++) {
      Thread.sleep(100);
    }
    as("root", command);
  }
}
