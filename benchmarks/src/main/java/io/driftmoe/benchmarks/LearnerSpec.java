// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Specialisation;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.Objects;

/**
 * A learner by name and by what makes it.
 *
 * @param name shown in tables, without commas
 * @param kind who makes it
 * @param definition for {@link Kind#MOA} the command line of a MOA classifier; for {@link
 *     Kind#MIXTURE} its {@link MixtureSettings} as JSON, without the seed; for {@link Kind#EXPERT}
 *     those of a mixture whose first expert it is
 */
public record LearnerSpec(String name, Kind kind, String definition) {

  /** Who makes the learner. */
  public enum Kind {
    /** A MOA classifier. */
    MOA,
    /** A {@link io.driftmoe.router.MixtureOfExperts}. */
    MIXTURE,
    /** One of our experts without a mixture around it. */
    EXPERT
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

  /** Makes the learner, which has learned nothing. */
  public Learner create(StreamSchema schema, long seed) {
    return switch (kind) {
      case MOA -> new MoaLearner(definition, schema, seed);
      case MIXTURE -> new MixtureLearner(mixture(seed), schema);
      case EXPERT -> new ExpertLearner(expert().create(schema, seed));
    };
  }

  /** The configuration in full, for people. */
  String configuration(long seed) {
    return switch (kind) {
      case MOA -> "%s, seed %d".formatted(definition, seed);
      case MIXTURE -> mixture(seed).toString();
      case EXPERT -> "%s, seed %d".formatted(expert(), seed);
    };
  }

  private ExpertFactory expert() {
    return ((Specialisation.Regimes) mixture(0).specialisation()).experts().get(0);
  }

  private MixtureConfig mixture(long seed) {
    return new MixtureSettings(definition).config(seed);
  }
}
