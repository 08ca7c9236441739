// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expert whose own 0/1 errors are watched: on a warning a fresh one begins to learn in the
 * background, on a drift that one, or else a fresh one, takes its place. Only rising errors count.
 *
 * <p>The first detector warns at its level WARNING, and at DRIFT, which detectors without a warning
 * level have alone. WARNING leaves alone what is already learning in the background; DRIFT starts a
 * fresh one and a fresh detector.
 *
 * <p>Where a replacement must be shown to be better, the second detector is not asked: the expert
 * in the background takes over when {@link SuccessorTest} finds that it errs less. Errors that rise
 * because events have become harder then cost no expert that is as good as a fresh one. A
 * background expert that has had its time and has not been better of late is given up until the
 * next warning.
 *
 * <p>Bifet, Gavaldà: Adaptive learning from evolving data streams, IDA 2009; Gomes et al.: Adaptive
 * random forests for evolving data stream classification, Machine Learning 106, 2017.
 */
final class DriftGuard implements NetworkUser {
  /** Events that a background expert may learn, and be compared on, before it must be better. */
  private static final long PATIENCE = 300;

  private final int position;
  private final MemberSource source;
  private final DetectorFactory warnings;
  private final DetectorFactory drifts;

  /** Level at which the background expert must be shown to be better; 0 where a drift is enough. */
  private final double alpha;

  private final long seed;

  private Expert expert;
  private @Nullable Expert background;
  private DriftDetector warning;
  private DriftDetector drift;

  /** Experts made so far; each gets a seed of its own. */
  private long generation;

  private long learned;

  /** Events that the background expert has learned. */
  private long rehearsed;

  private final SuccessorTest test = new SuccessorTest();

  /** Events on which the test has compared the two; none where it was not asked for at first. */
  private long compared;

  /** Takes what the background expert predicts. */
  private final double[] rehearsal;

  /**
   * A guard around a fresh expert.
   *
   * @param alpha level of the test that the background expert is better; 0 to replace at each drift
   */
  DriftGuard(
      int position,
      MemberSource source,
      DetectorFactory warnings,
      DetectorFactory drifts,
      double alpha,
      long seed) {
    this.position = position;
    this.source = source;
    this.warnings = warnings;
    this.drifts = drifts;
    this.alpha = alpha;
    this.seed = seed;
    this.expert = fresh();
    this.rehearsal = new double[alpha > 0 ? expert.classes() : 0];
    this.warning = warnings.create();
    this.drift = drifts.create();
  }

  private Expert fresh() {
    return source.create(SplitMix64.derive(seed, generation++));
  }

