package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualPathTest {
  private static final VirtualPath IN = new VirtualPath(List.of("in"));

  @ParameterizedTest
  @CsvSource({"data, /in/data", "/data, /data", "./data, /in/data", "../data, /data", "a//b/, /in/a/b", "/, /",
      "a/../b, /in/b", "..., /in/...", "'', /in", "/.., /", "../../.., /"})
  void whatTheClientSaysLeadsToOnePlace(String said, String place) throws Exception {
    assertEquals(place, IN.resolveWithin(said).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../..", "/..", "/../etc/passwd", "a/../../../etc", "nul\0byte", "/.stationmaster",
      "a/.stationmaster/b", ".STATIONMASTER", "half\ud83d"})
  void whatLeavesTheHomeOrIsNoNameIsRefused(String said) {
    assertThrows(StorageException.PathRefused.class, () -> IN.resolve(said));
  }

  @Test
  void namesAndPathsHaveALongestLength() throws Exception {
    assertEquals(255, IN.resolve("x".repeat(255)).name().length());
    assertThrows(StorageException.PathRefused.class, () -> IN.resolve("x".repeat(256)));
    assertThrows(StorageException.PathRefused.class, () -> IN.resolve("\u00fc".repeat(128)));
    assertThrows(StorageException.PathRefused.class, () -> IN.resolve("x/".repeat(2049)));
  }

  @Test
  void aPathHasItsLongestLengthStepByStep() throws Exception {
    VirtualPath longest = VirtualPath.ROOT.resolve(("x".repeat(63) + "/").repeat(64));
    assertEquals(4096, longest.toString().length());
    assertThrows(StorageException.PathRefused.class, () -> longest.resolve("x"));
    assertEquals(longest, longest.resolve("x/.."));
  }

  @Test
  void aPathHasItsGreatestDepthStepByStep() throws Exception {
    VirtualPath deepest = VirtualPath.ROOT.resolve("x/".repeat(100));
    assertEquals(100, deepest.names().size());
    assertThrows(StorageException.PathRefused.class, () -> deepest.resolve("x"));
    assertEquals(deepest, deepest.resolve("x/.."));
  }

  @Test
  void theParentOfTheHomeIsTheHome() {
    assertEquals(VirtualPath.ROOT, IN.parent());
    assertEquals(VirtualPath.ROOT, VirtualPath.ROOT.parent());
    assertEquals("", VirtualPath.ROOT.name());
  }
}
