// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.router.PartFailure.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides for the parts of one mixture whether a failure stays with the part that it happened in.
 * None does where nobody takes the reports: a learner that fails must not look like a weak one.
 */
final class FailureGuard {
  /** By how much rounding may lift a probability above 1. */
  private static final double ROUNDING = 1e-9;

  /** By how much the sum of a distribution may miss 1. */
  private static final double SUM_TOLERANCE = 1e-6;

  private @Nullable Consumer<PartFailure> listener;
  private boolean anyFailed;

  /** Failures to be saved that have not been reported yet; the writer may be another thread. */
  private final Queue<PartFailure> unsaved = new ConcurrentLinkedQueue<>();

  /**
   * Those that are due: of the snapshot that this mixture has gone on from, and of the mixture that
   * wrote it.
   */
  private final List<PartFailure> due = new ArrayList<>();

  /**
   * @param listener takes the reports; null to have all failures thrown on
   */
  void report(@Nullable Consumer<PartFailure> listener) {
    this.listener = listener;
    if (listener != null && !due.isEmpty()) {
      List<PartFailure> said = List.copyOf(due);
      due.clear();
      said.forEach(listener);
    }
  }

  boolean contains() {
    return listener != null;
  }

  /** Throws a failure on that does not stay with its part. */
  void check(Throwable failure) {
    if (listener == null || !Containment.contains(failure)) {
      FailureGuard.<RuntimeException>rethrow(failure);
    }
  }

  /** Whatever it is, also what only {@link Throwable} declares: the parts declare nothing. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable failure) throws T {
    throw (T) failure;
  }

  /** Whether a part has failed since the mixture was made. */
  boolean anyFailed() {
    return anyFailed;
  }

  /** Reports a failure that {@link #check} has let pass, when a fresh part is in place. */
  void failed(Part part, int position, String doing, Throwable failure) {
    report(new PartFailure(part, position, doing, failure));
  }

  private void report(PartFailure failure) {
    anyFailed = true;
    if (listener != null) {
      listener.accept(failure);
    }
  }

  /** Takes note of a part that could not be saved, and has not been replaced yet. */
  void unsaved(PartFailure failure) {
    unsaved.add(failure);
  }

  /** Reports a part that could not be saved, now that a fresh one is in place. */
  void replacedUnsaved(PartFailure failure) {
    unsaved.removeIf(other -> other.cause() == failure.cause());
    report(failure);
  }

  /**
   * Takes over the reports that are due from the guard of a mixture of which only the snapshot goes
   * on: the fresh parts are in it.
   */
  void inherit(FailureGuard other) {
    due.addAll(other.due);
    due.addAll(other.unsaved);
  }

  /** Takes note of a part that could not be read, in whose place a fresh one is. */
  void unread(PartFailure failure) {
    due.add(failure);
  }

  /** Whether it lies from 0 to 1, up to rounding: what lies further above 1 nothing can learn. */
  static boolean isProbability(double p) {
    return p >= 0 && p <= 1 + ROUNDING;
  }

  /**
   * Checks what a part says.
   *
   * @param what the numbers are, for the message
   * @throws IllegalStateException when they are no distribution
   */
  static void checkDistribution(String what, double[] distribution) {
    double sum = 0;
    for (double p : distribution) {
      if (!isProbability(p)) {
        throw new IllegalStateException("%s must lie from 0 to 1, got %s".formatted(what, p));
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalStateException("%s must sum to 1, got a sum of %s".formatted(what, sum));
    }
  }
}
