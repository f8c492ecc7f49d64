package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server behind a router that forwards only ports 21 and 990 and the passive range, and clients in front of it. */
class NatTest {
  private static final String PASSIVE_PORTS = "28500-28549";
  private static final String LOGIN = ServerUnderTest.ACCOUNT + ":" + ServerUnderTest.PASSWORD;

  @TempDir
  Path folder;

  /** Two networks with a router in between. This process is inside; {@code outside} is a client's machine. */
  private static final class Networks implements AutoCloseable {
    private final Path folder;
    private final long id = ProcessHandle.current().pid();
    private final String router = "sr" + id;
    private final String outside = "so" + id;
    private final String cable = "sn" + id;
    private final String net = "10.231." + (1 + id % 250) + ".";
    private final String client = "203.0.113." + (20 + id % 230);
    /** Where the router is known outside. */
    static final String PUBLIC = "203.0.113.10";

    Networks(Path folder) throws IOException, InterruptedException {
      this.folder = folder;
      Client.needs("ip", "nft", "curl", "lftp");
      boolean isUp = ip("netns add " + router) && ip("netns add " + outside)
          && ip("link add " + cable + "a type veth peer name inside netns " + router)
          && ip("-n " + router + " link add public type veth peer name public netns " + outside)
          && ip("addr add " + server() + "/24 dev " + cable + "a") && ip("link set " + cable + "a up")
          && ip("-n " + router + " addr add " + net + "1/24 dev inside")
          && ip("-n " + router + " link set inside up")
          && ip("-n " + router + " addr add " + PUBLIC + "/24 dev public")
          && ip("-n " + router + " link set public up")
          && ip("-n " + outside + " addr add " + client + "/24 dev public")
          && ip("-n " + outside + " link set public up")
          && ip("route add " + client + "/32 via " + net + "1")
          && ip("netns exec " + router + " dd if=/dev/stdin of=/proc/sys/net/ipv4/ip_forward", "1");
      if (!isUp) {
        close();
      }
      assumeTrue(isUp, "networks of our own need root");
    }

    String server() {
      return net + "2";
    }

    /** From outside there is a way to these ports, and to nothing else. */
    void forward(int ftp, int ftps) throws IOException, InterruptedException {
      String rules = """
          table ip nat {
            chain in {
              type nat hook prerouting priority -100;
              iif public tcp dport 21 dnat to SERVER:FTP-PORT
              iif public tcp dport 990 dnat to SERVER:FTPS-PORT
              iif public tcp dport PASSIVE dnat to SERVER
            }
            chain through {
              type filter hook forward priority 0; policy drop;
              ct state established,related accept
              ct status dnat accept
            }
          }
          """.replace("SERVER", server()).replace("FTP-PORT", String.valueOf(ftp))
          .replace("FTPS-PORT", String.valueOf(ftps)).replace("PASSIVE", PASSIVE_PORTS);
      assumeTrue(ip("netns exec " + router + " nft -f -", rules), "address translation needs root and nf_tables");
    }

    private boolean ip(String words) throws IOException, InterruptedException {
      return ip(words, "");
    }

    private boolean ip(String words, String input) throws IOException, InterruptedException {
      return Client.run(folder, Map.of(), input, ("ip " + words).split(" ")).exitCode() == 0;
    }

    Client.Result run(String... program) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", outside));
      command.addAll(List.of(program));
      return Client.run(folder, command.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
      try {
        ip("link del " + cable + "a");
        ip("netns del " + outside);
        ip("netns del " + router);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ServerUnderTest start(Networks networks, String... more) throws Exception {
    List<String> settings = new ArrayList<>(List.of("listeners.ftp-1.address=0.0.0.0",
        "listeners.ftps-1.address=0.0.0.0", "ftp.passive-ports=" + PASSIVE_PORTS, "tls.names=" + Networks.PUBLIC));
    settings.addAll(List.of(more));
    ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), settings.toArray(String[]::new));
    networks.forward(server.port("ftp-1"), server.port("ftps-1"));
    return server;
  }

