package org.stationmaster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real client that sends a file as the account {@value ServerUnderTest#ACCOUNT}, over each protocol and mode. */
enum Sender {
  SFTP_OPENSSH_KEY {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) throws Exception {
      Path batch = Files.writeString(local.resolveSibling(local.getFileName() + ".batch"),
          "put " + local + " " + remote + "\n");
      List<String> command = new ArrayList<>(server.sftpCommand());
      if (!rate.isEmpty()) {
        // OpenSSH counts kilobits.
        command.addAll(1, List.of("-l", String.valueOf(8 * Integer.parseInt(rate))));
      }
      command.addAll(command.size() - 1, List.of("-b", batch.toString()));
      return command;
    }
  },
  SFTP_PUTTY_PASSWORD {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) throws Exception {
      Path batch = Files.writeString(local.resolveSibling(local.getFileName() + ".batch"),
          "put " + local + " " + remote + "\n");
      return List.of("psftp", "-batch", "-P", String.valueOf(server.port("sftp-1")), "-hostkey",
          "SHA256:" + server.hostKeyFingerprint("ed25519"), "-pw", ServerUnderTest.PASSWORD, "-b", batch.toString(),
          ServerUnderTest.ACCOUNT + "@127.0.0.1");
    }

    @Override
    boolean canBeSlow() {
      return false;
    }
  },
  SFTP_CURL_PASSWORD {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) throws Exception {
      return curl(local, rate, "--hostpubsha256", server.hostKeyFingerprint("ecdsa"),
          "sftp://127.0.0.1:" + server.port("sftp-1") + remote);
    }
  },
  SCP_OPENSSH_KEY {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) {
      List<String> command = new ArrayList<>(server.sftpCommand());
      command.set(0, "scp");
      command.add(1, "-O");
      if (!rate.isEmpty()) {
        command.addAll(1, List.of("-l", String.valueOf(8 * Integer.parseInt(rate))));
      }
      command.set(command.size() - 1, local.toString());
      command.add(ServerUnderTest.ACCOUNT + "@127.0.0.1:" + remote);
      return command;
    }
  },
  FTP_PASSIVE {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) {
      return curl(local, rate, "ftp://127.0.0.1:" + server.port("ftp-1") + remote);
    }
  },
  FTP_ACTIVE {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) {
      return curl(local, rate, "--ftp-port", "127.0.0.1", "ftp://127.0.0.1:" + server.port("ftp-1") + remote);
    }
  },
  FTPS_EXPLICIT {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) {
      return curl(local, rate, "--ssl-reqd", "--cacert", server.keys().resolve("ca.pem").toString(),
          "ftp://localhost:" + server.port("ftp-1") + remote);
    }
  },
  FTPS_IMPLICIT {
    @Override
    List<String> command(ServerUnderTest server, Path local, String remote, String rate) {
      return curl(local, rate, "--cacert", server.keys().resolve("ca.pem").toString(),
          "ftps://localhost:" + server.port("ftps-1") + remote);
    }
  };

  /**
   * The program and its arguments.
   *
   * @param remote the absolute path to send to
   * @param rate at most that many kilobytes per second; empty is as fast as it can
   */
  abstract List<String> command(ServerUnderTest server, Path local, String remote, String rate) throws Exception;

  boolean canBeSlow() {
    return true;
  }

  Client.Result send(ServerUnderTest server, Path local, String remote) throws Exception {
    return Client.run(local.getParent(), command(server, local, remote, "").toArray(String[]::new));
  }

  private static List<String> curl(Path local, String rate, String... more) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--ftp-method", "nocwd", "-u",
        ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD, "-T", local.toString()));
    if (!rate.isEmpty()) {
      command.addAll(List.of("--limit-rate", rate + "k"));
    }
    command.addAll(List.of(more));
    return command;
  }
}
