package org.stationmaster.account;

/** The database of accounts cannot be read or written. */
public final class AccountStoreException extends Exception {
  private static final long serialVersionUID = 1;

  /** With a sentence for a person. */
  public AccountStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
