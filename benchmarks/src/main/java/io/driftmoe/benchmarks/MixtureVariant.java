// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.router.GateConfig;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.NetworkConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Specialisation;
import java.util.Collections;
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
    return new MixtureConfig(
        specialisation(base.specialisation()),
        seed,
        base.gates().stream().map(this::gate).toList(),
        base.lifecycle(),
        or(detectorDelta, base.detectorDelta()),
        base.evaluationWindow());
  }

  private GateConfig gate(GateConfig base) {
    if (base instanceof GateConfig.MlpBce bce) {
      return new GateConfig.MlpBce(network(bce.network()));
    }
    if (base instanceof GateConfig.MlpNll nll) {
      return new GateConfig.MlpNll(network(nll.network()));
    }
    return base;
  }

  private NetworkConfig network(NetworkConfig base) {
    return new NetworkConfig(
        base.inputs(),
        or(hidden, base.hidden()),
        or(learningRate, base.learningRate()),
        or(dropout, base.dropout()),
        or(batchSize, base.batchSize()),
        or(temperature, base.temperature()));
  }

  private Specialisation specialisation(Specialisation base) {
    if (base instanceof Specialisation.Regimes regimes) {
      int number = or(experts, regimes.experts().size());
      if (experts != null && regimes.experts().stream().distinct().count() > 1) {
        throw new IllegalArgumentException(
            "preset %s has experts of several kinds: their number cannot be set".formatted(preset));
      }
      List<ExpertFactory> factories = Collections.nCopies(number, regimes.experts().get(0));
      return new Specialisation.Regimes(
          experts == null ? regimes.experts() : factories,
          or(topK, regimes.topK()),
          regimes.combination());
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
