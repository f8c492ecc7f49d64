package org.stationmaster.account;

import java.util.List;

/** What an operator asked for was not done. The message is a sentence for a person that names the remedy. */
public abstract sealed class AccountRefused extends Exception {
  private static final long serialVersionUID = 1;

  AccountRefused(String message) {
    super(message);
  }

  /** An account of that name, or that key on the account, is there already. */
  public static final class Exists extends AccountRefused {
    private static final long serialVersionUID = 1;

    Exists(String message) {
      super(message);
    }
  }

  /** There is no such account or key. */
  public static final class NotFound extends AccountRefused {
    private static final long serialVersionUID = 1;

    NotFound(String message) {
      super(message);
    }
  }

  /** A name, password, hash or key cannot be used. */
  public static final class Invalid extends AccountRefused {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
      super(message);
    }
  }

  /** A file of accounts cannot be imported; nothing was changed. */
  public static final class UnusableFile extends AccountRefused {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    UnusableFile(List<String> problems) {
      super(String.join("\n", problems));
      this.problems = List.copyOf(problems);
    }

    /** One sentence per problem, each with its line. */
    public List<String> problems() {
      return problems;
    }
  }
}
