package org.stationmaster.config;

import java.time.Duration;

/**
 * What becomes of an arrival that an output does not take.
 *
 * @param attempts after which it is set aside, if it is itself the reason
 * @param first pause before the second attempt; each pause is twice as long as the one before
 * @param longest pause
 * @param giveUpAfter an arrival is not told any more when it is older
 */
public record RetrySettings(int attempts, Duration first, Duration longest, Duration giveUpAfter) {
}
