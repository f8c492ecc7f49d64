package org.stationmaster.config;

import java.nio.file.Path;

/** A folder in whose path {@code ${account}} stands for the name of an account. */
public final class PathTemplate {
  private static final String ACCOUNT = "${account}";

  private PathTemplate() {
  }

  /** The folder of {@code account}, whose name is a single name of a path. */
  public static Path of(Path template, String account) {
    return Path.of(template.toString().replace(ACCOUNT, account));
  }
}
