// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A broker for other processes to use: at a port that they know, until it is closed, or this
 * process is interrupted.
 */
public final class StandaloneBroker implements AutoCloseable {
  private final EmbeddedKafka kafka;
  private final Closing behind;
  private final Thread onExit;

  private boolean closed;

  /** What comes after the broker. */
  @FunctionalInterface
  private interface Closing {
    void close() throws LocalException;
  }

  private StandaloneBroker(
      EmbeddedKafka kafka, Closing behind, Consumer<LocalException> notClosedOnExit) {
    this.kafka = kafka;
    this.behind = behind;
    this.onExit =
        new Thread(
            () -> {
              try {
                close();
              } catch (LocalException e) {
                notClosedOnExit.accept(e);
              }
            },
            "stop-broker");
  }

  /**
   * Starts it.
   *
   * @param port for clients; 0 for any that is free
   * @param data folder of the log, which stays; null for one that goes when the broker ends
   * @param notClosedOnExit told when the process is interrupted and the broker does not end well
   * @throws LocalException when the port is taken, or the folder cannot be used
   */
  public static StandaloneBroker start(
      int port, @Nullable Path data, Consumer<LocalException> notClosedOnExit)
      throws LocalException {
    int free = port == 0 ? FreePort.any() : port;
    if (!FreePort.isFree(free)) {
      throw new LocalException(
          "port %s is taken, perhaps by another broker: --port names another one, 0 any that is free"
              .formatted(free));
    }
    return data == null
        ? startForNow(free, notClosedOnExit)
        : startIn(data.toAbsolutePath().normalize(), free, notClosedOnExit);
  }

  private static StandaloneBroker startForNow(int port, Consumer<LocalException> notClosedOnExit)
      throws LocalException {
    TemporaryFolder temporary = TemporaryFolder.create("broker");
    try {
      return start(
          Files.createDirectory(temporary.path().resolve("log")),
          port,
          temporary::close,
          notClosedOnExit);
    } catch (IOException e) {
      temporary.close();
      throw new LocalException(FailureMessage.of(e), e);
    }
  }

  private static StandaloneBroker startIn(
      Path data, int port, Consumer<LocalException> notClosedOnExit) throws LocalException {
    StateLock lock = null;
    try {
      EmbeddedKafka.requireLog(data);
      lock = StateLock.tryTake(data);
      if (lock == null) {
        throw new LocalException("another broker uses " + data);
      }
      return start(data, port, lock::close, notClosedOnExit);
    } catch (IOException e) {
      if (lock != null) {
        lock.close();
      }
      throw new LocalException(FailureMessage.of(e), e);
    }
  }

  private static StandaloneBroker start(
      Path folder, int port, Closing behind, Consumer<LocalException> notClosedOnExit)
      throws IOException {
    StandaloneBroker broker =
        new StandaloneBroker(EmbeddedKafka.startIn(folder, port), behind, notClosedOnExit);
    Runtime.getRuntime().addShutdownHook(broker.onExit);
    return broker;
  }

  /** host:port for clients. */
  public String bootstrap() {
    return kafka.bootstrap();
  }

  /** Stops the broker and deletes a log that does not stay; closing twice does nothing. */
  @Override
  public synchronized void close() throws LocalException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      kafka.close();
    } catch (IOException e) {
      throw new LocalException("the broker did not stop: " + FailureMessage.of(e), e);
    }
    behind.close();
    ShutdownHooks.remove(onExit);
  }
}
