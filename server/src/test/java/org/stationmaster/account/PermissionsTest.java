package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionsTest {
  @ParameterizedTest
  @CsvSource({
      "/inbox/*, /inbox/a.csv, true",
      "/inbox/*, /inbox/2026/a.csv, true",
      "/inbox/*, /inbox, false",
      "/inbox/*, /inbox/, true",
      "/inbox*, /inbox, true",
      "/inbox*, /inbox-qa/a, true",
      "*.PDF, /a/b.PDF, true",
      "*.PDF, /a/b.pdf, false",
      "*.PDF, /a/b.PDF.tmp, false",
      "/a?c, /abc, true",
      "/a?c, /a/c, true",
      "/a?c, /ac, false",
      "*, /, true",
      "/, /, true",
      "/, /a, false",
      "*a*a*b, /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac, false",
      "/*/x/*, /a/b/x/c, true",
      "/[a]*, /[a]b, true",
      "/[a]*, /ab, false"
  })
  void anExpressionIsMatchedAgainstTheWholePath(String expression, String path, boolean matches) {
    assertEquals(matches, Permissions.matches(expression, path));
  }

  @ParameterizedTest
  @CsvSource({
      "'/in/secret/*, deny-full-control', /in, /out, true",
      "'/in/secret/*, deny-full-control', /out, /in, true",
      "'/in/secret/*, deny-full-control', /in/secret, /in/open, true",
      "'/in/secret/*, deny-full-control', /in/secret/a, /in/secret/b, false",
      "'/in/secret/*, deny-full-control', /a, /b, false",
      "'/in/secret, deny-full-control', /in, /out, true",
      "'/in, deny-full-control', /in, /out, false",
      "'/in/*, allow-full-control', /in, /out, false",
      "'*.PDF, allow-read', /a, /b, false",
      "'*/secret/*, allow-read', /a, /b, false",
      "'*/secret/*, allow-read', /a/secret, /a/open, true",
      "'/?n/x, allow-read', /on, /in, false",
      "'/?n/x, allow-read', /on, /out, true"
  })
  void theRenameOfAFolderIsJudgedByTheRulesBelowIt(String rule, String from, String to, boolean differ) {
    assertEquals(differ, Permissions.parse(List.of("allow-full-control", rule)).differBelow(from, to));
  }

  @Test
  void theFirstRuleThatMatchesReplacesTheGlobalSet() {
    Permissions permissions = Permissions.parse(List.of("allow-full-control", "/in/raw/*, allow-write",
        "/in/*, allow-read, allow-list"));
    assertTrue(permissions.allows(Permission.DELETE_FILE, "/out/a"));
    assertTrue(permissions.allows(Permission.WRITE, "/in/raw/a"));
    assertFalse(permissions.allows(Permission.READ, "/in/raw/a"));
    assertTrue(permissions.allows(Permission.READ, "/in/a"));
    assertFalse(permissions.allows(Permission.WRITE, "/in/a"));
  }

  @Test
  void denyBeatsWhateverElseIsInTheSameSet() {
    Permissions permissions = Permissions.parse(List.of("allow-read", "/secret*, allow-full-control, allow-read, "
        + "deny-full-control"));
    assertTrue(permissions.allows(Permission.READ, "/open"));
    assertFalse(permissions.allows(Permission.READ, "/secret/a"));
  }

  @ParameterizedTest
  @EnumSource(value = Permission.class, mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void fullControlGivesEverything(Permission permission) {
    assertTrue(Profile.FULL.permissions().allows(permission, "/any/where"));
  }

  @Test
  void aDropboxMayHandInAndNotTakeOut() {
    Permissions permissions = Profile.DROPBOX.permissions();
    assertEquals(EnumSet.of(Permission.LIST, Permission.WRITE, Permission.CREATE_FOLDER, Permission.RENAME,
        Permission.SET_ATTRIBUTES), permissions.global());
  }

  @Test
  void aCollectorReadsListsAndDeletesFiles() {
    assertEquals(Set.of(Permission.READ, Permission.LIST, Permission.DELETE_FILE),
        Profile.COLLECTOR.permissions().global());
  }

  @Test
  void theUserInAnExpressionIsTheAccountsName() {
    Permissions permissions = Permissions.parse(List.of("/${USER}/*, allow-write")).forAccount("pole-7");
    assertTrue(permissions.allows(Permission.WRITE, "/pole-7/a"));
    assertFalse(permissions.allows(Permission.WRITE, "/pole-8/a"));
  }

  @Test
  void theyReadInEventsAsOperatorsOfSftpplusKnowThem() {
    assertEquals("[['allow-full-control'], ['/main_folder/*', 'allow-full-control'], ['*.PDF', 'allow-read']]",
        Permissions.parse(List.of("allow-full-control", "/main_folder/*, allow-full-control", "*.PDF, allow-read"))
            .toString());
    assertEquals("[['allow-read', 'allow-list', 'allow-write']]",
        Permissions.parse(List.of("allow-write", "allow-list, allow-read")).toString());
    assertEquals("[[], ['/o\\'clock', 'allow-read']]", Permissions.parse(List.of("/o'clock, allow-read")).toString());
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Permissions permissions = Permissions.parse(List.of("allow-read, allow-list", "/a/*, allow-write",
        "*.x, deny-full-control"));
    assertEquals(permissions, Permissions.parse(permissions.toLines()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow-everything", "/inbox", "inbox/*, allow-read",
      "/a, allow-raed", "/a\u0007, allow-list"})
  void whatIsNoPermissionIsRefused(String line) {
    assertThrows(IllegalArgumentException.class, () -> Permissions.parse(List.of(line)));
  }
}
