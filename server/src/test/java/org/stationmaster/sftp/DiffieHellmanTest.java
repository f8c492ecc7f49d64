package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffieHellmanTest {
  @ParameterizedTest
  @CsvSource({"1024, 256", "1536, 256", "2048, 256", "3072, 320", "4096, 320", "6144, 448", "8192, 448"})
  void anExponentIsAsLongAsTheGroupIsStrong(int group, int exponent) {
    assertEquals(exponent, DiffieHellman.exponentBits(group));
  }
}
