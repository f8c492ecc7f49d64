package org.stationmaster.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.stationmaster.config.StatusSettings;

/**
 * Tells those who watch the server how it is: {@code /health} says that the process lives, {@code /ready} whether all
 * listeners accept. Both answer 200, or 503 with the reason.
 */
public final class StatusServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Opens the port.
   *
   * @param notReady why the server is not ready; empty text when it is
   * @throws IOException when the address is not available
   */
  public StatusServer(StatusSettings settings, Supplier<String> notReady) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(settings.address()), settings.port()), 64);
    server.setExecutor(workers);
    server.createContext("/health", exchange -> answer(exchange, "/health", ""));
    server.createContext("/ready", exchange -> answer(exchange, "/ready", notReady.get()));
    server.start();
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(HttpExchange exchange, String page, String trouble) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(page)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      if (!isHead && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] body = ((trouble.isEmpty() ? "ok" : trouble) + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(trouble.isEmpty() ? 200 : 503, isHead ? -1 : body.length);
      if (!isHead) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.close();
  }
}
