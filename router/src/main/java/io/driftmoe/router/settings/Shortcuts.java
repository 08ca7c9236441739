// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.gates.TrustedShareGateFactory;
import io.driftmoe.router.Combination;
import io.driftmoe.router.Division;
import io.driftmoe.router.FleetFactory;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings that are no component of a {@link MixtureConfig} but say in one key what changes
 * somewhere in it: the pool, and values of all gates that are networks. Whatever is null stays.
 *
 * @param preset what all other settings change
 * @param pool the experts, in order, each with a {@code name} beside its type if it is to have one;
 *     with preset paper-task the one kind that they are of
 * @param experts size of a pool of one kind, 1 to 1,024
 * @param topK how many experts, those with the highest weights, learn an event; from 1 to the
 *     number of experts
 * @param combination how the distributions of the experts become the prediction
 * @param hidden units of each hidden layer of every gating network
 * @param learningRate of every gating network
 * @param dropout of every gating network
 * @param batchSize events in a mini-batch of every gating network
 * @param temperature of the weights of every gating network
 * @param modelBytes memory of a model of preset adaptive, bytes
 * @param names of the experts in their order, an empty text for one that is called by its kind and
 *     position
 * @param fleet which models of a job have a model in common, whose vote is an expert's behind all
 *     others
 */
record Shortcuts(
    @Nullable Preset preset,
    @Nullable List<ExpertFactory> pool,
    @Nullable Integer experts,
    @Nullable Integer topK,
    @Nullable Combination combination,
    @Nullable List<Integer> hidden,
    @Nullable Double learningRate,
    @Nullable Double dropout,
    @Nullable Integer batchSize,
    @Nullable Double temperature,
    @Nullable Long modelBytes,
    @Nullable List<String> names,
    @Nullable FleetKeys fleet) {

  /**
   * A gate more where there is a model in common: it trusts that one first, and is three times as
   * quick as that of the presets, since a new key has 100 labels to find out whom to trust
   * (docs/research/router.md has the figures).
   */
  private static final GateFactory FLEET_GATE =
      new TrustedShareGateFactory(new FixedShareConfig(0.3, 0.01, 0.1), 0.9);

  /** Nothing is changed, and the preset is missing. */
  static final Shortcuts NONE = ofPool(null);

  /** Only the pool is named. */
  static Shortcuts ofPool(@Nullable List<ExpertFactory> pool) {
    return new Shortcuts(
        null, pool, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** Only the fleet is named. */
  static Shortcuts ofFleet(FleetKeys fleet) {
    return new Shortcuts(
        null, null, null, null, null, null, null, null, null, null, null, null, fleet);
  }

  /** The configuration that everything else changes. */
  MixtureConfig base(long seed) {
    if (modelBytes == null || pool != null && isAdaptive(pool, modelBytes)) {
      return MixtureConfig.of(named(), seed);
    }
    if (named() != Preset.ADAPTIVE || pool != null) {
      throw new IllegalArgumentException(
          "model-bytes can only be set where the pool is that of preset adaptive; trees of another"
              + " pool have max-bytes of their own");
    }
    return MixtureConfig.adaptive(seed, modelBytes);
  }

  /** A saved configuration names the pool, too. */
  static boolean isAdaptive(List<ExpertFactory> pool, long modelBytes) {
    List<ExpertFactory> own =
        pool.stream().filter(expert -> !(expert instanceof FleetFactory)).toList();
    return own.equals(((Division.Data) MixtureConfig.adaptive(0, modelBytes).division()).experts());
  }

  private Preset named() {
    if (preset == null) {
      throw new IllegalStateException("the preset is missing");
    }
    return preset;
  }

  /** The configuration with these settings. */
  MixtureConfig onto(MixtureConfig config) {
    return new MixtureConfig(
        division(config.division()),
        config.seed(),
        gates(config.gates()),
        config.lifecycle(),
        config.attendance(),
        config.detectorDelta(),
        config.evaluationWindow(),
        config.labelMemory(),
        config.objective(),
        config.calibration(),
        config.coverage(),
        config.accuracyEstimate(),
        config.inputWatch());
  }

  private Division division(Division base) {
    if (pool != null && pool.isEmpty()) {
      throw new IllegalArgumentException("pool must name at least one");
    }
    if (base instanceof Division.Data data) {
      List<ExpertFactory> members = inFleet(repeated(or(pool, data.experts())));
      return new Division.Data(
          members,
          learners(data, members.size()),
          or(combination, data.combination()),
          pool == null && experts == null ? data.modelBytes() : modelBytes,
          namesOf(members.size()));
    }
    if (experts != null || topK != null || combination != null) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: experts, top-k and combination cannot be set"
              .formatted(named().key()));
    }
    if (fleet != null) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: fleet cannot be set".formatted(named().key()));
    }
    if (names != null) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: names cannot be set".formatted(named().key()));
    }
    if (pool == null) {
      return base;
    }
    if (pool.size() != 1) {
      throw new IllegalArgumentException(
          "preset %s has one expert per class: pool must name the one kind they are of, got %s"
              .formatted(named().key(), pool.size()));
    }
    return new Division.Task(pool.get(0));
  }

  private List<ExpertFactory> inFleet(List<ExpertFactory> members) {
    if (fleet == null) {
      return members;
    }
    List<ExpertFactory> joined = new ArrayList<>(members);
    joined.add(new FleetFactory(fleet));
    return joined;
  }

  /** Names may be given to the experts that learn alone. */
  private @Nullable List<String> namesOf(int members) {
    if (names == null || fleet == null || names.size() != members - 1) {
      return names;
    }
    List<String> all = new ArrayList<>(names);
    all.add("");
    return all;
  }

  private List<ExpertFactory> repeated(List<ExpertFactory> members) {
    if (experts == null) {
      return members;
    }
    if (members.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "experts can only be set where all are of one kind, the pool has several");
    }
    if (experts < 1 || experts > Division.MAX_EXPERTS) {
      throw new IllegalArgumentException(
          "experts must be from 1 to %s, got %s".formatted(Division.MAX_EXPERTS, experts));
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

  private List<GateFactory> gates(List<GateFactory> base) {
    if (base.stream().noneMatch(GateFactory::isNetwork)) {
      networkless("hidden", hidden);
      networkless("learning-rate", learningRate);
      networkless("dropout", dropout);
      networkless("batch-size", batchSize);
      networkless("temperature", temperature);
    }
    List<GateFactory> gates =
        new ArrayList<>(base.stream().map(gate -> gate.withNetwork(this::network)).toList());
    if (fleet != null) {
      gates.add(FLEET_GATE);
    }
    return gates;
  }

  private static void networkless(String key, @Nullable Object value) {
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

  private static <T> T or(@Nullable T change, T preset) {
    return change == null ? preset : change;
  }
}
