package org.stationmaster.crypto;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One block of a PEM file (RFC 7468), with headers as RFC 1421 and OpenSSL put them.
 *
 * @param label what stands behind {@code BEGIN}
 * @param headers such as {@code DEK-Info}
 * @param content the decoded bytes
 */
record PemBlock(String label, Map<String, String> headers, byte[] content) {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  static boolean startsAt(String line) {
    return line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length();
  }

  /** All blocks in {@code text}; what stands between them is passed over. */
  static List<PemBlock> all(String text) throws KeyMaterialException {
    List<PemBlock> blocks = new ArrayList<>();
    Iterator<String> lines = text.lines().map(String::strip).iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      if (startsAt(line)) {
        blocks.add(rest(line, lines));
      }
    }
    return blocks;
  }

  /** The block that begins with {@code first} and goes on in {@code lines}. */
  static PemBlock rest(String first, Iterator<String> lines) throws KeyMaterialException {
    String label = first.substring(BEGIN.length(), first.length() - DASHES.length());
    Map<String, String> headers = new LinkedHashMap<>();
    StringBuilder base64 = new StringBuilder();
    while (lines.hasNext()) {
      String line = lines.next().strip();
      if (line.equals(END + label + DASHES)) {
        return new PemBlock(label, headers, decode(label, base64.toString()));
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      } else {
        base64.append(line);
      }
    }
    throw new KeyMaterialException("is cut off: there is no line \"" + END + label + DASHES + "\"");
  }

  private static byte[] decode(String label, String base64) throws KeyMaterialException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException("is damaged: the block \"" + label + "\" is not base64", e);
    }
  }

  static String format(String label, byte[] content) {
    return BEGIN + label + DASHES + "\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n"
        + END + label + DASHES + "\n";
  }
}
