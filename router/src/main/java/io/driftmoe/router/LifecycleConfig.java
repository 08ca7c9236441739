// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * When an expert of the pool is retired and replaced by a fresh one of its kind. Judged at the end
 * of each window of labelled events, an expert is
 *
 * <ul>
 *   <li>starved when it learned fewer than {@code minShare} of the window's events;
 *   <li>harmful when it was wrong more often than always naming the window's majority class, by
 *       more than five standard errors, {@code 5 sqrt(w + m)} with w its errors and m those of the
 *       majority class, and by more than one per cent of the events;
 *   <li>redundant when it is of the same kind as an expert before it, both said the same class in
 *       more than {@code maxAgreement} of the events, and they were wrong together at least once.
 * </ul>
 *
 * <p>It is judged by its own votes only: where labels come late, those of an expert that held its
 * place before, and those from before it had learned anything, do not count. There is no verdict
 * over an expert with own votes for less than half of the window's events, such as one that sleeps
 * (see {@link AttendanceConfig}).
 *
 * @param window labelled events between two judgements, 100 to 1,000,000,000
 * @param minShare from 0 (never starved) to 1
 * @param maxAgreement from 0 to 1 (never redundant)
 */
public record LifecycleConfig(int window, double minShare, double maxAgreement) {
  private static final int LONGEST_WINDOW = 1_000_000_000;

  /**
   * Checks the ranges.
   *
   * @param window events, 100 to 1,000,000,000
   * @param minShare from 0 to 1
   * @param maxAgreement from 0 to 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public LifecycleConfig {
    if (window < 100 || window > LONGEST_WINDOW) {
      throw new IllegalArgumentException(
          "window must be from 100 to %s, got %s".formatted(LONGEST_WINDOW, window));
    }
    if (!(minShare >= 0 && minShare <= 1)) {
      throw new IllegalArgumentException("minShare must be from 0 to 1, got " + minShare);
    }
    if (!(maxAgreement >= 0 && maxAgreement <= 1)) {
      throw new IllegalArgumentException("maxAgreement must be from 0 to 1, got " + maxAgreement);
    }
  }

  /**
   * {@return windows of 10,000 events, at least 5 % of them learned, at most 99.9 % in agreement}
   */
  public static LifecycleConfig defaults() {
    return new LifecycleConfig(10_000, 0.05, 0.999);
  }
}
