package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.ServerUnderTest;
import org.stationmaster.ftp.RawClient;
import org.stationmaster.sftp.RawSftp;

/** What one session may have of everything, by the numbers of the manual. */
@Timeout(180)
class LimitsTest {
  private static final int SFTP_HANDLE = 102;
  private static final int SFTP_STATUS = 101;

  @TempDir
  static Path folder;
  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"));
    server.account("set", ServerUnderTest.ACCOUNT, "--shared", "true");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** The number in the manual's row that begins so. */
  private static int limit(String row) throws IOException {
    Matcher matcher = Pattern.compile("^\\| " + Pattern.quote(row) + " \\| ([\\d,]+)[ |]", Pattern.MULTILINE)
        .matcher(Files.readString(Path.of("../dist/manual/defense.md")));
    assertTrue(matcher.find(), row);
    return Integer.parseInt(matcher.group(1).replace(",", ""));
  }

  private static RawClient login() throws IOException {
    RawClient client = new RawClient(server.port("ftp-1"));
    client.reply();
    client.say("USER " + ServerUnderTest.ACCOUNT);
    assertEquals("230 Logged in.", client.say("PASS " + ServerUnderTest.PASSWORD));
    return client;
  }

  private static RawSftp sftp() throws IOException {
    return new RawSftp(server.port("sftp-1"), ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD, false);
  }

  private static RawSftp.Answer openFolder(RawSftp client, int id) throws IOException {
    return client.send(11, body -> {
      body.writeInt(id);
      RawSftp.text(body, "/");
    }).receive();
  }

  @Test
  void openFilesOfAnSftpSession() throws Exception {
    int most = limit("open files and folders of an SFTP session");
    try (RawSftp client = sftp()) {
      for (int i = 1; i <= most; i++) {
        assertEquals(SFTP_HANDLE, openFolder(client, i).type());
      }
      assertEquals(SFTP_STATUS, openFolder(client, most + 1).type());
      server.awaitEvent("21308 ", "more than " + most + " files and folders are open (sessions.max-open-files)");
      client.close(most + 2, 1);
      client.receive();
      assertEquals(SFTP_HANDLE, openFolder(client, most + 3).type());
    }
  }

  private static long sessionsBegun() throws Exception {
    return server.log().stream().filter(line -> line.startsWith("30011 ")).count();
  }

  @Test
  void channelsOfAnSshConnection() throws Exception {
    int most = limit("channels of an SSH connection");
    Path socket = folder.resolve("mux");
    String[] mux = {"ssh", "-q", "-F", "/dev/null", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile="
        + server.knownHosts(), "-o", "IdentitiesOnly=yes", "-i", server.clientKey().toString(), "-o", "ControlPath="
        + socket, "-p", String.valueOf(server.port("sftp-1")), ServerUnderTest.ACCOUNT + "@127.0.0.1", "-s", "sftp"};
    long before = sessionsBegun();
    Process[] channels = new Process[most];
    try {
      for (int i = 0; i < most; i++) {
        String[] command = mux.clone();
        if (i == 0) {
          command[1] = "-M";
        }
        channels[i] = Client.start(folder, Map.of(), folder.resolve("mux.out"), command);
        long expected = before + i + 1;
        // Each says what it is before it answers.
        channels[i].getOutputStream().write(new byte[] {0, 0, 0, 5, 1, 0, 0, 0, 3});
        channels[i].getOutputStream().flush();
        while (sessionsBegun() < expected) {
          Thread.sleep(20);
        }
      }
      String[] another = mux.clone();
      // Else ssh makes a connection of its own where the shared one has no channel for it.
      another[1] = "-oProxyCommand=false";
      Client.run(folder, another).failed();
      server.awaitEvent("21308 ", "more than " + most + " channels on one connection (sessions.max-channels)");
    } finally {
      for (Process channel : channels) {
        if (channel != null) {
          channel.destroy();
          channel.waitFor();
        }
      }
    }
  }

