// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides how a mixture learns. Two mixtures with equal configurations, fed the
 * same calls, give bit-identical results.
 *
 * @param division what the experts divide among themselves
 * @param seed of the gates' initial weights, their dropout and the experts
 * @param gates whose weights are multiplied, 1 to 64; {@link MaskGateFactory} only where experts
 *     are classes, since their weights are the probabilities then
 * @param lifecycle when experts are retired and replaced; never where they are classes
 * @param attendance when experts sleep; never with {@link MaskGateFactory}, whose mask says of
 *     every expert whether it was right
 * @param detectorDelta confidence parameter of the ADWIN on the mixture's 0/1 error, between 0 and
 *     1 (both exclusive); smaller reacts later and to larger changes
 * @param evaluationWindow labels in the sliding window of the prequential scores, 1 to 1,000,000
 * @param labelMemory whether the labels that came last correct predictions
 * @param objective what the predicted classes are to maximise
 * @param calibration whether probabilities are corrected by how often they were right
 * @param coverage share of the events whose prediction set is to hold the true class, between 0 and
 *     1 (both exclusive); null for no sets
 * @param accuracyEstimate labels that the correction of the estimated accuracy remembers, 10 to
 *     1,000,000; null for no estimate
 * @param inputWatch in so many events there is at most one false alarm of changed inputs or
 *     predictions on average, 1,000 to 1,000,000,000; null where nothing watches them
 */
