// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.Division;
import io.driftmoe.router.FleetFactory;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.SettingChange;
import io.driftmoe.router.SettingChanges;
import io.driftmoe.router.models.ModelOrigin;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a model is made from. */
record ModelSpec(JobOptions.Schema schema, JobOptions.Learner learner) implements Serializable {
  static ModelSpec of(JobOptions options) {
    return new ModelSpec(options.schema().withoutFields(), options.learner().withoutBranches());
  }

  /**
   * Of each spec in use once, for all its models: there may be many, each with little of its own.
   */
  private static final Map<ModelSpec, Basis> BASES =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** Likewise: see {@link #inCommon}. */
  private static final Map<ModelSpec, ModelSpec> IN_COMMON =
      Collections.synchronizedMap(new WeakHashMap<>());

  private record Basis(StreamSchema schema, MixtureConfig config) {}

  private Basis basis() {
    return BASES.computeIfAbsent(
        this, spec -> new Basis(spec.schema.toStreamSchema(), spec.learner.toMixtureConfig()));
  }

  /**
   * The spec of a model that says itself what it was made from: the preset that this spec names may
   * have become another one since.
   *
   * @param config configuration that the model was saved with
   * @return this one where that is what it means
   */
  ModelSpec with(MixtureConfig config) {
    return config.equals(mixtureConfig()) ? this : of(origin().with(config));
  }

  /** The spec of the models that fleets have in common: the same object for all of them. */
  ModelSpec inCommon() {
    return IN_COMMON.computeIfAbsent(this, spec -> of(spec.origin().inCommon()));
  }

  /** The same object for all models. */
  StreamSchema streamSchema() {
    return basis().schema();
  }

  /** The same object for all models. */
  MixtureConfig mixtureConfig() {
    return basis().config();
  }

  /** Which models have one in common; null where none do. */
  @Nullable FleetKeys fleet() {
    return mixtureConfig().division() instanceof Division.Data data
        ? data.fleet().map(FleetFactory::keys).orElse(null)
        : null;
  }

  /**
   * Why a model of another spec cannot go on under this one.
   *
   * @param saved spec of the model
   * @return one line that names the key and both values; empty when it can go on
   */
  String refusalOf(ModelSpec saved) {
    String ofSchema = refusalOfSchema(saved);
    if (!ofSchema.isEmpty()) {
      return ofSchema;
    }
    if (!Objects.equals(fleet(), saved.fleet())) {
      return "learner.fleet is %s here, %s in the saved model; it cannot change on a saved model: the state is divided by it"
          .formatted(words(fleet()), words(saved.fleet()));
    }
    List<SettingChange> refused =
        SettingChanges.between(saved.mixtureConfig(), mixtureConfig()).stream()
            .filter(SettingChange::isRefused)
            .toList();
    if (refused.isEmpty()) {
      return "";
    }
    String others =
        refused.stream().skip(1).map(SettingChange::key).collect(Collectors.joining(", "));
    return refused.get(0).describe("learner")
        + (others.isEmpty() ? "" : " (nor can %s)".formatted(others));
  }

  private static String words(@Nullable FleetKeys fleet) {
    if (fleet == null) {
      return "not set";
    }
    return fleet instanceof FleetKeys.Prefix by ? "a prefix up to '" + by.separator() + "'" : "all";
  }

  /** Likewise, because of the schema only. */
  String refusalOfSchema(ModelSpec saved) {
    String difference = schema.differenceFrom(saved.schema, "the saved model");
    return difference.isEmpty()
        ? ""
        : difference
            + "; it cannot change on a saved model: it has learned these attributes and classes";
  }

  /** The same, as files and savepoints hold it. */
  ModelOrigin origin() {
    return new ModelOrigin(streamSchema(), learner.mixture(), learner.seed());
  }

  static ModelSpec of(ModelOrigin origin) {
    return new ModelSpec(
        JobOptions.Schema.of(origin.schema()),
        new JobOptions.Learner(origin.settings(), origin.seed()));
  }

  void write(DataOutput out) throws IOException {
    origin().write(out);
  }

  /**
   * Reads a layout of {@link ModelOrigin}.
   *
   * @throws ModelOrigin.UnknownException when the version is unknown, or the bytes are no spec
   * @throws IOException when the bytes end too soon or cannot be read
   */
  static ModelSpec read(int version, DataInput in) throws IOException {
    ModelOrigin origin = ModelOrigin.read(version, in);
    try {
      return of(origin);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("model spec is damaged: " + e.getMessage(), e);
    }
  }
}
