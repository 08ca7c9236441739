// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.SplitMix64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * When the label of an event arrives, and whether it does.
 *
 * <p>The label of event t with delay d is learned after event t + d was predicted and before event
 * t + d + 1 is: with delay 0 this is plain test-then-train. A label always comes with the features
 * of its own event, and scores the prediction that was made for it. Every prediction counts in the
 * scores, whether or not its label is given to the learner.
 *
 * @param minDelay smallest delay in events, from 0
 * @param maxDelay largest delay in events, at least minDelay; drawn uniformly in between
 * @param classDelays delay by class name instead, for the classes it names; the others have
 *     minDelay to maxDelay
 * @param share of the labels that arrive at all, greater than 0, at most 1; drawn independently
 */
public record LabelArrival(
    long minDelay, long maxDelay, Map<String, Long> classDelays, double share) {
  /** Largest delay. */
  public static final long MAX_DELAY = 100_000_000;

  /** Every label at once. */
  public static final LabelArrival IMMEDIATE = new LabelArrival(0, 0, Map.of(), 1);

  /** Checks the ranges. */
  public LabelArrival {
    Objects.requireNonNull(classDelays, "classDelays");
    if (minDelay < 0 || minDelay > maxDelay || maxDelay > MAX_DELAY) {
      throw new IllegalArgumentException(
          "delays must satisfy 0 <= minDelay <= maxDelay <= %s, got %s and %s"
              .formatted(MAX_DELAY, minDelay, maxDelay));
    }
    for (Map.Entry<String, Long> delay : classDelays.entrySet()) {
      if (delay.getValue() < 0 || delay.getValue() > MAX_DELAY) {
        throw new IllegalArgumentException(
            "delay of class %s must be from 0 to %s, got %s"
                .formatted(delay.getKey(), MAX_DELAY, delay.getValue()));
      }
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 (exclusive) to 1, got " + share);
    }
    classDelays = Collections.unmodifiableMap(new LinkedHashMap<>(classDelays));
  }

  /** The same delays with another share of labels. */
  public LabelArrival withShare(double other) {
    return new LabelArrival(minDelay, maxDelay, classDelays, other);
  }

  /** Whether every label comes at once. */
  public boolean immediate() {
    return equals(IMMEDIATE);
  }

  /**
   * Delay of one event's label in events.
   *
   * @param seed of the run
   * @param event index of the event, from 0
   * @param className its true class
   */
  long delay(long seed, long event, String className) {
    Long fixed = classDelays.get(className);
    if (fixed != null) {
      return fixed;
    }
    long width = maxDelay - minDelay + 1;
    return minDelay + Math.floorMod(SplitMix64.derive(seed, event) >>> 1, width);
  }

  /**
   * Whether one event's label arrives.
   *
   * @param seed of the run
   * @param event index of the event, from 0
   */
  boolean arrives(long seed, long event) {
    return share == 1 || (SplitMix64.derive(~seed, event) >>> 11) * 0x1.0p-53 < share;
  }

  /** How the command line writes the delays: {@code 100}, {@code 0-1000} or {@code UP=5/DOWN=9}. */
  public String delayText() {
    if (!classDelays.isEmpty()) {
      StringBuilder text = new StringBuilder();
      classDelays.forEach(
          (name, delay) ->
              text.append(text.isEmpty() ? "" : "/").append(name).append('=').append(delay));
      return text.toString();
    }
    return minDelay == maxDelay ? Long.toString(minDelay) : minDelay + "-" + maxDelay;
  }
}
