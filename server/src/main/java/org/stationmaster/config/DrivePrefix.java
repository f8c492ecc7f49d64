package org.stationmaster.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What becomes of the name of a Campbell logger's drive in front of a path, as in {@code USR:day.dat}. */
public enum DrivePrefix {
  /** It is part of the name. */
  KEEP,
  /** It is dropped: {@code day.dat}. */
  STRIP,
  /** It is a folder: {@code USR/day.dat}. */
  FOLDER;

  private static final Pattern DRIVE = Pattern.compile("(/*)(USR|CPU|CRD):(.*)",
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** The path that a client means by {@code path}. */
  public String applyTo(String path) {
    // Most paths have no colon.
    if (this == KEEP || path.indexOf(':') < 0) {
      return path;
    }
    Matcher drive = DRIVE.matcher(path);
    if (!drive.matches()) {
      return path;
    }
    return drive.group(1) + (this == STRIP ? drive.group(3) : drive.group(2) + "/" + drive.group(3));
  }

  /** Its name in commands and files: {@code strip}. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What has that name. */
  public static Optional<DrivePrefix> named(String setting) {
    return Arrays.stream(values()).filter(value -> value.setting().equals(setting)).findFirst();
  }
}
