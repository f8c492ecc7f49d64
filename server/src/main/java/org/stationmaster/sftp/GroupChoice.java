package org.stationmaster.sftp;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.stationmaster.config.SftpSettings.GexAnswer;
import org.stationmaster.crypto.DhGroup;

/**
 * Which group answers a group exchange request (RFC 4419 section 3).
 *
 * @param known the groups that there are
 * @param answer what is preferred among those that a client would take
 */
record GroupChoice(Supplier<List<DhGroup>> known, GexAnswer answer) {
  /** Groups from here on are safe; smaller ones are only for clients that can do nothing else. */
  private static final int SAFE_BITS = 2048;

  /**
   * A group from {@code least} to {@code most} bits.
   *
   * @param allowed what the server permits at least
   * @throws SshException when there is none, or the numbers make no sense
   */
  DhGroup choose(int least, int preferred, int most, int allowed) throws SshException {
    if (least < 0 || least > preferred || preferred > most) {
      throw refusal("the client asks for a group of " + least + " to " + most + " bits and prefers " + preferred
          + ", which makes no sense");
    }
    List<DhGroup> groups = known.get();
    List<Integer> sizes = groups.stream().map(DhGroup::bits)
        .filter(bits -> bits >= Math.max(least, allowed) && bits <= most).sorted().distinct().toList();
    int wanted = answer == GexAnswer.PREFERRED ? preferred : SAFE_BITS;
    int best = sizes.stream().filter(bits -> bits >= wanted).findFirst()
        .or(() -> sizes.stream().max(Comparator.naturalOrder()))
        .orElseThrow(() -> refusal("the client asks for a group of " + least + " to " + most
            + " bits, and the server has none of these with " + allowed + " bits or more"));
    List<DhGroup> candidates = groups.stream().filter(group -> group.bits() == best).toList();
    return candidates.get(ThreadLocalRandom.current().nextInt(candidates.size()));
  }

  /**
   * The answer to an old request, which names one size (draft-ietf-secsh-dh-group-exchange-00): the smallest group of
   * that size or more, the largest if there is none.
   */
  DhGroup chooseForOldRequest(int size, int allowed) throws SshException {
    int largest = known.get().stream().mapToInt(DhGroup::bits).max().orElse(0);
    int least = Math.clamp(size, 0, largest);
    return choose(least, least, largest, allowed);
  }

  private static SshException refusal(String details) {
    return new SshException(SshConstants.SSH2_DISCONNECT_KEY_EXCHANGE_FAILED,
        "no group for the key exchange: " + details);
  }
}
