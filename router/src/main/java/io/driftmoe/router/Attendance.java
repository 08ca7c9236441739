// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.Logarithm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Decides which experts attend an event; see {@link AttendanceConfig}. */
final class Attendance {
  private static final String TAG = "ATTN";
  private static final int VERSION = 1;

  /** Share of doubt in an expert's probabilities, as in the gates. */
  private static final double DOUBT = 0.1;

  private static final double SMALLEST_WEIGHT = 1e-12;

  private final AttendanceConfig config;
  private final int experts;
  private final boolean[] asleep;

  /** Mean gain of each expert, in nats an event. */
  private final double[] gains;

  /** Events that each expert attended and was judged by. */
  private final long[] judged;

  /** Labelled events since the trial began. */
  private long events;

  Attendance(AttendanceConfig config, int experts) {
    this.config = config;
    this.experts = experts;
    this.asleep = new boolean[experts];
    this.gains = new double[experts];
    this.judged = new long[experts];
  }

  /**
   * Takes the weights of experts that do not attend away.
   *
   * @param seed of the prediction
   * @param weights of all experts, summing to 1; those that attend keep theirs, normalised; 0 for
   *     the others
   */
  void choose(long seed, double[] weights) {
    double kept = 0;
    int attending = 0;
    for (int e = 0; e < experts; e++) {
      if (asleep[e] && new SplitMix64(SplitMix64.derive(seed, e)).nextDouble() >= config.probe()) {
        weights[e] = 0;
      } else {
        // an expert that attends differs from one that does not even when it has no weight
        weights[e] = Math.max(weights[e], SMALLEST_WEIGHT);
        kept += weights[e];
        attending++;
      }
    }
    if (attending < experts) {
      for (int e = 0; e < experts; e++) {
        weights[e] /= kept;
      }
    }
  }

  /**
   * Takes note of one labelled event.
   *
   * @param weights the prediction was made with, 0 for experts that did not attend
   * @param outcome which experts attended, and their likelihoods
   * @param changes receives the pauses that began or ended
   */
  void observe(double[] weights, Outcome outcome, List<ExpertEvent> changes) {
    for (int e = 0; e < experts; e++) {
      if (outcome.heard()[e]) {
        judge(e, weights, outcome);
      }
    }
    events++;
    if (events >= config.trial() && events % config.period() == 0) {
      review(changes);
    }
  }

  /**
   * All attend again: what gained nothing may gain now.
   *
   * @param changes receives the pauses that ended
   */
  void startTrial(List<ExpertEvent> changes) {
    events = 0;
    for (int e = 0; e < experts; e++) {
      if (asleep[e]) {
        changes.add(change(e, Kind.WAKE, "errors of the mixture rose: all attend again"));
      }
    }
    Arrays.fill(asleep, false);
    Arrays.fill(judged, 0);
  }

  private void judge(int e, double[] weights, Outcome outcome) {
    double others = 0;
    double mass = 0;
    for (int o = 0; o < experts; o++) {
      if (o != e && outcome.heard()[o]) {
        others += weights[o] * outcome.likelihood(o, DOUBT);
        mass += weights[o];
      }
    }
    if (mass == 0) {
      return; // alone
    }
    double rest = others / mass;
    double weight = Math.max(weights[e], 1.0 / experts);
    double mixed = (1 - weight) * rest + weight * outcome.likelihood(e, DOUBT);
    judged[e]++;
    gains[e] +=
        Math.max(1.0 / judged[e], 1.0 / config.memory()) * (Logarithm.of(mixed / rest) - gains[e]);
  }

  private void review(List<ExpertEvent> changes) {
    int awake = 0;
    int least = -1;
    for (int e = 0; e < experts; e++) {
      if (asleep[e]) {
        if (judged[e] > 0 && gains[e] > config.leastGain()) {
          asleep[e] = false;
          judged[e] = 0; // a trial of its own, or one that gains about nothing would never rest
          awake++;
          changes.add(change(e, Kind.WAKE, gainOf(e)));
        }
      } else {
        awake++;
        boolean tried = judged[e] >= Math.max(1, config.trial()); // not one that has just come
        least = tried && (least < 0 || gains[e] < gains[least]) ? e : least;
      }
    }
    if (least >= 0 && awake > 1 && gains[least] < config.leastGain()) {
      asleep[least] = true;
      changes.add(change(least, Kind.SLEEP, gainOf(least)));
    }
  }

  private String gainOf(int e) {
    return String.format(
        Locale.ROOT,
        "gains the mixture %.4f nats an event, least is %s",
        gains[e],
        config.leastGain());
  }

  private static ExpertEvent change(int e, Kind kind, String reason) {
    return new ExpertEvent(e, new LifecycleEvent(kind, -1, reason));
  }

  /** Takes note that another expert has come in this one's place: it is awake. */
  void replaced(int e) {
    asleep[e] = false;
    gains[e] = 0;
    judged[e] = 0;
  }

  boolean isAsleep(int e) {
    return asleep[e];
  }

  /** Mean gain of an expert, in nats an event. */
  double gain(int e) {
    return gains[e];
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(events);
    SnapshotArrays.writeDoubles(out, gains);
    SnapshotArrays.writeLongs(out, judged);
    for (boolean sleeps : asleep) {
      out.writeBoolean(sleeps);
    }
  }

  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    events = SnapshotArrays.readCount(in, "events of the attendance");
    SnapshotArrays.readDoubles(
        in, gains, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, "gains of experts");
    SnapshotArrays.readLongs(in, judged);
    for (int e = 0; e < experts; e++) {
      if (judged[e] < 0) {
        throw new IOException("snapshot holds an expert judged by %s events".formatted(judged[e]));
      }
      asleep[e] = in.readBoolean();
    }
  }
}
