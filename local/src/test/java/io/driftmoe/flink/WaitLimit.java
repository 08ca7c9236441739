// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * How long an integration test waits for something. When that time is over, the stacks of all
 * threads are written to a file below {@code target/thread-dumps}, which the error names: the
 * cluster is closed before anybody could take them.
 */
record WaitLimit(Duration duration) {
  private static final Path DUMPS = Path.of("target", "thread-dumps");

  static WaitLimit seconds(long seconds) {
    return new WaitLimit(Duration.ofSeconds(seconds));
  }

  /** Waits until the condition holds. */
  void until(Callable<Boolean> condition) {
    try {
      Awaitility.await().atMost(duration).until(condition);
    } catch (ConditionTimeoutException e) {
      throw exceeded(e);
    }
  }

  /** Waits for a result. */
  <T> T get(Future<T> future) throws Exception {
    try {
      return future.get(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw exceeded(e);
    }
  }

  private AssertionError exceeded(Exception timeout) {
    try {
      Path dump = Files.createTempFile(Files.createDirectories(DUMPS), "threads-", ".txt");
      Files.writeString(dump, threads());
      return new AssertionError(
          "waited %s s; stacks of all threads at that time: %s"
              .formatted(duration.toSeconds(), dump.toAbsolutePath()),
          timeout);
    } catch (IOException | JMException e) {
      timeout.addSuppressed(e);
      return new AssertionError("waited %s s".formatted(duration.toSeconds()), timeout);
    }
  }

  /** What {@code jstack -l} prints. */
  private static String threads() throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "threadPrint",
                new Object[] {new String[] {"-l"}},
                new String[] {String[].class.getName()});
  }
}
