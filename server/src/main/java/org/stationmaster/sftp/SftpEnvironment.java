package org.stationmaster.sftp;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SftpSettings;
import org.stationmaster.crypto.DhGroup;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.Libcrypto;
import org.stationmaster.event.Events;
import org.stationmaster.session.Logins;
import org.stationmaster.session.Sessions;

/**
 * What an SFTP listener needs from the rest of the server.
 *
 * @param listener its settings
 * @param sftp what all SFTP listeners share
 * @param hostKeys what the server proves its identity with
 * @param libcrypto does the costly arithmetic of connections, if there is one; asked each time, since it is looked for
 *     only when the server has started
 * @param groups for the group exchange, asked each time, so that a reload counts
 * @param limits time limits, asked each time
 * @param logins decides who may log in
 * @param sessions where connections are entered
 * @param events where to report
 */
public record SftpEnvironment(SftpListenerSettings listener, SftpSettings sftp, List<HostKey> hostKeys,
    Supplier<Optional<Libcrypto>> libcrypto, Supplier<List<DhGroup>> groups, Supplier<SessionSettings> limits,
    Logins logins, Sessions sessions, Events events) {
  /** Copies the list. */
  public SftpEnvironment {
    hostKeys = List.copyOf(hostKeys);
  }
}
