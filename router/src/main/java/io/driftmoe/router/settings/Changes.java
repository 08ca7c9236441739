// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.router.AttendanceConfig;
import io.driftmoe.router.Combination;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import java.util.Collections;
import java.util.List;

/** The settings of {@link MixtureSettings}, by type; whatever is null stays as in the preset. */
record Changes(
    Preset preset,
    List<ExpertFactory> pool,
    Integer experts,
    Integer topK,
    Combination combination,
    List<GateFactory> gates,
    List<Integer> hidden,
    Double learningRate,
    Double dropout,
    Integer batchSize,
    Double temperature,
    Replacement lifecycle,
    Sleeping attendance,
    Long modelBytes,
    Double detectorDelta,
    Integer evaluationWindow) {

  /** Nothing is changed, and the preset is missing. */
  static final Changes NONE =
      new Changes(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  Changes withPool(List<ExpertFactory> other) {
    return new Changes(
        preset,
        other,
        experts,
        topK,
        combination,
        gates,
        hidden,
        learningRate,
        dropout,
        batchSize,
        temperature,
        lifecycle,
        attendance,
        modelBytes,
        detectorDelta,
        evaluationWindow);
  }

  /** The whole configuration. */
  MixtureConfig config(long seed) {
    MixtureConfig base = base(seed);
    List<GateFactory> all = changed(or(gates, base.gates()));
    AttendanceConfig attends = attendance == null ? base.attendance() : attendance.orNull();
    if (attends != null && all.stream().anyMatch(GateFactory::learnsFromMask)) {
      throw new IllegalArgumentException(
          "attendance must be never where a gate is mlp-bce: its mask needs the votes of all");
    }
    return new MixtureConfig(
        division(base.division()),
        seed,
        all,
        lifecycle == null ? base.lifecycle() : lifecycle.orNull(),
        attends,
        or(detectorDelta, base.detectorDelta()),
        or(evaluationWindow, base.evaluationWindow()));
  }

  private MixtureConfig base(long seed) {
    if (modelBytes == null) {
      return MixtureConfig.of(preset, seed);
    }
    if (preset != Preset.ADAPTIVE || pool != null) {
      throw new IllegalArgumentException(
          "model-bytes can only be set where the pool is that of preset adaptive; trees of another"
              + " pool have max-bytes of their own");
    }
    return MixtureConfig.adaptive(seed, modelBytes);
  }

  private Division division(Division base) {
    if (pool != null && pool.isEmpty()) {
      throw new IllegalArgumentException("pool must name at least one");
    }
    if (base instanceof Division.Data regimes) {
      List<ExpertFactory> members = repeated(or(pool, regimes.experts()));
      return new Division.Data(
          members, learners(regimes, members.size()), or(combination, regimes.combination()));
    }
    if (experts != null || topK != null || combination != null) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: experts, top-k and combination cannot be set"
              .formatted(preset.key()));
    }
    if (lifecycle != null && lifecycle.orNull() != null) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class, none of which can be spared: lifecycle must be never"
              .formatted(preset.key()));
    }
    if (pool == null) {
      return base;
    }
    if (pool.size() != 1) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: pool must name the one kind they are of, got %d"
              .formatted(preset.key(), pool.size()));
    }
    return new Division.Task(pool.get(0));
  }

  private List<ExpertFactory> repeated(List<ExpertFactory> members) {
    if (experts == null) {
      return members;
    }
    if (members.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "experts can only be set where all are of one kind, the pool has several");
    }
    if (experts < 1) {
      throw new IllegalArgumentException("experts must be at least 1, got " + experts);
    }
    return Collections.nCopies(experts, members.get(0));
  }

  /** In a pool of another size: all where all learn in the preset, otherwise as many as it has. */
  private int learners(Division.Data base, int size) {
    if (topK != null) {
      return topK;
    }
    return base.topK() == base.experts().size() ? size : Math.min(base.topK(), size);
  }

  private List<GateFactory> changed(List<GateFactory> gates) {
    if (gates.stream().noneMatch(GateFactory::isNetwork)) {
      networkless("hidden", hidden);
      networkless("learning-rate", learningRate);
      networkless("dropout", dropout);
      networkless("batch-size", batchSize);
      networkless("temperature", temperature);
    }
    return gates.stream().map(gate -> gate.withNetwork(this::network)).toList();
  }

  private static void networkless(String key, Object value) {
    if (value != null) {
      throw new IllegalArgumentException(
          "%s can only be set where a gate is a network, got %s".formatted(key, value));
    }
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

  private static <T> T or(T change, T preset) {
    return change == null ? preset : change;
  }
}
