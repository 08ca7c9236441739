// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.specialists.OracleSpecialistsFactory;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.SourceKnowledge;
import java.util.Objects;
import java.util.Optional;

/**
 * A learner by name and by what makes it.
 *
 * @param name shown in tables, without commas
 * @param kind who makes it
 * @param definition for {@link Kind#MOA} the command line of a MOA classifier; for {@link
 *     Kind#MIXTURE} its {@link MixtureSettings} as JSON, without the seed; for {@link Kind#EXPERT}
 *     those of a mixture whose first expert it is; for {@link Kind#LOADED_MIXTURE} the level of the
 *     load, a colon, and the settings of a mixture; for {@link Kind#ORACLE} the {@link
 *     SourceKnowledge} it is told, such as {@code TRUE_SOURCE}
 */
public record LearnerSpec(String name, Kind kind, String definition) {

  /** Who makes the learner. */
  public enum Kind {
    /** A MOA classifier. */
    MOA,
    /** A {@link io.driftmoe.router.MixtureOfExperts}. */
    MIXTURE,
    /** A mixture that predicts each event with fewer experts, as a job does that is behind. */
    LOADED_MIXTURE,
    /** One of our experts without a mixture around it. */
    EXPERT,
    /**
     * An {@link OracleSpecialistsFactory} with one specialist a source: a bound for what a gate can
     * reach, since it is told with each event what a gate would have to find out.
     */
    ORACLE
  }

  /** Rejects a name that a table of comma-separated values could not hold plainly. */
  public LearnerSpec {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(definition, "definition");
    if (name.isBlank() || name.contains(",")) {
      throw new IllegalArgumentException(
          "a learner's name must not be blank or hold a comma, got '" + name + "'");
    }
  }

  /** What the learner must be told of the sources of the events; empty for all but oracles. */
  public Optional<SourceKnowledge> told() {
    return kind == Kind.ORACLE
        ? Optional.of(SourceKnowledge.valueOf(definition))
        : Optional.empty();
  }

  /**
   * Makes the learner, which has learned nothing.
   *
   * @throws IllegalArgumentException when it is one that must be told the sources of the events
   */
  public Learner create(StreamSchema schema, long seed) {
    if (kind == Kind.ORACLE) {
      throw new IllegalArgumentException(
          "learner %s must be told the sources of the events".formatted(name));
    }
    return create(schema, 0, seed);
  }

  /**
   * Makes the learner, which has learned nothing.
   *
   * @param schema with one attribute a source behind the others if it is to be told the sources
   * @param sources how many, at least 2 if it is to be told
   */
  Learner create(StreamSchema schema, int sources, long seed) {
    return switch (kind) {
      case MOA -> new MoaLearner(definition, schema, seed);
      case MIXTURE -> new MixtureLearner(mixture(seed), schema, 0);
      case LOADED_MIXTURE -> new MixtureLearner(mixture(seed), schema, level());
      case EXPERT -> new ExpertLearner(expert().create(schema, seed));
      case ORACLE -> new ExpertLearner(OracleSpecialistsFactory.of(sources).create(schema, seed));
    };
  }

  /** The configuration in full, for people. */
  String configuration(long seed) {
    return switch (kind) {
      case MOA -> "%s, seed %s".formatted(definition, seed);
      case MIXTURE -> mixture(seed).toString();
      case LOADED_MIXTURE -> "at level %s of the load, %s".formatted(level(), mixture(seed));
      case EXPERT -> "%s, seed %s".formatted(expert(), seed);
      case ORACLE ->
          "told %s, one specialist a source, each %s, seed %s"
              .formatted(definition, OracleSpecialistsFactory.of(2).specialist(), seed);
    };
  }

  private ExpertFactory expert() {
    return ((Division.Data) mixture(0).division()).experts().get(0);
  }

  private int level() {
    return Integer.parseInt(definition.substring(0, definition.indexOf(':')));
  }

  MixtureConfig mixture(long seed) {
    String settings =
        kind == Kind.LOADED_MIXTURE
            ? definition.substring(definition.indexOf(':') + 1)
            : definition;
    return new MixtureSettings(settings).config(seed);
  }
}
