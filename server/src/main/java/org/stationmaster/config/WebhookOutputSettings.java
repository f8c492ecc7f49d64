package org.stationmaster.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Posts events to a web server.
 *
 * @param name see {@link OutputSettings#name()}
 * @param selection see {@link OutputSettings#selection()}
 * @param url where to
 * @param caFile the authorities that are trusted; empty for those that the Java runtime trusts
 * @param secret signs what is sent
 * @param headersFile further headers, one a line
 * @param timeout for connecting, and for the answer
 * @param batchSize how many events one request has at most
 * @param retry what becomes of arrivals that are not taken
 */
public record WebhookOutputSettings(String name, EventSelection selection, URI url, Optional<Path> caFile,
    Passphrase secret, Optional<Path> headersFile, Duration timeout, int batchSize, RetrySettings retry)
    implements ReliableOutputSettings {
}
