package org.stationmaster.account;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The usual sets of permissions, each for the whole of the account's own home. */
public enum Profile {
  /** A station: write, append, list, rename, create folders, read and delete. */
  LOGGER(Permissions.of(Permission.READ, Permission.LIST, Permission.WRITE, Permission.CREATE_FOLDER, Permission.RENAME,
      Permission.DELETE_FILE, Permission.DELETE_FOLDER, Permission.SET_ATTRIBUTES)),
  /** A station that may only hand in: {@code LOGGER} without read and delete. */
  DROPBOX(Permissions.of(Permission.LIST, Permission.WRITE, Permission.CREATE_FOLDER, Permission.RENAME,
      Permission.SET_ATTRIBUTES)),
  /** A program that fetches: read, list and delete files. */
  COLLECTOR(Permissions.of(Permission.READ, Permission.LIST, Permission.DELETE_FILE)),
  /** Everything. */
  FULL(Permissions.of(Permission.FULL_CONTROL)),
  /** The account names its permissions itself; the profile gives none. */
  CUSTOM(Permissions.of());

  private final Permissions permissions;

  Profile(Permissions permissions) {
    this.permissions = permissions;
  }

  /** What it allows. */
  public Permissions permissions() {
    return permissions;
  }

  /** Its name in commands and exports: {@code logger}. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The profile of that name. */
  public static Optional<Profile> named(String setting) {
    return Arrays.stream(values()).filter(profile -> profile.setting().equals(setting)).findFirst();
  }

  @Override
  public String toString() {
    return setting();
  }
}
