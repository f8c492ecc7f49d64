package org.stationmaster.config;

/** Where the value of a setting comes from; its text tells a person where to mend it. */
public sealed interface ValueOrigin {
  /** Nobody set it. */
  record Default() implements ValueOrigin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * The configuration file.
   *
   * @param file relative to home where it lies below it
   * @param line from 1
   */
  record File(String file, int line) implements ValueOrigin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /**
   * The environment of the process.
   *
   * @param variable its name
   */
  record Environment(String variable) implements ValueOrigin {
    @Override
    public String toString() {
      return variable;
    }
  }

  /** {@code --set} on the command line. */
  record CommandLine() implements ValueOrigin {
    @Override
    public String toString() {
      return "--set";
    }
  }
}