  /** That of experts that are yet to come is up to their source. */
  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    NetworkUser.of(expert).computeWith(backend, queue);
    NetworkUser.of(background).computeWith(backend, queue);
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.of(expert).networkShapes(); // one in the background is of the same kind
  }

  void predict(FeatureVector features, double[] distribution) {
    expert.predict(features, distribution);
  }

  /**
   * Compares the expert with the one in the background on an event that neither has learned yet. To
   * be called for each event, before {@link #learn}.
   *
   * @param wrong whether the expert was wrong
   */
  void compare(FeatureVector features, int label, boolean wrong) {
    if (alpha > 0 && background != null) {
      background.predict(features, rehearsal);
      int choice = 0;
      for (int c = 1; c < rehearsal.length; c++) {
        choice = rehearsal[c] > rehearsal[choice] ? c : choice;
      }
      test.observe(wrong, choice != label);
      compared++;
    }
  }

  /**
   * Lets the expert and the one in the background learn.
   *
   * @param weight greater than 0
   * @param events receives what happened inside the expert
   */
  void learn(FeatureVector features, int label, double weight, List<LifecycleEvent> events) {
    expert.learn(features, label, weight);
    learned++;
    List<LifecycleEvent> inside = expert.latestEvents();
    for (int i = 0; i < inside.size(); i++) {
      events.add(outside(inside.get(i)));
    }
    if (background != null) {
      background.learn(features, label, weight);
      rehearsed++;
    }
  }

  private LifecycleEvent outside(LifecycleEvent event) {
    String who =
        event.member() < 0
            ? "expert inside: "
            : "member " + source.nameInside(event.member()) + " inside: ";
    return new LifecycleEvent(event.kind(), position, who + event.reason());
  }

  /**
   * Takes the outcome of one prediction of the expert.
   *
   * @param wrong whether it was wrong
   * @param events receives what was done about it
   * @return whether another expert took its place
   */
  boolean observe(boolean wrong, List<LifecycleEvent> events) {
    double error = wrong ? 1 : 0;
    DriftLevel level = warning.update(error);
    boolean warned = level != DriftLevel.STABLE && warning.errorRose();
    if (alpha > 0) {
      if (background != null && test.rejects(alpha)) {
        replace(events);
        return true;
      }
      if (rehearsed >= PATIENCE && compared >= PATIENCE && test.isHopeless()) {
        background = null; // the next warning starts another one
        startRehearsals();
      }
    } else if (drift.update(error) == DriftLevel.DRIFT && drift.errorRose()) {
      events.add(
          new LifecycleEvent(Kind.DRIFT, position, "errors rose after " + learned + " events"));
      replace(events);
      return true;
    }
    // A warning lasts; a drift of the warning detector is news, also for a background expert.
    if (warned && (level == DriftLevel.DRIFT || background == null)) {
      background = fresh();
      startRehearsals();
      if (level == DriftLevel.DRIFT) {
        warning = warnings.create();
      }
      events.add(
          new LifecycleEvent(
              Kind.WARNING,
              position,
              "errors may be rising after " + learned + " events; a replacement starts to learn"));
    }
    return false;
  }

  private void startRehearsals() {
    rehearsed = 0;
    compared = 0;
    test.restart();
  }

  private void replace(List<LifecycleEvent> events) {
    events.add(
        new LifecycleEvent(
            Kind.REPLACE,
            position,
            background == null
                ? "a fresh expert takes over"
                : "an expert that learned "
                    + rehearsed
                    + (alpha > 0
                        ? " events in the background and errs less takes over"
                        : " events in the background takes over")));
    expert = background == null ? fresh() : background;
    learned = background == null ? 0 : rehearsed;
    background = null;
    startRehearsals();
    warning = warnings.create();
    drift = drifts.create();
  }

  /** See {@link Expert#unsavedBytes}. */
  long unsavedBytes() throws IOException {
    return expert.unsavedBytes() + (background == null ? 0 : background.unsavedBytes());
  }

  Expert expert() {
    return expert;
  }

  /** Whether a replacement is learning. */
  boolean isRehearsing() {
    return background != null;
  }

  /** Experts made so far, those of the background included. */
  long generation() {
    return generation;
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeLong(generation);
    out.writeLong(learned);
    out.writeLong(rehearsed);
    warning.writeSnapshot(out);
    drift.writeSnapshot(out);
    expert.writeSnapshot(out);
    out.writeBoolean(background != null);
    if (background != null) {
      background.writeSnapshot(out);
    }
  }

  void readFrom(DataInput in) throws IOException {
    generation = in.readLong();
    learned = in.readLong();
    rehearsed = in.readLong();
    warning = warnings.restore(in);
    drift = drifts.restore(in);
    expert = source.restore(in);
    background = in.readBoolean() ? source.restore(in) : null;
  }

  /** Writes the comparison with the background expert, which {@link #writeTo} leaves out. */
  void writeTest(DataOutput out) throws IOException {
    test.writeTo(out);
    out.writeLong(compared);
  }

  /**
   * Reads the comparison; {@link #readFrom} comes first.
   *
   * @param counted whether it holds on how many events
   */
  void readTest(DataInput in, boolean counted) throws IOException {
    test.readFrom(in);
    if (counted) {
      compared = SnapshotArrays.readCount(in, "compared events of a member");
    } else {
      compared = test.hasSeenThemDiffer() ? rehearsed : 0;
    }
  }
}
