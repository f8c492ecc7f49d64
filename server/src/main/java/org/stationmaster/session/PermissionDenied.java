package org.stationmaster.session;

import java.io.IOException;
import org.stationmaster.account.Permission;

/** The account's permissions, or the way a file was opened, do not allow what was asked. */
public final class PermissionDenied extends IOException {
  private static final long serialVersionUID = 1;

  PermissionDenied(Permission missing) {
    this("the account lacks the permission " + missing.setting());
  }

  PermissionDenied(String reason) {
    super(reason);
  }
}
