package org.stationmaster;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which Stationmaster this is. */
public final class Version {
  private Version() {
  }

  /** As in the build, such as {@code 0.1.0}. */
  public static String current() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("version.properties cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
