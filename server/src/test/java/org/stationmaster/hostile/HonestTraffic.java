package org.stationmaster.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.stationmaster.Client;

/** A station that sends one file after the other with real programs, over every protocol. Used by one thread. */
final class HonestTraffic {
  private final SpoiledTraffic.Target target;
  private final Path home;
  private final Path scratch;
  private final Random random = new Random(7);
  private int sent;

  /** As the account of the target, to the server whose home that is. */
  HonestTraffic(SpoiledTraffic.Target target, Path home, Path scratch) {
    this.target = target;
    this.home = home;
    this.scratch = scratch;
  }

  /** Sends a file that must arrive as it is. */
  void send() throws Exception {
    byte[] content = new byte[1 + random.nextInt(64 * 1024)];
    random.nextBytes(content);
    Path local = Files.write(scratch.resolve(target.user() + ".dat"), content);
    String name = "day-" + sent + ".dat";
    List<String> command = switch (sent++ % 6) {
      case 0 -> curl(local, "sftp://127.0.0.1:" + target.sftp() + "/" + name);
      case 1 -> curl(local, "ftp://127.0.0.1:" + target.ftp() + "/" + name);
      case 2 -> curl(local, "--ssl-reqd", "ftp://127.0.0.1:" + target.ftp() + "/" + name);
      case 3 -> curl(local, "ftps://127.0.0.1:" + target.ftps() + "/" + name);
      case 4 -> curl(local, "--ftp-port", "127.0.0.1", "ftp://127.0.0.1:" + target.ftp() + "/" + name);
      default -> List.of("sshpass", "-p", target.password(), "scp", "-O", "-q", "-F", "/dev/null", "-o",
          "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-P", String.valueOf(target.sftp()),
          local.toString(), target.user() + "@127.0.0.1:" + name);
    };
    Client.run(scratch, command.toArray(String[]::new)).succeeded();
    Path arrived = home.resolve("data").resolve(target.user()).resolve(name);
    assertArrayEquals(content, Files.readAllBytes(arrived), String.join(" ", command));
    Files.delete(arrived);
  }

  /** How many files have arrived. */
  int sent() {
    return sent;
  }

  private List<String> curl(Path local, String... more) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-k", "-u", target.user() + ":" + target.password(),
        "-T", local.toString()));
    command.addAll(List.of(more));
    return command;
  }
}
