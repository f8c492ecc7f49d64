package org.stationmaster;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** A web server that takes events, or not. */
public final class Receiver implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 30_000;

  /** What a request is answered with. */
  @FunctionalInterface
  public interface Answer {
    /** No answer at all: the connection is closed. */
    int NONE = -1;
    /** An answer that never comes. */
    int HANG = -2;

    /** The status for a request with these events. */
    int status(List<Map<String, Object>> events);
  }

  /** One request. */
  public record Request(String path, Map<String, String> headers, byte[] body, int status) {
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new ArrayList<>();
  private final Map<String, Set<String>> paths = new LinkedHashMap<>();
  private int taken;
  private volatile Answer answer;

  /** Listens on a free loopback port. */
  public Receiver(Answer answer) throws IOException {
    this(0, answer);
  }

  /** Listens on that port. */
  public Receiver(int port, Answer answer) throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100), answer);
  }

  /** Listens on a free loopback port, with the certificate and the key of that context. */
  public static Receiver withTls(SSLContext identity, Answer answer) throws IOException {
    HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setHttpsConfigurator(new HttpsConfigurator(identity));
    return new Receiver(server, answer);
  }

  private Receiver(HttpServer server, Answer answer) {
    this.server = server;
    this.answer = answer;
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  /** Where it listens. */
  public String url() {
    return (server instanceof HttpsServer ? "https://localhost:" : "http://127.0.0.1:") + server.getAddress().getPort()
        + "/events";
  }

  /** Answers like that from now on. */
  public void answer(Answer next) {
    answer = next;
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    List<Map<String, Object>> events = new ArrayList<>();
    for (Object event : JSON.std.listFrom(body)) {
      events.add(JSON.std.mapFrom(JSON.std.asString(event)));
    }
    int status = answer.status(events);
    synchronized (this) {
      Map<String, String> headers = new LinkedHashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
      requests.add(new Request(exchange.getRequestURI().getPath(), headers, body, status));
      if (status == 200) {
        for (Map<String, Object> event : events) {
          Map<?, ?> data = (Map<?, ?>) event.get("data");
          if (data.containsKey("arrival")) {
            paths.computeIfAbsent((String) event.get("account"), _ -> new LinkedHashSet<>())
                .add(data.get("path") + "#" + data.get("arrival"));
          }
          taken++;
        }
      }
    }
    if (status == Answer.HANG) {
      LockSupport.parkNanos(PATIENCE_MILLIS * 1_000_000);
    } else if (status != Answer.NONE) {
      byte[] words = ("status " + status).getBytes();
      exchange.sendResponseHeaders(status, words.length);
      exchange.getResponseBody().write(words);
    }
    exchange.close();
  }

  /** All requests so far. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The paths of the account's arrivals that were taken, each when it came first, as {@code PATH#ARRIVAL}. */
  public synchronized List<String> arrivals(String account) {
    return List.copyOf(paths.getOrDefault(account, Set.of()));
  }

  /** The same without the number. */
  public List<String> paths(String account) {
    return arrivals(account).stream().map(text -> text.replaceAll("#.*", "")).toList();
  }

  /** How many events were taken, with those that came again. */
  public synchronized int taken() {
    return taken;
  }

  /** Waits until these paths of the account, in that order, are those of all arrivals that were taken. */
  public void await(String account, List<String> expected) throws InterruptedException {
    await(() -> paths(account).equals(expected), () -> "expected " + expected + " but received " + paths(account)
        + " in " + requests().size() + " requests");
  }

  /** Waits until an event of that number was taken. */
  public void awaitEvent(int number) throws InterruptedException {
    await(() -> requests().stream().anyMatch(request -> request.status() == 200
        && new String(request.body(), StandardCharsets.UTF_8).contains("\"id\":" + number + ",")),
        () -> "no event " + number);
  }

  private static void await(BooleanSupplier condition, Supplier<String> otherwise) throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.getAsBoolean()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError(otherwise.get());
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
