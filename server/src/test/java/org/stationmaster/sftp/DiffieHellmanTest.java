package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.server.kex.Moduli;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffieHellmanTest {
  private static final List<Moduli.DhGroup> GROUPS = Stream.of(1024, 1536, 2048, 2048, 3072, 4096, 8192)
      .map(size -> new Moduli.DhGroup(size, BigInteger.TWO, BigInteger.ONE)).toList();

  @ParameterizedTest
  @CsvSource({
      // libssh2 up to 1.9, libssh2 from 1.10, OpenSSH
      "1024, 2048, 2048", "2048, 8192, 2048", "3072, 8192, 3072",
      // the old request, which has no range of its own
      "1024, 8192, 2048",
      // clients that can do no better
      "1024, 1536, 1536", "768, 1024, 1024", "1024, 1024, 1024",
      // nothing there
      "512, 768, 0", "5000, 6000, 0"})
  void theSmallestSafeGroupInTheRangeIsTheAnswer(int least, int most, int answer) {
    assertEquals(answer, DiffieHellman.smallestSafe(least, most, GROUPS).stream().mapToInt(Moduli.DhGroup::getSize)
        .max().orElse(0));
  }

  @ParameterizedTest
  @CsvSource({"1024, 256", "1536, 256", "2048, 256", "3072, 320", "4096, 320", "6144, 448", "8192, 448"})
  void anExponentIsAsLongAsTheGroupIsStrong(int group, int exponent) {
    assertEquals(exponent, DiffieHellman.exponentBits(group));
  }
}
