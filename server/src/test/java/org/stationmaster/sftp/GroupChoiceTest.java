package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.sshd.common.SshException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.SftpSettings.GexAnswer;
import org.stationmaster.crypto.DhGroup;

class GroupChoiceTest {
  private static final List<DhGroup> GROUPS = Stream.of(1024, 1536, 2048, 3072, 4096, 8192)
      .map(GroupChoiceTest::group).toList();

  private static DhGroup group(int bits) {
    return new DhGroup(BigInteger.ONE.shiftLeft(bits - 1), BigInteger.TWO);
  }

  @ParameterizedTest
  @CsvSource({
      // libssh2 up to 1.9, libssh2 from 1.10, OpenSSH
      "1024, 1536, 2048, 2048", "2048, 4096, 8192, 2048", "2048, 8192, 8192, 2048", "3072, 3072, 8192, 3072",
      // clients that can do no better
      "1024, 1024, 1536, 1536", "768, 1024, 1024, 1024", "1024, 1024, 1024, 1024"})
  void theSmallestSafeGroupInTheRangeIsTheAnswer(int least, int preferred, int most, int answer) throws Exception {
    assertEquals(answer, choice(GexAnswer.SMALLEST_SAFE).choose(least, preferred, most, 1024).bits());
  }

  @ParameterizedTest
  @CsvSource({"2048, 8192, 8192, 8192", "1024, 1536, 2048, 1536", "2048, 2500, 8192, 3072", "2048, 7000, 7500, 4096",
      "1024, 1024, 8192, 1024"})
  void thePreferredSizeIsTheAnswerWhereTheOperatorWantsIt(int least, int preferred, int most, int answer)
      throws Exception {
    assertEquals(answer, choice(GexAnswer.PREFERRED).choose(least, preferred, most, 1024).bits());
  }

  @ParameterizedTest
  @CsvSource({"1024, 1536, 2048, 3072", "512, 768, 768, 1024", "5000, 5500, 6000, 1024", "8193, 9000, 9999, 1024"})
  void aRangeWithoutAGroupIsRefusedInWords(int least, int preferred, int most, int allowed) {
    for (GexAnswer answer : GexAnswer.values()) {
      SshException refused = assertThrows(SshException.class,
          () -> choice(answer).choose(least, preferred, most, allowed));
      assertEquals("no group for the key exchange: the client asks for a group of " + least + " to " + most
          + " bits, and the server has none of these with " + allowed + " bits or more", refused.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"2048, 1024, 4096", "1024, 4096, 2048", "-1, 2048, 4096", "2048, -5, -1"})
  void numbersThatMakeNoSenseAreRefused(int least, int preferred, int most) {
    assertTrue(assertThrows(SshException.class,
        () -> choice(GexAnswer.SMALLEST_SAFE).choose(least, preferred, most, 1024)).getMessage().contains("no sense"));
  }

  @ParameterizedTest
  @CsvSource({"1024, 2048", "1536, 2048", "2048, 2048", "2049, 3072", "4096, 4096", "20000, 8192", "-7, 2048"})
  void anOldRequestIsAnsweredWithItsSizeOrMoreIfThatIsPossible(int size, int answer) throws Exception {
    assertEquals(answer, choice(GexAnswer.SMALLEST_SAFE).chooseForOldRequest(size, 1024).bits());
  }

  @Test
  void ofSeveralGroupsOfASizeEachIsUsed() throws Exception {
    List<DhGroup> twins = List.of(group(2048), new DhGroup(group(2048).prime().add(BigInteger.TWO), BigInteger.TWO));
    GroupChoice choice = new GroupChoice(() -> twins, GexAnswer.SMALLEST_SAFE);
    Set<DhGroup> used = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      used.add(choice.choose(2048, 2048, 2048, 1024));
    }
    assertEquals(Set.copyOf(twins), used);
  }

  private static GroupChoice choice(GexAnswer answer) {
    return new GroupChoice(() -> GROUPS, answer);
  }
}
