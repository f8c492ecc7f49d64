package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.session.FileSession.Rights;
import org.stationmaster.storage.FileFacts;

class FolderListingTest {
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");
  private static final FileFacts FILE = new FileFacts("a b.dat", FileFacts.Kind.FILE, 1234, TIME, TIME,
      PosixFilePermissions.fromString("rw-r-----"), 1);

  @Test
  void aFileLooksLikeThatOfLs() {
    assertEquals("-rw-r-----   1 ftp      ftp              1234 Mar 04 05:06 a b.dat",
        FolderListing.line(FILE, FILE.name(), TIME.plus(Duration.ofDays(30))));
    assertEquals("-rw-r-----   1 ftp      ftp              1234 Mar 04  2026 a b.dat",
        FolderListing.line(FILE, FILE.name(), TIME.plus(Duration.ofDays(300))));
  }

  @Test
  void aLineEndInANameDoesNotMakeALine() {
    assertEquals("-rw-r-----   1 ftp      ftp              1234 Mar 04 05:06 a?b",
        FolderListing.line(FILE, "a\nb", TIME));
  }

  @Test
  void factsAreThoseThatWereChosen() {
    assertEquals("type=file;size=1234;modify=20260304050607;perm=awr;UNIX.mode=0640; a b.dat",
        line(FILE, EnumSet.allOf(MachineFact.class)));
    assertEquals("size=1234; a b.dat", line(FILE, MachineFact.parse("SIZE;unknown;size;")));
    assertEquals(" a b.dat", line(FILE, Set.of()));
    assertEquals("MLST type*;size;modify*;perm;UNIX.mode;", MachineFact.feature(MachineFact.parse("modify;type;")));
  }

  private static String line(FileFacts file, Set<MachineFact> chosen) {
    return MachineFact.line(file, file.name(), () -> new Rights(true, false, true, true, false, false, false), chosen);
  }

  @Test
  void whatAFolderPermitsIsSaidInLettersOfItsOwn() {
    FileFacts folder = new FileFacts("in", FileFacts.Kind.FOLDER, 0, TIME, TIME, Set.of(), 2);
    assertEquals("type=dir;perm=cem; in", line(folder, EnumSet.of(MachineFact.TYPE, MachineFact.PERM,
        MachineFact.UNIX_MODE)));
  }

  @Test
  void timesAreReadWithAndWithoutFraction() {
    assertEquals(Optional.of(TIME), MachineFact.parseTime("20260304050607"));
    assertEquals(Optional.of(TIME), MachineFact.parseTime("20260304050607.123"));
    assertEquals(Optional.empty(), MachineFact.parseTime("20261304050607"));
    assertEquals(Optional.empty(), MachineFact.parseTime("20260230050607"));
    assertEquals(Optional.empty(), MachineFact.parseTime("2026"));
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "-a, ''", "-la data, data", "'-a -l  data/x y', 'data/x y'", "data, data"})
  void optionsOfLsAreIgnored(String argument, String path) {
    assertEquals(path, FolderListing.withoutOptions(argument));
  }

  @ParameterizedTest
  @CsvSource({"a.dat, *, true", "a.dat, *.dat, true", "a.dat, ?.dat, true", "a.dat, b*, false", "a.dat, *.da, false",
      "aXbXc, a*b*c, true", "'', *, true", "abc, abc, true", "a+b, a+b, true", "abc, a.c, false"})
  void patternsAreThoseOfAShell(String name, String pattern, boolean fits) {
    assertEquals(fits, FolderListing.matches(name, pattern));
  }

  @Test
  @Timeout(10)
  void noPatternTakesLong() {
    assertEquals(false, FolderListing.matches("a".repeat(255), "*a".repeat(100) + "b"));
  }
}
