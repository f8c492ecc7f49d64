package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadNameTest {
  private static final Instant NOW = Instant.parse("2018-02-27T17:28:53Z");

  @ParameterizedTest
  @CsvSource({
      "${name}, data.tar.gz, data.tar.gz",
      "test.txt, data.csv, test.txt",
      "${account}_${stem}-${date}T${time}${extension}, data.tar.gz, pole-7_data.tar-20180227T172853Z.gz",
      "${stem}.new${extension}, .profile, .profile.new",
      "${stem}.new${extension}, no-extension, no-extension.new",
      "${stem}${extension}, a$1\\2.{x}, a$1\\2.{x}",
      "$5 ${name}, data, $5 data"})
  void placeholdersAreFilledIn(String template, String sent, String expected) {
    assertEquals(expected, new UploadName(template).of(sent, "pole-7", NOW));
  }

  @Test
  void noTwoUploadsGetTheSameUuid() {
    UploadName name = new UploadName("${uuid}.dat");
    assertTrue(name.of("data", "pole-7", NOW).matches("[0-9a-f-]{36}\\.dat"));
    assertTrue(!name.of("data", "pole-7", NOW).equals(name.of("data", "pole-7", NOW)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", "..", "in/${name}", "a\\b", "${nam}", "${name", "${}", "a\nb"})
  void whatIsNoNameIsRefusedWithTheRemedy(String template) {
    String message = assertThrows(IllegalArgumentException.class, () -> new UploadName(template)).getMessage();
    assertTrue(message.contains("; "), message);
  }
}
