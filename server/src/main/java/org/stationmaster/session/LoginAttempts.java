package org.stationmaster.session;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How a client tried to log in on a connection, in order. Safe for use by many threads. */
public final class LoginAttempts {
  /** A key would do, and the proof that the client has its private half is due. */
  private static final String UNSIGNED = "would do, but no signature followed";
  private static final int MOST = 30;

  private record Attempt(String what, String outcome) {
  }

  private final List<Attempt> attempts = new ArrayList<>();
  private String user = "";

  /**
   * Notes an attempt.
   *
   * @param account the name that was sent
   * @param what the method and, if there is one, the key
   * @param outcome what came of it, as a clause
   */
  public synchronized void add(String account, String what, String outcome) {
    user = account;
    // What becomes of a signature is the end of the question whether the key would do.
    if (!attempts.isEmpty() && attempts.getLast().equals(new Attempt(what, UNSIGNED))) {
      attempts.removeLast();
    }
    if (attempts.size() < MOST) {
      attempts.add(new Attempt(what, outcome));
    }
  }

  /** A key would do; the signature may follow. */
  public void acceptable(String account, String what) {
    add(account, what, UNSIGNED);
  }

  /** Whether there was none. */
  public synchronized boolean isEmpty() {
    return attempts.isEmpty();
  }

  /** The account name that was sent last; empty before the first attempt. */
  public synchronized String user() {
    return user;
  }

  /** Whether the client did not sign with a key that would have done. */
  public synchronized boolean hasUnsigned() {
    return attempts.stream().anyMatch(attempt -> attempt.outcome().equals(UNSIGNED));
  }

  /** Whether it tried nothing that could have let it in. */
  public synchronized boolean hasOnlyAsked() {
    return attempts.stream().allMatch(attempt -> attempt.what().equals("none"));
  }

  /** {@code publickey SHA256:... (the key is not one of the account's), password (wrong password)}. */
  @Override
  public synchronized String toString() {
    return attempts.stream().map(attempt -> attempt.what() + " (" + attempt.outcome() + ")")
        .collect(Collectors.joining(", "));
  }
}
