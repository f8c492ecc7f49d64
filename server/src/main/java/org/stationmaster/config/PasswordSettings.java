package org.stationmaster.config;

import java.time.Duration;

/**
 * How passwords are hashed (Argon2id, RFC 9106) and how long a successful login is remembered.
 *
 * @param argon2Memory memory of one hash
 * @param argon2Iterations passes over the memory
 * @param argon2Parallelism lanes
 * @param hashingMemory what all hashes at one time may use together
 * @param rememberFor how long a successful check spares the next one the hash; zero is never
 * @param rememberedLogins how many are remembered at most
 * @param rules what a new password must be like, and how long it may be used
 */
public record PasswordSettings(DataSize argon2Memory, int argon2Iterations, int argon2Parallelism,
    DataSize hashingMemory, Duration rememberFor, int rememberedLogins, PasswordRuleSettings rules) {
}