public record MixtureConfig(
    Division division,
    long seed,
    List<GateFactory> gates,
    Replacement lifecycle,
    Sleeping attendance,
    double detectorDelta,
    int evaluationWindow,
    LabelMemory labelMemory,
    Objective objective,
    Calibration calibration,
    @Nullable Double coverage,
    @Nullable Integer accuracyEstimate,
    @Nullable Integer inputWatch) {

  /** Memory of {@link Preset#ADAPTIVE} unless said otherwise: 64 MiB. */
  public static final long DEFAULT_MODEL_BYTES = 64 << 20;

  private static final double DETECTOR_DELTA = 0.002;
  private static final int EVALUATION_WINDOW = 1000;
  private static final int LEAST_MEMORY = 10;
  private static final int LONGEST_EVALUATION = 1_000_000;
  private static final int LEAST_RARITY = 1_000;
  private static final int MOST_RARITY = 1_000_000_000;
  private static final int MOST_GATES = 64;

  /**
   * Checks the ranges.
   *
   * @param division what the experts divide among themselves
   * @param seed any number
   * @param gates 1 to 64; with classes only {@link MaskGateFactory}
   * @param lifecycle never with classes
   * @param attendance never with {@link MaskGateFactory}
   * @param detectorDelta greater than 0 and less than 1
   * @param evaluationWindow labels, 1 to 1,000,000
   * @param labelMemory whether the labels that came last correct predictions
   * @param objective what the predicted classes are to maximise
   * @param calibration whether probabilities are corrected
   * @param coverage greater than 0 and less than 1, or null
   * @param accuracyEstimate 10 to 1,000,000, or null
   * @param inputWatch 1,000 to 1,000,000,000, or null
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public MixtureConfig {
    Objects.requireNonNull(division, "division");
    gates = List.copyOf(gates);
    if (gates.isEmpty() || gates.size() > MOST_GATES) {
      throw new IllegalArgumentException(
          "gates must name 1 to %s, got %s".formatted(MOST_GATES, gates.size()));
    }
    Objects.requireNonNull(lifecycle, "lifecycle");
    Objects.requireNonNull(attendance, "attendance");
    Objects.requireNonNull(labelMemory, "labelMemory");
    Objects.requireNonNull(objective, "objective");
    Objects.requireNonNull(calibration, "calibration");
    if (division instanceof Division.Task) {
      if (!(lifecycle instanceof Replacement.Never)) {
        throw new IllegalArgumentException(
            "lifecycle must be never where experts are classes: none of them can be spared");
      }
      for (GateFactory gate : gates) {
        if (!gate.learnsFromMask()) {
          throw new IllegalArgumentException(
              "gates must be mlp-bce where experts are classes, because their weights are the"
                  + " probabilities of the classes; got "
                  + gate);
        }
      }
    }
    if (!(attendance instanceof Sleeping.Never)
        && gates.stream().anyMatch(GateFactory::learnsFromMask)) {
      throw new IllegalArgumentException(
          "attendance must be never where a gate is mlp-bce: its mask needs the votes of all");
    }
    if (division instanceof Division.Data data
        && data.fleet().isPresent()
        && gates.stream().anyMatch(GateFactory::learnsFromMask)) {
      throw new IllegalArgumentException(
          "fleet cannot be where a gate is mlp-bce: its mask needs the votes of all");
    }
    if (!(detectorDelta > 0 && detectorDelta < 1)) {
      throw new IllegalArgumentException(
          "detectorDelta must be between 0 and 1 (exclusive), got " + detectorDelta);
    }
    if (evaluationWindow < 1 || evaluationWindow > LONGEST_EVALUATION) {
      throw new IllegalArgumentException(
          "evaluationWindow must be from 1 to %s, got %s"
              .formatted(LONGEST_EVALUATION, evaluationWindow));
    }
    if (coverage != null && !(coverage > 0 && coverage < 1)) {
      throw new IllegalArgumentException(
          "coverage must be between 0 and 1 (exclusive), got " + coverage);
    }
    if (accuracyEstimate != null
        && (accuracyEstimate < LEAST_MEMORY || accuracyEstimate > LONGEST_EVALUATION)) {
      throw new IllegalArgumentException(
          "accuracyEstimate must be from %s to %s, got %s"
              .formatted(LEAST_MEMORY, LONGEST_EVALUATION, accuracyEstimate));
    }
    if (inputWatch != null && (inputWatch < LEAST_RARITY || inputWatch > MOST_RARITY)) {
      throw new IllegalArgumentException(
          "inputWatch must be from %s to %s, got %s"
              .formatted(LEAST_RARITY, MOST_RARITY, inputWatch));
    }
  }

  /**
   * A mixture that remembers no labels and predicts the most probable class, with probabilities as
   * they are, without prediction sets, estimates and a watch on inputs.
   *
   * @param division what the experts divide among themselves
   * @param seed any number
   * @param gates 1 to 64; with classes only {@link MaskGateFactory}
   * @param lifecycle never with classes
   * @param attendance never with {@link MaskGateFactory}
   * @param detectorDelta greater than 0 and less than 1
   * @param evaluationWindow labels, 1 to 1,000,000
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public MixtureConfig(
      Division division,
      long seed,
      List<GateFactory> gates,
      Replacement lifecycle,
      Sleeping attendance,
      double detectorDelta,
      int evaluationWindow) {
    this(
        division,
        seed,
        gates,
        lifecycle,
        attendance,
        detectorDelta,
        evaluationWindow,
        LabelMemory.NEVER,
        Objective.ACCURACY,
        Calibration.NEVER,
        null,
        null,
        null);
  }

  /**
   * The configuration a preset stands for.
   *
   * <p>{@link Preset#ADAPTIVE}: see {@link #adaptive}, with 64 MiB.
   *
   * <p>DriftMoE as published (Aspis et al., arXiv 2507.18464), what its code does included:
   *
   * <ul>
   *   <li>{@link Preset#PAPER_DATA}: 12 experts, the 3 with the highest gate weights learn, one
   *       gate step every 256 events. The paper's dropout of 0.2 never acts, because the logits
   *       that are trained on are computed in evaluation mode: hence {@code dropout = 0} here.
   *   <li>{@link Preset#PAPER_TASK}: one expert per class, one gate step per event, and dropout 0.2
   *       that stays on while predicting.
   * </ul>
   *
   * Both: Hoeffding trees of MOA with grace period 50 and split confidence 1e-7, hidden layers of
   * 256 and 128 units on raw inputs, Adam with learning rate 2e-3, temperature 0.8.
   *
   * <p>All: ADWIN with delta 0.002 on the mixture's errors, for monitoring only, and scores over
   * the last 1,000 labels.
   *
   * @param preset whose settings are meant
   * @param seed of everything random in the mixture
   * @return all settings of that preset, for {@link MixtureOfExperts#create}
   */
  public static MixtureConfig of(Preset preset, long seed) {
    return switch (preset) {
      case ADAPTIVE -> adaptive(seed, DEFAULT_MODEL_BYTES);
      case PAPER_DATA ->
          paper(Division.Data.alike(12, MoaHoeffdingTreeFactory.paper(), 3), seed, 0, 256);
      case PAPER_TASK -> paper(new Division.Task(MoaHoeffdingTreeFactory.paper()), seed, 0.2, 1);
    };
  }

  /**
   * {@link Preset#ADAPTIVE} with another limit of memory: a soft mixture of a forest, naive Bayes,
   * nearest neighbours, a network, routed specialists, a library of regimes and prototypes, under a
   * network and fixed-share weights; the last labels correct it.
   *
   * @param seed of everything random in the mixture
   * @param modelBytes what a model may hold beside the schema, which all models of a job share; at
   *     least 1 MiB. Three quarters are for trees, an eighth for naive Bayes; their least promising
   *     leaves stop to learn at the limit. Windows and networks have a size that the schema gives:
   *     some 0.9 MB, 44 KB for each numeric attribute or input of a nominal one, of which networks
   *     have at most 768, and 38 KB for each class. An eighth holds them up to about 170 attributes
   *     at 64 MiB; where they take more, trees get less. A mixture of a schema for which they take
   *     more than seven eighths cannot be created
   * @return the configuration of {@link Preset#ADAPTIVE}, with trees that fit
   * @throws IllegalArgumentException when the limit is below 1 MiB or above 1 TiB
   */
  public static MixtureConfig adaptive(long seed, long modelBytes) {
    return new MixtureConfig(
        AdaptivePreset.pool(modelBytes),
        seed,
        AdaptivePreset.gates(),
        new Replacement.Windows(LifecycleConfig.defaults()),
        new Sleeping.ByGain(AttendanceConfig.defaults()),
        DETECTOR_DELTA,
        EVALUATION_WINDOW,
        LabelMemory.LAST_LABELS,
        Objective.ACCURACY,
        Calibration.ONLINE,
        null,
        null,
        null);
  }

  private static MixtureConfig paper(Division division, long seed, double dropout, int batchSize) {
    NetworkConfig network =
        new NetworkConfig(InputEncoding.RAW, List.of(256, 128), 2e-3, dropout, batchSize, 0.8);
    return new MixtureConfig(
        division,
        seed,
        List.of(new MaskGateFactory(network)),
        new Replacement.Never(),
        new Sleeping.Never(),
        DETECTOR_DELTA,
        EVALUATION_WINDOW);
  }

  /**
   * Checks that a model for events of this schema fits into its memory.
   *
   * @param schema attributes and classes
   * @throws IllegalArgumentException naming {@code model-bytes} and what it must be at least
   */
  public void requireMemory(StreamSchema schema) {
    if (division instanceof Division.Data data) {
      data.requireRoom(schema);
    }
  }

  /**
   * {@return the same with scores over another number of labels}
   *
   * @param labels length of the sliding window, 1 to 1,000,000
   */
  public MixtureConfig withEvaluationWindow(int labels) {
    return new MixtureConfig(
        division,
        seed,
        gates,
        lifecycle,
        attendance,
        detectorDelta,
        labels,
        labelMemory,
        objective,
        calibration,
        coverage,
        accuracyEstimate,
        inputWatch);
  }

  /**
   * {@return the same that predicts for another objective}
   *
   * @param other what the predicted classes are to maximise
   */
  public MixtureConfig withObjective(Objective other) {
    return withGoals(other, calibration);
  }

  /**
   * {@return the same with other prediction sets}
   *
   * @param share of the events whose set is to hold the true class, between 0 and 1; null for no
   *     sets
   */
  public MixtureConfig withCoverage(@Nullable Double share) {
    return new MixtureConfig(
        division,
        seed,
        gates,
        lifecycle,
        attendance,
        detectorDelta,
        evaluationWindow,
        labelMemory,
        objective,
        calibration,
        share,
        accuracyEstimate,
        inputWatch);
  }

  /**
   * {@return the same with another estimate of the accuracy of what waits}
   *
   * @param labels that its correction remembers, 10 to 1,000,000; null for no estimate
   */
  public MixtureConfig withAccuracyEstimate(@Nullable Integer labels) {
    return new MixtureConfig(
        division,
        seed,
        gates,
        lifecycle,
        attendance,
        detectorDelta,
        evaluationWindow,
        labelMemory,
        objective,
        calibration,
        coverage,
        labels,
        inputWatch);
  }

  /**
   * {@return the same with another watch on what comes in and what is predicted}
   *
   * @param events in so many there is at most one false alarm, 1,000 to 1,000,000,000; null where
   *     nothing is to watch
   */
  public MixtureConfig withInputWatch(@Nullable Integer events) {
    return new MixtureConfig(
        division,
        seed,
        gates,
        lifecycle,
        attendance,
        detectorDelta,
        evaluationWindow,
        labelMemory,
        objective,
        calibration,
        coverage,
        accuracyEstimate,
        events);
  }

  /** The same under another objective and calibration, which say nothing about what is learned. */
  MixtureConfig withGoals(Objective otherObjective, Calibration otherCalibration) {
    return new MixtureConfig(
        division,
        seed,
        gates,
        lifecycle,
        attendance,
        detectorDelta,
        evaluationWindow,
        labelMemory,
        otherObjective,
        otherCalibration,
        coverage,
        accuracyEstimate,
        inputWatch);
  }
}
