// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.List;

/**
 * Streams with a memory, seasons, causes and gaps, on which learners that take events for
 * independent have no advantage.
 */
final class CausalStreams {
  private static final long LIFE = 10_000;
  private static final int PLANTED_DRIFTS = 3;
  private static final String SOURCE =
      "own generator CausalStream, after the idea of CaDrift (Barboza et al. 2026)";
  private static final String SUMMARY =
      "hour, mode and ten numeric features that cause each other, the class or follow from it, with"
          + " a memory, seasons and missing values; ";

  // parts of the seed beyond those of regimes and sizes
  private static final int GRAPH_SEED = 20;
  private static final int CONCEPT_SEED = 21;
  private static final int EVENT_SEED = 22;
  private static final int GAP_SEED = 23;

  private CausalStreams() {}

  static List<CataloguedStream> catalogue() {
    return List.of(
        CataloguedStream.generator(
            "causal",
            CausalStream.FEATURES,
            CausalStream.CLASSES,
            SUMMARY + "mechanisms and class move all the time",
            SOURCE,
            (name, events, seed) -> {
              CausalGraph graph = new CausalGraph(Seeds.own(seed, GRAPH_SEED));
              SplitMix64 random = Seeds.own(seed, CONCEPT_SEED);
              CausalConcepts concepts = new DriftingMechanisms(graph, LIFE, random);
              return open(name, graph, concepts, List.of(), events, seed);
            }),
        CataloguedStream.generator(
            "causal_a",
            CausalStream.FEATURES,
            CausalStream.CLASSES,
            SUMMARY + "3 sharp drifts: of the class, of the features, of both",
            SOURCE,
            (name, events, seed) -> {
              CausalGraph graph = new CausalGraph(Seeds.own(seed, GRAPH_SEED));
              List<PlantedDrift> drifts = Drifts.sharp(events, PLANTED_DRIFTS + 1);
              SplitMix64 random = Seeds.own(seed, CONCEPT_SEED);
              CausalConcepts concepts = new PlantedMechanisms(graph, drifts, random);
              return open(name, graph, concepts, drifts, events, seed);
            }));
  }

  private static LabeledStream open(
      String name,
      CausalGraph graph,
      CausalConcepts concepts,
      List<PlantedDrift> drifts,
      long events,
      long seed) {
    return new CausalStream(
        name,
        graph,
        concepts,
        drifts,
        events,
        Seeds.own(seed, EVENT_SEED),
        Seeds.own(seed, GAP_SEED));
  }
}
