package org.stationmaster.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gives every target the inputs in its folder, which are samples and whatever a fuzzer has found once, and then spoiled
 * copies of them for a moment. {@code .ci/fuzz} looks for new ones, for as long as it is told to.
 */
class FuzzCorpusTest {
  private static final Path INPUTS = Path.of("src/test/resources/fuzz");
  private static final int SPOILED = 3000;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
  /** Of one input; the largest key file may have a megabyte. */
  private static final long MOST_MEMORY = 64 << 20;

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyInputIsReadOrRefusedAsDeclared(FuzzTarget target) throws IOException {
    List<byte[]> samples = samples(target);
    assertFalse(samples.isEmpty(), "no inputs in " + target);
    take(target, new byte[0]);
    samples.forEach(sample -> take(target, sample));
    Mutator mutator = new Mutator(target.ordinal());
    long end = System.nanoTime() + LONGEST_NANOS;
    for (int i = 0; i < SPOILED && System.nanoTime() < end; i++) {
      take(target, mutator.spoil(mutator.oneOf(samples), mutator.oneOf(samples)));
    }
  }

  private static List<byte[]> samples(FuzzTarget target) throws IOException {
    List<byte[]> samples = new ArrayList<>();
    try (Stream<Path> files = Files.list(INPUTS.resolve(target.title()))) {
      for (Path file : files.sorted().toList()) {
        samples.add(Files.readAllBytes(file));
      }
    }
    return samples;
  }

  private static void take(FuzzTarget target, byte[] input) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      target.take(input);
    } catch (Exception | Error e) {
      fail(target + " fails with the input " + Base64.getEncoder().encodeToString(input), e);
    }
    long used = threads.getCurrentThreadAllocatedBytes() - before;
    if (used > MOST_MEMORY) {
      fail(target + " takes " + used + " bytes of memory for the input " + Base64.getEncoder().encodeToString(input));
    }
  }
}
