package org.stationmaster.fuzz;

/** Where Jazzer comes in: the target is named by the system property {@code fuzz.target}. See {@code .ci/fuzz}. */
public final class Fuzzer {
  private static final FuzzTarget TARGET = FuzzTarget.of(System.getProperty("fuzz.target"));

  private Fuzzer() {
  }

  /** Prepares what the first input would wait for. */
  public static void fuzzerInitialize() throws Exception {
    TARGET.take(new byte[0]);
  }

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    TARGET.take(input);
  }
}
