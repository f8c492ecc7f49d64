package org.stationmaster.outbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;

/** Keeps the beginning of an answer and reads over the rest. */
final class FirstBytes implements Flow.Subscriber<List<ByteBuffer>> {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  FirstBytes(int limit) {
    this.limit = limit;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[Math.min(buffer.remaining(), limit - kept.size())];
      buffer.get(bytes);
      kept.writeBytes(bytes);
    }
  }

  @Override
  public void onError(Throwable cause) {
    // The exchange ends with it.
  }

  @Override
  public void onComplete() {
    // What was kept is all there is.
  }

  String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }
}
