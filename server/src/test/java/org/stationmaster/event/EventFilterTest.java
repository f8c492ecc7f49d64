package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.ConfigurationSource;

class EventFilterTest {
  /** A login that fails, an upload, a rename, and the end of the server. */
  private static final List<Event> EVENTS = List.of(
      event(EventCatalogue.LOGIN_REJECTED, Origin.connection("ftp-1", peer("10.20.0.7")).spokenBy("accounts"),
          Map.of("username", "pole-7", "method_type", "database", "method_name", "accounts", "credentials_type",
              "password", "fingerprint", "", "key", "", "reason", "wrong")),
      event(EventCatalogue.FTP_STORED, Origin.session("pole-7", peer("10.20.0.7")), transfer("/raw/a.dat")),
      event(EventCatalogue.FTP_RENAMED, Origin.session("pole-8", peer("2001:db8::8")),
          Map.of("from", "/raw/b.tmp", "to", "/done/2026/b.dat", "path", "/raw/b.tmp", "real_path", "")),
      event(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "SIGTERM")));

  private static InetSocketAddress peer(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 1024);
  }

  private static Map<String, Object> transfer(String path) {
    return Map.of("path", path, "real_path", "", "requested_path", path, "mode", "writing", "offset", 0, "total_read",
        0, "total_write", 7, "read_speed", 0, "write_speed", 7, "duration", "0.010");
  }

  private static Event event(EventCatalogue type, Origin origin, Map<String, Object> data) {
    return new Event(type, Instant.EPOCH, origin, data);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      []                                                           | []                            | 0123
      [{ids: [10078]}]                                             | []                            | 1
      {ids: 10075-10078}                                           | []                            | 12
      [{groups: [failure]}]                                        | []                            | 0
      [{groups: [success, failure]}]                               | []                            | 012
      [{groups: [success], ids: [10078]}, {groups: [process]}]     | []                            | 13
      [{accounts: [pole-7]}]                                       | []                            | 01
      [{accounts: ["pole-*"]}]                                     | [{accounts: [pole-7]}]        | 2
      [{accounts: ["*"]}]                                          | []                            | 0123
      [{components: [accounts]}]                                   | []                            | 0
      [{components: [Process]}]                                    | [{accounts: [Process]}]       | 12
      [{networks: [10.20.0.0/16]}]                                 | []                            | 01
      [{networks: [10.20.0.0/16, "2001:db8::/32"]}]                | []                            | 012
      [{networks: [0.0.0.0/0]}]                                    | []                            | 01
      [{paths: [/raw/*]}]                                          | []                            | 12
      [{paths: ["/done/*"]}]                                       | []                            | ''
      [{paths: ["/done/**"]}]                                      | []                            | 2
      [{paths: ["**.dat"], networks: [10.0.0.0/8]}]                | []                            | 1
      []                                                           | {groups: [operational]}       | 012
      """)
  void anEventGoesWhereARuleFitsAndNoneForbids(String include, String exclude, String expected, @TempDir Path home)
      throws Exception {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/stationmaster.yaml"), "events:\n  outputs:\n    a:\n      type: console\n"
        + "      include: " + include + "\n      exclude: " + exclude + "\n");
    Predicate<Event> filter = EventFilter.of(new ConfigurationSource(home, List.of(), Map.of()).load().configuration()
        .events().outputs().getFirst().selection());
    StringBuilder passed = new StringBuilder();
    for (int i = 0; i < EVENTS.size(); i++) {
      passed.append(filter.test(EVENTS.get(i)) ? String.valueOf(i) : "");
    }
    assertEquals(expected, passed.toString());
  }
}
