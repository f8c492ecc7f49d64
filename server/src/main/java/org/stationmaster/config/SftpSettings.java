package org.stationmaster.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What all SFTP listeners share beside the host keys.
 *
 * @param moduli the file of groups for the group exchange; empty means {@code moduli} in {@code paths.config}, if it is
 *     there
 * @param gexAnswer which of the groups in a client's range is the answer
 * @param mayUseLibcrypto whether OpenSSL does the costly arithmetic where the machine has it
 * @param ident what follows {@code SSH-2.0-} in the server's identification (RFC 4253 section 4.2)
 * @param banner shown by a client before its login (RFC 4252 section 5.4); empty for none
 */
public record SftpSettings(Optional<Path> moduli, GexAnswer gexAnswer, boolean mayUseLibcrypto, String ident,
    String banner) {
  /** Which of the groups that a client would take is the answer to its group exchange request (RFC 4419). */
  public enum GexAnswer {
    /** The smallest that is safe: the cheapest for both sides. */
    SMALLEST_SAFE,
    /** The one whose size the client prefers, as OpenSSH answers. */
    PREFERRED
  }
}
