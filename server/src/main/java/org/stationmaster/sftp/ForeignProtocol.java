package org.stationmaster.sftp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What calls on the SSH port and is not SSH version 2, by its first bytes.
 *
 * @param title in words
 * @param firstBytes as many of them as tell an operator something, as ISO-8859-1
 */
record ForeignProtocol(String title, String firstBytes) {
  /** Said to it, in one line. */
  static final String ANSWER = "This port speaks SSH version 2 only.\r\n";

  /** RFC 4253 section 4.2, and section 5.1 for servers and clients of both versions. */
  private static final List<String> OURS = List.of("SSH-2.0-", "SSH-1.99-");
  /** What is shorter and has no line end may go on. */
  private static final int ENOUGH = 16;
  private static final int MOST_SHOWN = 60;

  private record Kind(Pattern beginning, String title) {
    Kind(String beginning, String title) {
      this(Pattern.compile("^(?:" + beginning + ")", Pattern.DOTALL), title);
    }
  }

  private static final List<Kind> KINDS = List.of(
      new Kind("SSH-", "another version of SSH"),
      new Kind("\\x16\\x03", "a TLS handshake"),
      new Kind("PROXY |\r\n\r\n\\x00\r\nQUIT\n", "a PROXY protocol header"),
      new Kind("[A-Z]{3,8} [^\r\n]*", "a request of HTTP, FTP or SMTP"),
      new Kind("\\x03\\x00", "a remote desktop request"),
      new Kind("", "of an unknown kind"));

  /** Empty as long as what came may become SSH version 2, and while too little came to tell. */
  static Optional<ForeignProtocol> of(String begun) {
    boolean mayBeOurs = OURS.stream().anyMatch(ours -> begun.startsWith(ours) || ours.startsWith(begun));
    boolean isEnough = begun.length() >= ENOUGH || begun.indexOf('\n') >= 0;
    if (mayBeOurs || !isEnough) {
      return Optional.empty();
    }
    Kind kind = KINDS.stream().filter(candidate -> candidate.beginning().matcher(begun).find()).findFirst()
        .orElseThrow();
    String shown = Arrays.stream(begun.split("\r?\n", -1)).filter(line -> !line.isEmpty()).findFirst().orElse("");
    return Optional.of(new ForeignProtocol(kind.title(), shown.substring(0, Math.min(shown.length(), MOST_SHOWN))));
  }
}