  /** A client that does as PASV tells it, as a logger does. */
  private List<String[]> uploads(ServerUnderTest server, Path file) {
    String ca = server.keys().resolve("ca.pem").toString();
    String lftp = "set net:max-retries 1; set net:timeout 5; set net:reconnect-interval-base 1; set cmd:fail-exit yes;"
        + " set ssl:ca-file " + ca + "; set ftp:fix-pasv-address no; set ftp:prefer-epsv no; set ftp:ssl-force yes;"
        + " set ftp:ssl-protect-data yes; open -u " + LOGIN.replace(":", ",\"") + "\" ";
    return List.of(
        curl(file, "ftp://" + Networks.PUBLIC + "/curl-plain"),
        curl(file, "ftp://" + Networks.PUBLIC + "/curl-explicit", "--ssl-reqd", "--cacert", ca),
        curl(file, "ftps://" + Networks.PUBLIC + "/curl-implicit", "--cacert", ca),
        new String[] {"lftp", "-c", lftp + "ftp://" + Networks.PUBLIC + "; put " + file + " -o lftp-explicit"},
        new String[] {"lftp", "-c", lftp + "ftps://" + Networks.PUBLIC + "; put " + file + " -o lftp-implicit"});
  }

  private static String[] curl(Path file, String url, String... more) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--connect-timeout", "5", "--max-time", "30",
        "--disable-epsv", "--no-ftp-skip-pasv-ip", "-u", LOGIN, "-T", file.toString()));
    command.addAll(List.of(more));
    command.add(url);
    return command.toArray(String[]::new);
  }

  @Test
  void withThePublicAddressPassiveUploadsArriveAndInsideTheOtherAddressIsTold() throws Exception {
    Path file = Files.writeString(folder.resolve("data.csv"), "1,2\n".repeat(20_000));
    try (Networks networks = new Networks(folder); ServerUnderTest server = start(networks,
        "ftp.passive-address=" + Networks.PUBLIC,
        "ftp.passive-addresses=[{from: [10.231.0.0/16], address: control}]")) {
      for (String[] upload : uploads(server, file)) {
        networks.run(upload).succeeded();
      }
      Client.run(folder, curl(file, "ftp://" + networks.server() + ":" + server.port("ftp-1") + "/inside"))
          .succeeded();
      List<String> expected = List.of("curl-explicit", "curl-implicit", "curl-plain", "inside", "lftp-explicit",
          "lftp-implicit");
      assertEquals(expected, server.visibleFiles());
      for (String name : expected) {
        assertEquals(Files.readString(file), Files.readString(server.data().resolve(name)));
      }
      assertFalse(server.log().stream().anyMatch(line -> line.startsWith("10023 ")), "every port was called");
    }
  }

  @Test
  void withoutItTheEventLogSaysWhatIsMissing() throws Exception {
    Path file = Files.writeString(folder.resolve("data.csv"), "1,2\n");
    try (Networks networks = new Networks(folder); ServerUnderTest server = start(networks)) {
      for (String[] upload : uploads(server, file)) {
        networks.run(upload).failed();
        assertTrue(server.linesOfLastConnection().stream().anyMatch(line -> line.startsWith("10023 ")
            && line.contains("It was told the private address " + networks.server()
                + ", which leads nowhere on its side of the NAT: set ftp.passive-address")),
            () -> String.join("\n", upload));
      }
      assertEquals(List.of(), server.visibleFiles());
      // EPSV tells no address, so that a client that knows it does not need the setting.
      networks.run("curl", "-sS", "-u", LOGIN, "-T", file.toString(), "ftp://" + Networks.PUBLIC + "/extended")
          .succeeded();
      assertEquals(List.of("extended"), server.visibleFiles());
    }
  }
}
