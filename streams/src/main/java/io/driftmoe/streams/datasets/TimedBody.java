// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, read piece by piece with a limit on the time between two pieces: the
 * client's own time-out ends with the headers, and its streams wait for ever.
 */
final class TimedBody implements BodySubscriber<TimedBody>, AutoCloseable {
  private final Duration idleTimeout;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private Flow.@Nullable Subscription subscription;
  private boolean closed;

  /** Some bytes, or the end: with a failure or, when both are null, a good one. */
  private record Signal(@Nullable List<ByteBuffer> bytes, @Nullable Throwable failure) {}

  TimedBody(Duration idleTimeout) {
    this.idleTimeout = idleTimeout;
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    if (closed) {
      given.cancel();
    } else {
      subscription = given;
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    signals.add(new Signal(bytes, null));
  }

  @Override
  public void onError(Throwable failure) {
    signals.add(new Signal(null, failure));
  }

  @Override
  public void onComplete() {
    signals.add(new Signal(null, null));
  }

  /**
   * Waits for the next piece.
   *
   * @return null at the end of the body
   * @throws HttpTimeoutException when nothing comes in time
   * @throws IOException when the connection breaks or the body is shorter than announced
   */
  @Nullable List<ByteBuffer> next() throws IOException, InterruptedException {
    Signal signal = signals.poll(idleTimeout.toMillis(), TimeUnit.MILLISECONDS);
    if (signal == null) {
      throw new HttpTimeoutException("nothing came for " + idleTimeout.toSeconds() + " s");
    }
    if (signal.failure() != null) {
      throw new IOException(signal.failure().getMessage(), signal.failure());
    }
    if (signal.bytes() != null) {
      request();
    }
    return signal.bytes();
  }

  private synchronized void request() {
    if (!closed && subscription != null) {
      subscription.request(1);
    }
  }

  /** Lets go of what has not been read. */
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
