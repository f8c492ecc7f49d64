package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;

/** The Debian package on a Debian that systemd has booted, from its installation to its end. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebianPackageTest {
  private static final String PACKAGES = "systemd,systemd-sysv,dbus,iproute2,openssh-client,curl";
  private static final String CURL = "curl -sS --cacert /etc/stationmaster/keys/ca.pem -u 'pole-7:correct horse' ";

  @TempDir
  static Path folder;

  private static Podman podman;
  private static boolean booted;

  @BeforeAll
  static void bootDebian() throws Exception {
    Client.needs("podman", "runc", "mmdebstrap", "dpkg-deb");
    Client.needsThat(System.getProperty("user.name").equals("root"), "a podman that may boot a system (root)");
    podman = new Podman(folder);
    preparePackages();
    podman.importDebian("debian-base", "minbase", PACKAGES, podman.image("debian"));
    booted = true;
    podman.run("run", "--detach", "--name", podman.name("debian"), "--systemd=always", "--network", "none", "--cap-add",
        "DAC_READ_SEARCH", "--volume", folder.resolve("packages") + ":/packages:ro", podman.image("debian"),
        "/sbin/init").succeeded();
    eventually("systemctl is-system-running");
  }

  /** The one that was built, and a later one with other defaults. */
  private static void preparePackages() throws Exception {
    Path packages = Files.createDirectory(folder.resolve("packages"));
    Path later = folder.resolve("later");
    try (Stream<Path> built = Files.list(Path.of("target").toAbsolutePath())) {
      Files.copy(built.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow(),
          packages.resolve("first.deb"));
    }
    Client.run(folder, "dpkg-deb", "--raw-extract", packages.resolve("first.deb").toString(), later.toString())
        .succeeded();
    replace(later.resolve("DEBIAN/control"), "(?m)^Version: .*", "Version: 999");
    replace(later.resolve("etc/stationmaster/stationmaster.yaml"), "^", "# A later version.\n");
    Client.run(folder, "dpkg-deb", "--root-owner-group", "-Znone", "--build", later.toString(),
        packages.resolve("later.deb").toString()).succeeded();
  }

  @AfterAll
  static void removeDebian() throws Exception {
    if (booted) {
      podman.run("rm", "--force", "--time", "2", podman.name("debian"));
      podman.run("image", "rm", "--force", podman.image("debian")).succeeded();
    }
  }

  @Test
  @Order(1)
  void installedItServesOnTheWellKnownPortsWithoutBeingRoot() throws Exception {
    in("dpkg --install /packages/first.deb");
    assertTrue(in("systemctl show --property StatusText --value stationmaster")
        .contains("Accepting on sftp-1 [::]:22, ftp-1 [::]:21, ftps-1 [::]:990"));
    String process = in("cat /proc/$(systemctl show --property MainPID --value stationmaster)/status");
    assertFalse(process.contains("Uid:\t0\t"), process);
    for (String line : List.of("CapPrm:\t0000000000000400", "CapBnd:\t0000000000000400", "NoNewPrivs:\t1")) {
      assertTrue(process.contains(line), process);
    }
    in("cd /root && umask 077 && ssh-keygen -q -t ed25519 -N '' -f key && echo 'correct horse' >secret"
        + " && stationmaster account add pole-7 --password-file /root/secret"
        + " && stationmaster account key add pole-7 /root/key.pub && echo first >first.txt");
    in("cd /root && echo 'put first.txt sftp.txt' | sftp -q -b - -i key -o StrictHostKeyChecking=no pole-7@localhost");
    in("cd /root && " + CURL + "-T first.txt --ssl-reqd ftp://localhost/explicit.txt");
    in("cd /root && " + CURL + "-T first.txt ftps://localhost/implicit.txt");
    assertEquals("first\n".repeat(3), in("cd /var/lib/stationmaster/data/pole-7 && cat sftp.txt explicit.txt "
        + "implicit.txt"));
    assertEquals("", in("find /tmp /var/tmp -name '*sqlite*'"));
    assertTrue(in("zcat /usr/share/man/man1/stationmaster.1.gz").contains("stationmaster"));
    in("test -s /usr/share/doc/stationmaster/stationmaster.cdx.json");
    in("bash -n /usr/share/bash-completion/completions/stationmaster");
  }

  @Test
  @Order(2)
  void theUnitIsSoundAndReloads() throws Exception {
    assertEquals("", in("systemd-analyze verify stationmaster.service"));
    in("systemctl reload stationmaster");
    in("sed -i 's/^ftp:/ftp:\\n  passive-ports: 3-1/' /etc/stationmaster/stationmaster.yaml");
    in("! systemctl reload stationmaster");
    assertTrue(in("journalctl --unit stationmaster --lines 5").contains("ftp.passive-ports: \"3-1\" is empty"));
    in("sed -i '/passive-ports: 3-1/d' /etc/stationmaster/stationmaster.yaml && systemctl reload stationmaster");
  }

  @Test
  @Order(3)
  void whoIsNotRootIsToldHowAndMayRead() throws Exception {
    assertTrue(in("su --shell /bin/sh nobody --command '! stationmaster account list' 2>&1")
        .contains("run: sudo stationmaster account list"));
    in("su --shell /bin/sh nobody --command 'stationmaster explain 30042'");
  }

  @Test
  @Order(4)
  void anUpgradeKeepsWhatIsTheAdministrators() throws Exception {
    in("echo '# mine' >>/etc/stationmaster/stationmaster.yaml && sha256sum /etc/stationmaster/keys/*key >/root/keys");
    in("dpkg --force-confdef --force-confold --install /packages/later.deb");
    in("systemctl is-active stationmaster && sha256sum --check --quiet /root/keys");
    assertTrue(in("tail -n 1 /etc/stationmaster/stationmaster.yaml; stat -c '%U:%G %a' /etc/stationmaster/*.yaml")
        .startsWith("# mine\nroot:stationmaster 640"));
    assertEquals("first\n", in(CURL + "ftps://localhost/implicit.txt"));
  }

  @Test
  @Order(5)
  void aServerThatHangsIsStartedAnewAndOneThatStopsFinishesItsTransfer() throws Exception {
    // Two seconds are not enough for the transfer: the server asks for more.
    in("mkdir /run/systemd/system/stationmaster.service.d && printf '[Service]\\nWatchdogSec=4\\nTimeoutStopSec=2\\n'"
        + " >/run/systemd/system/stationmaster.service.d/test.conf && systemctl daemon-reload"
        + " && systemctl restart stationmaster");
    in("kill -STOP $(systemctl show --property MainPID --value stationmaster)");
    eventually("test $(systemctl show --property NRestarts --value stationmaster) -ge 1 "
        + "&& systemctl is-active stationmaster");
    in("head -c 4000000 /dev/zero >/root/big && : >/var/log/stationmaster/events.log");
    in("(" + CURL + "--limit-rate 500k -T /root/big ftps://localhost/big; echo $? >/root/result) >/dev/null 2>&1 &");
    eventually("grep -q '^10077 ' /var/log/stationmaster/events.log");
    in("systemctl stop stationmaster");
    eventually("test -s /root/result");
    assertEquals("0\n4000000\n", in("cat /root/result; stat -c %s /var/lib/stationmaster/data/pole-7/big"));
    assertEquals("success\n", in("systemctl show --property Result --value stationmaster"));
  }

  @Test
  @Order(6)
  void thePurgeLeavesNothingButData() throws Exception {
    in("dpkg --remove stationmaster");
    in("test -e /etc/stationmaster/keys && ! test -e /usr/lib/stationmaster && ! systemctl is-active stationmaster");
    in("dpkg --purge stationmaster");
    assertEquals("/var/lib/stationmaster\n", in("find / -xdev -name '*stationmaster*' -not -path '/run/*'"));
    assertEquals("4\n", in("find /var/lib/stationmaster -type f | wc -l"));
    in("rm -r /var/lib/stationmaster && dpkg --install /packages/first.deb && dpkg --purge stationmaster");
    assertEquals("", in("find / -xdev -name '*stationmaster*' -not -path '/run/*'; getent passwd stationmaster || :"));
  }

  /** What a command says on that machine, where it succeeds. */
  private static String in(String command) throws Exception {
    return podman.run("exec", podman.name("debian"), "sh", "-c", command).succeeded().output().lines().skip(1)
        .map(line -> line + "\n").reduce("", String::concat);
  }

  private static void eventually(String command) throws Exception {
    for (int i = 0; i < 600 && podman.run("exec", podman.name("debian"), "sh", "-c", command).exitCode() != 0; i++) {
      Thread.sleep(100);
    }
    in(command);
  }

  private static void replace(Path file, String pattern, String text) throws Exception {
    Files.writeString(file, Files.readString(file).replaceFirst(pattern, text));
  }
}
