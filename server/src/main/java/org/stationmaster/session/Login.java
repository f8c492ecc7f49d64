package org.stationmaster.session;

import org.stationmaster.config.CredentialType;

/** What came of a credential. */
public sealed interface Login {
  /**
   * The account is in.
   *
   * @param files what it may now do; the listener closes it with the connection
   */
  record Accepted(FileSession files) implements Login {
  }

  /**
   * The credential was right and the account needs another one as well.
   *
   * @param needed the other one
   */
  record MoreNeeded(CredentialType needed) implements Login {
  }

  /**
   * The password was right and has to be changed before it opens anything.
   *
   * @param canBeChangedNow whether this client may send a new one
   * @param sentence for the person at the other end
   */
  record PasswordExpired(boolean canBeChangedNow, String sentence) implements Login {
  }

  /**
   * The credential was right and the connection is too weak for the account; nothing is counted as a wrong credential.
   *
   * @param farewell what the client is told before the connection ends
   */
  record TooWeak(String farewell) implements Login {
  }

  /**
   * The credential was right and the account has as many connections as it may have.
   *
   * @param farewell what the client is told before the connection ends
   */
  record TooMany(String farewell) implements Login {
  }

  /** No. The reason is in the event log; the client learns nothing. */
  record Refused() implements Login {
  }
}
