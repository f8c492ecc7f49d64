package org.stationmaster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A person at a program that asks: waits for each question before typing the answer. */
final class Typist implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final StringBuilder shown = new StringBuilder();
  private final Thread reader;
  private int seen;

  Typist(Path folder, Map<String, String> environment, String... command) throws IOException {
    Client.needs(command[0]);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("HOME", folder.toString());
    process = builder.start();
    reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (InputStream from = process.getInputStream()) {
      byte[] bytes = new byte[1024];
      for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
        synchronized (shown) {
          shown.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
          shown.notifyAll();
        }
      }
    } catch (IOException expected) {
      // It was ended.
    }
  }

  /** Waits until {@code question} is shown, behind what was asked before. */
  Typist asked(String question) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (shown) {
      while (shown.indexOf(question, seen) < 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("waited in vain for \"" + question + "\" in\n" + shown);
        }
        shown.wait(left);
      }
      seen = shown.indexOf(question, seen) + question.length();
    }
    return this;
  }

  /** Types all at once. */
  Typist types(String text) throws IOException {
    OutputStream to = process.getOutputStream();
    to.write(text.getBytes(StandardCharsets.UTF_8));
    to.flush();
    return this;
  }

  /** Types key by key. */
  Typist typesSlowly(String text) throws IOException, InterruptedException {
    for (byte key : text.getBytes(StandardCharsets.UTF_8)) {
      process.getOutputStream().write(key);
      process.getOutputStream().flush();
      TimeUnit.MILLISECONDS.sleep(3);
    }
    return this;
  }

  /** Types nothing more. */
  Typist ends() throws IOException {
    process.getOutputStream().close();
    return this;
  }

  /** Waits for the program's end; the output is what it has shown, with LF at the end of each line. */
  Client.Result result() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end:\n" + shown);
    }
    reader.join();
    return new Client.Result(process.exitValue(), shown.toString().replace("\r\n", "\n"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
