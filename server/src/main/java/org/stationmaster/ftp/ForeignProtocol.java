package org.stationmaster.ftp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What calls on a port and does not speak what is spoken there, by its first bytes.
 *
 * @param title in words
 * @param remedy a clause
 */
record ForeignProtocol(String title, String remedy) {
  private record Kind(Pattern beginning, ForeignProtocol protocol) {
    Kind(String beginning, String title, String remedy) {
      this(Pattern.compile("^(?:" + beginning + ")", Pattern.DOTALL), new ForeignProtocol(title, remedy));
    }
  }

  /** Where FTP begins in clear text. */
  static final ForeignProtocol TLS = new ForeignProtocol("TLS from the first byte on", "set the logger to explicit TLS "
      + "(FTPES) here, or to the port of implicit FTPS, mostly 990");

  private static final Kind SSH = new Kind("SSH-", "SSH", "SFTP is spoken on the port of an sftp listener, mostly 22");
  private static final Kind HTTP = new Kind("(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|TRACE|PATCH|PRI) \\S+ HTTP/",
      "HTTP", "this is no web server; mostly it is a scanner, or a browser on the wrong port");
  private static final Kind PROXY = new Kind("PROXY (?:TCP|UNKNOWN)|\r\n\r\n\\x00\r\nQUIT", "the PROXY protocol",
      "name the network of the proxy in listeners.NAME.proxy-protocol.from");
  private static final List<Kind> ON_COMMANDS = List.of(SSH, HTTP, PROXY);
  private static final List<Kind> INSTEAD_OF_TLS = List.of(SSH, HTTP, PROXY,
      new Kind("[A-Za-z]{3,4}(?: [^\r\n]*)?\r?\n", "FTP in clear text", "set the logger to implicit TLS here, or to"
          + " the port of plain FTP and explicit TLS, mostly 21"));

  /** Where FTP begins in clear text; {@code line} may have no end. */
  static Optional<ForeignProtocol> onCommands(String line) {
    return find(ON_COMMANDS, line);
  }

  /** Where TLS was to begin. */
  static Optional<ForeignProtocol> insteadOfTls(byte[] received) {
    return find(INSTEAD_OF_TLS, new String(received, StandardCharsets.ISO_8859_1));
  }

  private static Optional<ForeignProtocol> find(List<Kind> kinds, String begun) {
    return kinds.stream().filter(kind -> kind.beginning().matcher(begun).find()).map(Kind::protocol).findFirst();
  }
}
