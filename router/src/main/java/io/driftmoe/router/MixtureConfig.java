// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.List;
import java.util.Objects;

/**
 * Everything that decides how a mixture learns. Two mixtures with equal configurations, fed the
 * same calls, give bit-identical results.
 *
 * @param specialisation what the experts divide among themselves
 * @param seed of the gate's initial weights, its dropout and the experts
 * @param gate the gating network
 * @param detectorDelta confidence parameter of the ADWIN on the mixture's 0/1 error, between 0 and
 *     1 (both exclusive); smaller reacts later and to larger changes
 * @param evaluationWindow labels in the sliding window of the prequential scores, at least 1
 */
public record MixtureConfig(
    Specialisation specialisation,
    long seed,
    GateConfig gate,
    double detectorDelta,
    int evaluationWindow) {

  private static final List<Integer> PAPER_HIDDEN = List.of(256, 128);
  private static final double PAPER_LEARNING_RATE = 2e-3;
  private static final double PAPER_DROPOUT = 0.2;
  private static final double PAPER_TEMPERATURE = 0.8;

  /** Checks the ranges. */
  public MixtureConfig {
    Objects.requireNonNull(specialisation, "specialisation");
    Objects.requireNonNull(gate, "gate");
    if (!(detectorDelta > 0 && detectorDelta < 1)) {
      throw new IllegalArgumentException(
          "detectorDelta must be between 0 and 1 (exclusive), got " + detectorDelta);
    }
    if (evaluationWindow < 1) {
      throw new IllegalArgumentException(
          "evaluationWindow must be at least 1, got " + evaluationWindow);
    }
  }

  /**
   * The configuration a preset stands for: DriftMoE as published (Aspis et al., arXiv 2507.18464),
   * what its code does included.
   *
   * <ul>
   *   <li>{@link Preset#PAPER_DATA}: 12 experts, the 3 with the highest gate weights learn, one
   *       gate step every 256 events. The paper's dropout of 0.2 never acts, because the logits
   *       that are trained on are computed in evaluation mode: hence {@code dropout = 0} here.
   *   <li>{@link Preset#PAPER_TASK}: one expert per class, one gate step per event, and dropout 0.2
   *       that stays on while predicting.
   * </ul>
   *
   * Both: hidden layers of 256 and 128 units, Adam with learning rate 2e-3, temperature 0.8, ADWIN
   * with delta 0.002 for monitoring only, scores over the last 1,000 labels.
   */
  public static MixtureConfig of(Preset preset, long seed) {
    return switch (preset) {
      case PAPER_DATA ->
          new MixtureConfig(
              new Specialisation.Regimes(12, 3),
              seed,
              new GateConfig(PAPER_HIDDEN, PAPER_LEARNING_RATE, 0, 256, PAPER_TEMPERATURE),
              0.002,
              1000);
      case PAPER_TASK ->
          new MixtureConfig(
              new Specialisation.Classes(),
              seed,
              new GateConfig(
                  PAPER_HIDDEN, PAPER_LEARNING_RATE, PAPER_DROPOUT, 1, PAPER_TEMPERATURE),
              0.002,
              1000);
    };
  }

  /** The same with scores over another number of labels. */
  public MixtureConfig withEvaluationWindow(int labels) {
    return new MixtureConfig(specialisation, seed, gate, detectorDelta, labels);
  }
}
