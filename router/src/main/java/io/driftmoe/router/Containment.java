// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.StepQueueException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Which failures concern one part or one record only, so that everything else can go on. */
public final class Containment {

  /** Causes looked at: a chain of causes may be a circle. */
  private static final int MOST_CAUSES = 50;

  private Containment() {}

  /**
   * Whether a failure concerns no more than what was computed when it happened: exceptions, failed
   * assertions, and recursion too deep. All other errors concern the process, such as a lack of
   * memory; an interruption concerns the thread, and a failed device or output everybody who uses
   * it.
   *
   * @param failure what was thrown
   * @return false when it must be thrown on
   */
  public static boolean contains(Throwable failure) {
    if (Thread.currentThread().isInterrupted()) {
      return false; // whatever it looks like: it may be what became of the interruption
    }
    if (!(failure instanceof Exception) && !isOfOneCall(failure)) {
      return false;
    }
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (concernsOthers(cause)) {
        return false;
      }
      cause = cause.getCause();
    }
    return true;
  }

  private static boolean isOfOneCall(Throwable failure) {
    return failure instanceof StackOverflowError || failure instanceof AssertionError;
  }

  private static boolean concernsOthers(Throwable cause) {
    return cause instanceof InterruptedException
        || cause instanceof UncheckedIOException
        || cause instanceof StepQueueException
        || cause instanceof BackendException
        || cause instanceof Error && !isOfOneCall(cause);
  }
}