  @Test
  void aRequestOfSftp() throws Exception {
    int longest = limit("a request of SFTP");
    try (RawSftp client = sftp()) {
      assertEquals(SFTP_STATUS, client.send(200, body -> body.write(new byte[longest])).receive().type());
      server.awaitEvent("30", "the packet is 1 bytes longer than " + longest);
    }
  }

  @Test
  void aLineOfFtp() throws Exception {
    int longest = limit("a command line of FTP");
    try (RawClient client = new RawClient(server.port("ftp-1"))) {
      client.reply();
      String letters = "x".repeat(longest - 6);
      assertEquals("331", client.say("USER " + letters).substring(0, 3));
      assertEquals("500 The line is longer than " + longest + " bytes.", client.say("USER xxx" + letters));
      server.awaitEvent("21308 ", "a command line of more than " + longest + " bytes (fixed)");
      assertEquals("200", client.say("NOOP").substring(0, 3));
    }
  }

  @Test
  void commandsThatWaitForATransfer() throws Exception {
    int most = limit("commands of FTP that wait for a transfer");
    try (RawClient client = login(); Socket data = client.open("STOR waiting.dat")) {
      assertEquals("503 Too many commands during a transfer.", client.say("PWD\r\n".repeat(most) + "PWD"));
      server.awaitEvent("21308 ", "more than " + most + " commands wait for a transfer (fixed)");
      data.getOutputStream().write("whole".getBytes(StandardCharsets.US_ASCII));
      data.shutdownOutput();
      assertEquals("226", client.reply().substring(0, 3));
      for (int i = 0; i < most; i++) {
        assertEquals("257", client.reply().substring(0, 3));
      }
    }
  }

  @Test
  void pathsAndNames() throws Exception {
    int deepest = limit("folders in a path");
    int longestName = limit("a name in a path");
    int longestPath = limit("a path");
    try (RawSftp client = sftp(); RawClient ftp = login()) {
      assertEquals("257", ftp.say("MKD " + "/d".repeat(deepest)).substring(0, 3));
      assertEquals("55", ftp.say("MKD " + "/d".repeat(deepest + 1)).substring(0, 2));
      server.awaitEvent("1", "the path is deeper than " + deepest + " folders");
      assertEquals("257", ftp.say("MKD " + "n".repeat(longestName)).substring(0, 3));
      assertEquals("55", ftp.say("MKD " + "n".repeat(longestName + 1)).substring(0, 2));
      client.send(17, body -> {
        body.writeInt(1);
        RawSftp.text(body, "/".repeat(longestPath + 1));
      });
      assertEquals(SFTP_STATUS, client.receive().type());
      server.awaitEvent("30", "the path is longer than " + longestPath + " characters");
    }
  }

  @Test
  void loginsThatFail() throws Exception {
    int most = limit("wrong passwords on an FTP connection");
    try (RawClient client = new RawClient(server.port("ftp-1"))) {
      client.reply();
      for (int i = 1; i <= most; i++) {
        client.say("USER nobody-" + i);
        assertEquals(i < most ? "530" : "421", client.say("PASS wrong").substring(0, 3));
      }
      server.awaitEvent("10034 ", "too many failed logins");
    }
  }

  @Test
  void requestsToLogInOverSsh() throws Exception {
    int most = limit("requests to log in on an SSH connection");
    List<String> command = new ArrayList<>(List.of("ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o",
        "UserKnownHostsFile=" + server.knownHosts(), "-o", "IdentitiesOnly=yes", "-p",
        String.valueOf(server.port("sftp-1"))));
    for (int i = 0; i <= most; i++) {
      Path key = folder.resolve("key-" + i);
      Client.run(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()).succeeded();
      command.addAll(List.of("-i", key.toString()));
    }
    command.add(ServerUnderTest.ACCOUNT + "@127.0.0.1");
    Client.run(folder, command.toArray(String[]::new)).failed();
    server.awaitEvent("3", "Too many authentication failures");
  }
}
