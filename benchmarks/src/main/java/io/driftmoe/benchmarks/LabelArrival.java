// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.LabelBudget;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When the label of an event arrives, and whether it does.
 *
 * <p>The label of event t with delay d is learned after event t + d was predicted and before event
 * t + d + 1 is: with delay 0 this is plain test-then-train. A label always comes with the features
 * of its own event, and scores the prediction that was made for it. Every prediction counts in the
 * scores, whether or not its label is given to the learner.
 *
 * <p>With true times a label is learned when its stream recorded that it became known: at once
 * where that was no later than the event, else before the first event of a later time. One that
 * became known after all events is not learned.
 *
 * @param minDelay smallest delay in events, from 0
 * @param maxDelay largest delay in events, at least minDelay; drawn uniformly in between
 * @param classDelays delay by class name instead, for the classes it names; the others have
 *     minDelay to maxDelay
 * @param share of the labels that arrive at all, greater than 0, at most 1; drawn independently
 * @param trueTimes whether labels come at the times that the stream recorded; then there are no
 *     delays
 * @param budget for labels that are asked for, and no others arrive; null for all labels, whether
 *     or not they are asked for
 */
public record LabelArrival(
    long minDelay,
    long maxDelay,
    Map<String, Long> classDelays,
    double share,
    // left out where it is false, so that the results of cells from before still count
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean trueTimes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LabelBudget budget) {
  /** Largest delay. */
  public static final long MAX_DELAY = 100_000_000;

  /** Every label at once. */
  public static final LabelArrival IMMEDIATE = new LabelArrival(0, 0, Map.of(), 1);

  /** Every label at its recorded time. */
  public static final LabelArrival TRUE_TIMES = new LabelArrival(0, 0, Map.of(), 1, true, null);

  /** How the command line writes that labels come at their recorded times. */
  public static final String TRUE_TIMES_TEXT = "true-times";

  /** Delays in events. */
  public LabelArrival(long minDelay, long maxDelay, Map<String, Long> classDelays, double share) {
    this(minDelay, maxDelay, classDelays, share, false, null);
  }

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
    if (trueTimes && (maxDelay > 0 || !classDelays.isEmpty())) {
      throw new IllegalArgumentException("true times and delays exclude each other");
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 (exclusive) to 1, got " + share);
    }
    classDelays = Collections.unmodifiableMap(new LinkedHashMap<>(classDelays));
  }

  /** The same delays with another share of labels. */
  public LabelArrival withShare(double other) {
    return new LabelArrival(minDelay, maxDelay, classDelays, other, trueTimes, budget);
  }

  /** The same delays for labels that are asked for; null for all labels. */
  public LabelArrival withBudget(@Nullable LabelBudget other) {
    return new LabelArrival(minDelay, maxDelay, classDelays, share, trueTimes, other);
  }

  /** Whether every label that is wanted comes at once. */
  boolean atOnce() {
    return withBudget(null).equals(IMMEDIATE);
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

  /**
   * How the command line writes the delays: {@code 100}, {@code 0-1000}, {@code UP=5/DOWN=9} or
   * {@code true-times}.
   */
  public String delayText() {
    if (trueTimes) {
      return TRUE_TIMES_TEXT;
    }
    if (!classDelays.isEmpty()) {
      StringBuilder text = new StringBuilder();
      classDelays.forEach(
          (name, delay) ->
              text.append(text.isEmpty() ? "" : "/").append(name).append('=').append(delay));
      return text.toString();
    }
    return minDelay == maxDelay ? Long.toString(minDelay) : minDelay + "-" + maxDelay;
  }

  /** How tables write the budget: {@code 10 % uncertain}, or nothing where there is none. */
  public String budgetText() {
    if (budget == null) {
      return "";
    }
    BigDecimal perCent = BigDecimal.valueOf(budget.share()).movePointRight(2).stripTrailingZeros();
    return "%s %% %s"
        .formatted(perCent.toPlainString(), budget.choice().name().toLowerCase(Locale.ROOT));
  }
}
