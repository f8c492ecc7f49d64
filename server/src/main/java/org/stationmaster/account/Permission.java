package org.stationmaster.account;

import java.util.Arrays;
import java.util.Optional;

/** A verb that an account may or may not do; the names are those of SFTPPlus. */
public enum Permission {
  /** Everything. */
  FULL_CONTROL("allow-full-control"),
  /** Nothing, whatever else is allowed. */
  NOTHING("deny-full-control"),
  /** Read files. */
  READ("allow-read"),
  /** List folders, ask for attributes. */
  LIST("allow-list"),
  /** Create, overwrite and append to files. */
  WRITE("allow-write"),
  /** Create folders. */
  CREATE_FOLDER("allow-create-folder"),
  /** Rename; needed at both ends. */
  RENAME("allow-rename"),
  /** Delete files. */
  DELETE_FILE("allow-delete-file"),
  /** Delete folders. */
  DELETE_FOLDER("allow-delete-folder"),
  /** Set times and mode. */
  SET_ATTRIBUTES("allow-set-attributes");

  private final String setting;

  Permission(String setting) {
    this.setting = setting;
  }

  /** Its name in commands, exports and events. */
  public String setting() {
    return setting;
  }

  /** The permission of that name. */
  public static Optional<Permission> named(String setting) {
    return Arrays.stream(values()).filter(permission -> permission.setting.equals(setting)).findFirst();
  }
}
