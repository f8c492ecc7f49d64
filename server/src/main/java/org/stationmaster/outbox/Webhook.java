package org.stationmaster.outbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.stationmaster.config.WebhookOutputSettings;

/** Posts events as a JSON array. */
final class Webhook implements Delivery {
  /** Over the time in seconds, a dot and the body, so that nobody can send an old body with a new time. */
  private static final String SIGNATURE = "X-Stationmaster-Signature";
  private static final String ALGORITHM = "HmacSHA256";
  /** What says nothing of the events: who is asked is the wrong one, knows us not, or has no time. */
  private static final Set<Integer> NOT_FOR_THE_EVENTS = Set.of(401, 402, 403, 404, 405, 407, 421, 425, 429, 451, 503);
  private static final int TIMED_OUT = 408;
  private static final int SUCCESS = 200;
  private static final int REDIRECT = 300;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;
  private static final int LONGEST_ANSWER = 300;

  private final WebhookOutputSettings settings;
  private final ExecutorService threads;
  private final HttpClient client;

  /** @throws IOException in words, when a file that the settings name cannot be used */
  Webhook(WebhookOutputSettings settings) throws IOException {
    this.settings = settings;
    secret();
    headers();
    this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("events-" + settings.name()).factory());
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(settings.timeout()).executor(threads);
    if (settings.caFile().isPresent()) {
      builder.sslContext(trusting(settings.caFile().get()));
    }
    this.client = builder.build();
  }

  /** Read each time, so that a new one needs no restart. */
  private Optional<byte[]> secret() throws IOException {
    return Secrets.read(settings.secret(), settings.key("secret"));
  }

  private Map<String, String> headers() throws IOException {
    return settings.headersFile().isEmpty() ? Map.of()
        : Secrets.headers(settings.headersFile().get(), settings.key("headers-file"));
  }

  private SSLContext trusting(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new IOException("there is no certificate in it");
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException(settings.key("ca-file") + ": \"" + file + "\" cannot be used: " + e.getMessage()
          + "; name a file with the certificates of the authorities that are trusted (PEM)", e);
    }
  }

  @Override
  public int atOnce() {
    return 1;
  }

  @Override
  public int batchSize() {
    return settings.batchSize();
  }

  @Override
  public Answer deliver(List<Notice> batch) throws InterruptedException {
    byte[] body = NoticeJson.array(batch);
    HttpRequest.Builder request = HttpRequest.newBuilder(settings.url()).timeout(settings.timeout())
        .header("Content-Type", "application/json").header("User-Agent", "Stationmaster")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    try {
      headers().forEach(request::setHeader);
      secret().ifPresent(key -> request.setHeader(SIGNATURE, signature(key, Instant.now().getEpochSecond(), body)));
    } catch (IOException | IllegalArgumentException e) {
      return new Answer.Unavailable(e.getMessage());
    }
    CompletableFuture<HttpResponse<String>> exchange = client.sendAsync(request.build(),
        HttpResponse.BodyHandlers.fromSubscriber(new FirstBytes(LONGEST_ANSWER), FirstBytes::text));
    try {
      // The client's own time-out ends with the headers of the answer.
      HttpResponse<String> response = exchange.get(settings.timeout().toMillis() * 2, TimeUnit.MILLISECONDS);
      return answer(response);
    } catch (ExecutionException e) {
      return answer(e.getCause());
    } catch (TimeoutException e) {
      return new Answer.Failed("no whole answer after " + settings.timeout().toMillis() * 2 + " ms (timeout)");
    } finally {
      exchange.cancel(true);
    }
  }

  /** {@code t=1767225600,v1=...}. */
  static String signature(byte[] key, long time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((time + ".").getBytes(StandardCharsets.US_ASCII));
      return "t=" + time + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer answer(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status >= SUCCESS && status < REDIRECT) {
      return new Answer.Accepted();
    }
    String reason = "the receiver answered " + status + (response.body().isBlank() ? "" : ": "
        + response.body().strip());
    if (status < CLIENT_ERROR) {
      return new Answer.Unavailable(reason + response.headers().firstValue("Location").map(place -> " (redirects are "
          + "not followed; set url to " + place + ")").orElse(""));
    }
    if (NOT_FOR_THE_EVENTS.contains(status)) {
      return new Answer.Unavailable(reason);
    }
    return status >= SERVER_ERROR || status == TIMED_OUT ? new Answer.Failed(reason) : new Answer.Refused(reason);
  }

  private static Answer answer(Throwable cause) {
    String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return switch (cause) {
      case HttpConnectTimeoutException _ -> new Answer.Unavailable("no connection: it took too long (timeout)");
      case ConnectException _ -> new Answer.Unavailable("no connection: " + (cause.getMessage() == null
          && cause.getCause() != null ? cause.getCause().getClass().getSimpleName().equals("UnresolvedAddressException")
              ? "the name of the host is not known" : "refused" : reason));
      case UnknownHostException _ -> new Answer.Unavailable("no connection: the host " + reason + " is not known");
      case SSLException _ -> new Answer.Unavailable("no TLS connection: " + reason + " (ca-file)");
      default -> new Answer.Failed("no answer: " + reason);
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
