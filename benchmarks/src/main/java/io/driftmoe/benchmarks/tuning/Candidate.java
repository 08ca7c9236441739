// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Settings that take part in a race.
 *
 * @param name for the table
 * @param settings of the mixture
 * @param seed of everything random in it
 */
public record Candidate(String name, MixtureSettings settings, long seed) {
  /** Of the catalogue of {@code bench}. */
  private static final List<String> NAMES =
      List.of(
          "adaptive",
          "adaptive-no-T",
          "adaptive-no-knn",
          "adaptive-no-S",
          "adaptive-unrouted",
          "paper-data",
          "paper-task");

  /** Rejects a candidate without a name. */
  public Candidate {
    Objects.requireNonNull(settings, "settings");
    if (name.isBlank()) {
      throw new IllegalArgumentException("a candidate's name must not be blank");
    }
  }

  /**
   * The candidates for when none are named: the presets; {@code adaptive} with less memory, and
   * without the parts that cost it most; its forest and naive Bayes alone, with fewer and fewer
   * trees; and one tree.
   */
  public static List<Candidate> usual(long seed) {
    List<Candidate> usual = new ArrayList<>();
    for (String name : NAMES) {
      usual.add(of(LearnerCatalog.named(name), seed));
    }
    usual.add(adaptive("adaptive-16-mib", "\"model-bytes\":%s".formatted(16L << 20), seed));
    for (int trees : new int[] {16, 8, 4}) {
      String pool = "{\"type\":\"forest\",\"members\":%s},\"guarded\"".formatted(trees);
      usual.add(alone("forest-" + trees, pool, seed));
    }
    usual.add(alone("tree", "\"hoeffding-tree\"", seed));
    return List.copyOf(usual);
  }

  private static Candidate alone(String name, String pool, long seed) {
    return adaptive(name, "\"pool\":[%s],\"gates\":[\"fixed-share\"]".formatted(pool), seed);
  }

  /** What is left out is as in the preset, also in the experts. */
  private static Candidate adaptive(String name, String settings, long seed) {
    String json = "{\"preset\":\"adaptive\",%s}".formatted(settings);
    return new Candidate(name, new MixtureSettings(json), seed);
  }

  /**
   * A mixture of the catalogue, or a variant of one.
   *
   * @throws IllegalArgumentException when the learner is no mixture
   */
  public static Candidate of(LearnerSpec learner, long seed) {
    if (learner.kind() != LearnerSpec.Kind.MIXTURE) {
      throw new IllegalArgumentException("%s is no mixture".formatted(learner.name()));
    }
    return new Candidate(learner.name(), new MixtureSettings(learner.definition()), seed);
  }
}
