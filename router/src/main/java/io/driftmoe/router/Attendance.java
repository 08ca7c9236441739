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

  /** Version 2 added the evidence and the events that a trial lasts, 3 how long pauses last. */
  private static final int VERSION = 3;

  /** Judged events that say nothing yet of an expert that has just come. */
  private static final int GREEN = 250;

  /** What one event may say, in nats: a bet on it never loses more than half of what there is. */
  private static final double LARGEST_GAIN = 0.5;

  // Bounds of the evidence, so that it can turn.
  private static final double LEAST_EVIDENCE = 1e-3;
  private static final double LEAST_EVIDENCE_ASLEEP = 0.05;

  /** Keeps the evidence finite where no review turns it; more may be asked for. */
  private static final double LARGEST_EVIDENCE = 1e100;

  /** Share of doubt in an expert's probabilities, as in the gates. */
  private static final double DOUBT = 0.1;

  private static final double SMALLEST_WEIGHT = 1e-12;

  private final AttendanceConfig config;
  private final SpecialistTrials trials;
  private final int experts;

  /** Which experts consist of specialists. */
  private final boolean[] costly;

  private final boolean[] asleep;

  /** Mean gain of each expert, in nats an event. */
  private final double[] gains;

  /** Events that each expert attended and was judged by. */
  private final long[] judged;

  /**
   * Evidence that an expert gains less than it must, or of one that sleeps, that it gains more: the
   * wealth of one who bets on that with each event, having begun with 1.
   */
  private final double[] evidence;

  /** Judged events that each expert's trial lasts, if it consists of specialists. */
  private final long[] trialLengths;

  /** Labelled events since each that consists of specialists was paused, 0 where it is awake. */
  private final long[] slept;

  /** Labelled events since the trial began. */
  private long events;

  /**
   * @param costly whether each expert consists of specialists
   */
  Attendance(AttendanceConfig config, boolean[] costly) {
    this.config = config;
    this.trials = config.specialists();
    this.experts = costly.length;
    this.costly = costly;
    this.asleep = new boolean[experts];
    this.gains = new double[experts];
    this.judged = new long[experts];
    this.evidence = new double[experts];
    this.trialLengths = new long[experts];
    this.slept = new long[experts];
    Arrays.fill(evidence, 1);
    Arrays.fill(trialLengths, trials.first());
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
      if (asleep[e] && new SplitMix64(SplitMix64.derive(seed, e)).nextDouble() >= probe(e)) {
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

  /** Share of the events that a paused expert attends. */
  private double probe(int e) {
    if (!costly[e]) {
      return config.probe();
    }
    int doublings = Long.SIZE - Long.numberOfLeadingZeros(slept[e] / trials.again());
    return config.probe() / (1 << Math.min(trials.halvings(), doublings));
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
      slept[e] += asleep[e] && costly[e] ? 1 : 0;
      if (outcome.heard()[e]) {
        judge(e, weights, outcome);
      }
    }
    events++;
    if (events % config.period() == 0) {
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
    Arrays.fill(evidence, 1);
    Arrays.fill(slept, 0);
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
    double gain = Logarithm.of(mixed / rest);
    gains[e] += Math.max(1.0 / judged[e], 1.0 / config.memory()) * (gain - gains[e]);
    if (costly[e] && (asleep[e] || judged[e] > GREEN)) {
      double surplus = Math.max(-LARGEST_GAIN, Math.min(LARGEST_GAIN, gain)) - config.leastGain();
      evidence[e] =
          atMost(
              asleep[e]
                  ? Math.max(LEAST_EVIDENCE_ASLEEP, evidence[e] * (1 + surplus))
                  : Math.max(LEAST_EVIDENCE, evidence[e] * (1 - surplus)));
    }
  }

  private double atMost(double evidence) {
    double asked = Math.max(trials.against(), trials.inFavour());
    return Math.min(Math.max(LARGEST_EVIDENCE, asked), evidence);
  }

  private void review(List<ExpertEvent> changes) {
    boolean over = events >= config.trial();
    int awake = 0;
    for (int e = 0; e < experts; e++) {
      if (asleep[e] && gainsAgain(e, over)) {
        asleep[e] = false;
        judged[e] = 0; // a trial of its own, or one that gains about nothing would never rest
        evidence[e] = 1;
        slept[e] = 0;
        changes.add(change(e, Kind.WAKE, gainOf(e)));
      }
      awake += asleep[e] ? 0 : 1;
    }
    for (int e = 0; e < experts && awake > 1; e++) {
      if (!asleep[e] && costly[e] && hasFailed(e)) {
        pause(e, changes);
        awake--;
      }
    }
    int least = over ? leastOfTried() : -1;
    if (least >= 0 && awake > 1 && gains[least] < config.leastGain()) {
      pause(least, changes);
    }
  }

  private boolean gainsAgain(int e, boolean over) {
    return costly[e]
        ? evidence[e] >= trials.inFavour()
        : over && judged[e] > 0 && gains[e] > config.leastGain();
  }

  private boolean hasFailed(int e) {
    return judged[e] > GREEN && evidence[e] >= trials.against()
        || judged[e] >= trialLengths[e] && gains[e] < config.leastGain();
  }

  /** The expert that attends and gains least; -1 where none has been judged for long enough. */
  private int leastOfTried() {
    int least = -1;
    for (int e = 0; e < experts; e++) {
      long trial = costly[e] ? trialLengths[e] : config.trial();
      boolean tried = !asleep[e] && judged[e] >= Math.max(1, trial); // not one that has just come
      least = tried && (least < 0 || gains[e] < gains[least]) ? e : least;
    }
    return least;
  }

  private void pause(int e, List<ExpertEvent> changes) {
    asleep[e] = true;
    slept[e] = 0;
    evidence[e] = 1;
    trialLengths[e] = trials.again();
    changes.add(change(e, Kind.SLEEP, gainOf(e)));
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
    evidence[e] = 1;
    trialLengths[e] = trials.first();
    slept[e] = 0;
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
    SnapshotArrays.writeDoubles(out, evidence);
    SnapshotArrays.writeLongs(out, trialLengths);
    SnapshotArrays.writeLongs(out, slept);
  }

  void readSnapshot(DataInput in) throws IOException {
    int found = SnapshotHeader.read(in, TAG, VERSION);
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
    if (found >= 2) {
      // it had no bound at first
      SnapshotArrays.readDoubles(
          in, evidence, 0, Double.POSITIVE_INFINITY, "evidence about experts");
      Arrays.setAll(evidence, e -> atMost(evidence[e]));
      SnapshotArrays.readLongs(in, trialLengths);
    } else {
      for (int e = 0; e < experts; e++) {
        trialLengths[e] = asleep[e] ? trials.again() : trials.first();
      }
    }
    if (found >= 3) {
      SnapshotArrays.readLongs(in, slept);
      for (long pause : slept) {
        if (pause < 0) {
          throw new IOException("snapshot holds a pause of %s events".formatted(pause));
        }
      }
    }
  }
}
