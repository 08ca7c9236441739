// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ensembles.MemberNames;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the experts of a mixture divide among themselves. */
public sealed interface Division {
  /** Most experts of one mixture. */
  int MAX_EXPERTS = 1024;

  /**
   * Regimes of the data (MoE-Data): every expert tells all classes apart, the gates weigh them.
   *
   * @param experts what makes each expert, 1 to 1,024; they may be of different kinds. A {@link
   *     FleetFactory} among them has the vote of a model in common with others
   * @param topK how many experts, those with the highest weights, learn an event; from 1 to the
   *     number of experts
   * @param combination how their distributions become the prediction
   * @param modelBytes what the whole model may hold, where the experts are those of {@link
   *     MixtureConfig#adaptive}, whose trees get what windows and networks leave; null where each
   *     expert has a limit of its own
   * @param names of the experts, one for each, an empty text for one that is called by its kind and
   *     position; null where all are. They change nothing but what is said of the experts
   */
  record Data(
      List<ExpertFactory> experts,
      int topK,
      Combination combination,
      @Nullable Long modelBytes,
      @Nullable List<String> names)
      implements Division {
    /**
     * Checks the ranges.
     *
     * @param experts 1 to 1,024 factories
     * @param topK from 1 to the number of experts
     * @param combination how their distributions become the prediction
     * @param modelBytes 1 MiB to 1 TiB, or null
     * @param names as many as experts, those that are not empty different, each a letter and at
     *     most 63 letters, digits, '_' and '-'; or null
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public Data {
      experts = List.copyOf(experts);
      Objects.requireNonNull(combination, "combination");
      if (experts.isEmpty() || experts.size() > MAX_EXPERTS) {
        throw new IllegalArgumentException(
            "experts must name 1 to %s, got %s".formatted(MAX_EXPERTS, experts.size()));
      }
      if (topK < 1 || topK > experts.size()) {
        throw new IllegalArgumentException(
            "topK must be from 1 to the number of experts = %s, got %s"
                .formatted(experts.size(), topK));
      }
      if (modelBytes != null) {
        AdaptivePreset.requireInRange(modelBytes);
      }
      if (experts.stream().filter(FleetFactory.class::isInstance).distinct().count() > 1) {
        throw new IllegalArgumentException(
            "experts must name the same keys in each fleet: a model is in one");
      }
      names = checked(names, experts.size());
    }

    private static @Nullable List<String> checked(@Nullable List<String> names, int experts) {
      if (names == null || names.stream().allMatch(String::isEmpty)) {
        return null;
      }
      if (names.size() != experts) {
        throw new IllegalArgumentException(
            "names must be as many as there are experts = %s, got %s"
                .formatted(experts, names.size()));
      }
      Set<String> seen = new HashSet<>();
      for (int e = 0; e < experts; e++) {
        String name = names.get(e);
        if (!name.isEmpty()) {
          MemberNames.check("names[%s]".formatted(e), name);
          if (!seen.add(name)) {
            throw new IllegalArgumentException(
                "names[%s] must differ from the others, got '%s' again".formatted(e, name));
          }
        }
      }
      return List.copyOf(names);
    }

    /**
     * Experts that are called by their kinds and positions.
     *
     * @param experts 1 to 1,024 factories
     * @param topK from 1 to the number of experts
     * @param combination how their distributions become the prediction
     * @param modelBytes 1 MiB to 1 TiB, or null
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public Data(
        List<ExpertFactory> experts, int topK, Combination combination, @Nullable Long modelBytes) {
      this(experts, topK, combination, modelBytes, null);
    }

    /**
     * Experts that have limits of their own.
     *
     * @param experts 1 to 1,024 factories
     * @param topK from 1 to the number of experts
     * @param combination how their distributions become the prediction
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public Data(List<ExpertFactory> experts, int topK, Combination combination) {
      this(experts, topK, combination, null, null);
    }

    /** The experts for events of this schema: of those with a limit together, trees that fit. */
    List<ExpertFactory> expertsFor(StreamSchema schema) {
      if (modelBytes == null || !isAdaptive(modelBytes)) {
        return experts;
      }
      long divided = AdaptivePreset.divided(modelBytes, schema);
      if (divided == modelBytes) {
        return experts;
      }
      Iterator<ExpertFactory> fitting = AdaptivePreset.experts(divided).iterator();
      return experts.stream()
          .map(expert -> expert instanceof FleetFactory ? expert : fitting.next())
          .toList();
    }

    /** {@return the expert that votes for a model in common with others; empty where none does} */
    public Optional<FleetFactory> fleet() {
      return experts.stream()
          .filter(FleetFactory.class::isInstance)
          .map(FleetFactory.class::cast)
          .findFirst();
    }

    /** The experts that learn. */
    private static List<ExpertFactory> ownOf(List<ExpertFactory> experts) {
      return experts.stream().filter(expert -> !(expert instanceof FleetFactory)).toList();
    }

    void requireRoom(StreamSchema schema) {
      if (modelBytes != null && isAdaptive(modelBytes)) {
        AdaptivePreset.requireRoom(modelBytes, schema);
      }
    }

    /** A saved configuration may hold what the preset was. */
    private boolean isAdaptive(long bytes) {
      return ownOf(experts).equals(AdaptivePreset.experts(bytes));
    }

    /**
     * {@return so many experts of one kind, of which the first by weight predicts}
     *
     * @param experts from 1 to 1,024
     * @param kind what makes each of them
     * @param topK how many learn an event, from 1 to the number of experts
     */
    public static Data alike(int experts, ExpertFactory kind, int topK) {
      if (experts < 1 || experts > MAX_EXPERTS) {
        throw new IllegalArgumentException(
            "experts must be from 1 to %s, got %s".formatted(MAX_EXPERTS, experts));
      }
      return new Data(Collections.nCopies(experts, kind), topK, new Combination.ArgMax());
    }
  }

  /**
   * Classes (MoE-Task): one one-vs-rest expert per class, all of which learn every event.
   *
   * @param expert what makes each of them
   */
  record Task(ExpertFactory expert) implements Division {
    /**
     * Rejects a missing expert.
     *
     * @param expert what makes each of them
     */
    public Task {
      Objects.requireNonNull(expert, "expert");
    }
  }
}
