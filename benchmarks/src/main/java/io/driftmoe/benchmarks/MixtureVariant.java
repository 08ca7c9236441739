// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.GateConfig;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Specialisation;
import java.util.List;
import java.util.Optional;

/**
 * A preset, with some settings replaced. Whatever is null stays as in the preset.
 *
 * @param preset key of the preset
 * @param experts number of experts; only where experts are regimes
 * @param topK how many experts learn an event; only where experts are regimes
 * @param hidden units of each hidden layer of the gate
 * @param learningRate of the gate's Adam
 * @param dropout of the gate's first hidden layer
 * @param batchSize events per gate step
 * @param temperature of the gate's softmax
 * @param detectorDelta of the ADWIN on the mixture's errors
 */
public record MixtureVariant(
    String preset,
    Integer experts,
    Integer topK,
    List<Integer> hidden,
    Double learningRate,
    Double dropout,
    Integer batchSize,
    Double temperature,
    Double detectorDelta) {

  /** Checks everything that can be checked without a stream. */
  public MixtureVariant(
      String preset,
      Integer experts,
      Integer topK,
      List<Integer> hidden,
      Double learningRate,
      Double dropout,
      Integer batchSize,
      Double temperature,
      Double detectorDelta) {
    if (preset == null) {
      throw new IllegalArgumentException("a variant needs a preset");
    }
    this.preset = preset;
    this.experts = experts;
    this.topK = topK;
    this.hidden = hidden == null ? null : List.copyOf(hidden);
    this.learningRate = learningRate;
    this.dropout = dropout;
    this.batchSize = batchSize;
    this.temperature = temperature;
    this.detectorDelta = detectorDelta;
    config(0); // rejects by field name
  }

  /** The preset as it is. */
  public static MixtureVariant of(Preset preset) {
    return new MixtureVariant(preset.key(), null, null, null, null, null, null, null, null);
  }

  /** The whole configuration. */
  MixtureConfig config(long seed) {
    MixtureConfig base = MixtureConfig.of(Preset.of(preset), seed);
    GateConfig gate = base.gate();
    return new MixtureConfig(
        specialisation(base.specialisation()),
        seed,
        new GateConfig(
            or(hidden, gate.hidden()),
            or(learningRate, gate.learningRate()),
            or(dropout, gate.dropout()),
            or(batchSize, gate.batchSize()),
            or(temperature, gate.temperature())),
        or(detectorDelta, base.detectorDelta()),
        base.evaluationWindow());
  }

  private Specialisation specialisation(Specialisation base) {
    if (base instanceof Specialisation.Regimes regimes) {
      return new Specialisation.Regimes(or(experts, regimes.experts()), or(topK, regimes.topK()));
    }
    if (experts != null || topK != null) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: experts and topK cannot be set".formatted(preset));
    }
    return base;
  }

  private static <T> T or(T override, T preset) {
    return Optional.ofNullable(override).orElse(preset);
  }
}
