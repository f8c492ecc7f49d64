package org.stationmaster.config;

import java.time.Duration;

/**
 * What a password must be like that an account chooses for itself, and how long it may be used.
 *
 * @param minimumLength characters that it has at least
 * @param minimumStrength how hard it is to guess: 0 (at once) to 4 (not within reach of anybody)
 * @param history how many former passwords may not come back
 * @param maxAge how long it may be used before it has to be changed; zero is for ever
 */
public record PasswordRuleSettings(int minimumLength, int minimumStrength, int history, Duration maxAge) {
}
