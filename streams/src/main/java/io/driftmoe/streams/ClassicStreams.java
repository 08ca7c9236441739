// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import moa.options.AbstractOptionHandler;
import moa.streams.generators.AgrawalGenerator;
import moa.streams.generators.HyperplaneGenerator;
import moa.streams.generators.RandomTreeGenerator;

/** Generators that others compare stream learners on, beside those of the paper. */
final class ClassicStreams {
  private static final String AGRAWAL =
      "MOA AgrawalGenerator -f 1, 2, 3, 4 -p 0.05 in ConceptDriftStream (Agrawal et al. 1993)";
  private static final String TREE =
      "MOA RandomTreeGenerator, default options%s (Domingos and" + " Hulten 2000)";
  private static final int[] ONE_TREE = {0};
  private static final int[] FOUR_TREES = {0, 1, 2, 3};
  private static final int[] RECURRING_TREES = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};

  private ClassicStreams() {}

  static List<CataloguedStream> catalogue() {
    return List.of(
        CataloguedStream.generator(
            "agrawal_a",
            9,
            2,
            "loan applicants, numeric values perturbed by 5 %; functions 1 to 4; 3 abrupt drifts",
            AGRAWAL,
            (name, events, seed) -> agrawal(name, Drifts.abrupt(events), events, seed)),
        CataloguedStream.generator(
            "agrawal_g",
            9,
            2,
            "loan applicants, numeric values perturbed by 5 %; functions 1 to 4; 3 gradual drifts",
            AGRAWAL,
            (name, events, seed) -> agrawal(name, Drifts.gradual(events), events, seed)),
        CataloguedStream.generator(
            "hyperplane",
            10,
            2,
            "side of a hyperplane, 5 % noise; all ten weights change by 0.001 with every event",
            "MOA HyperplaneGenerator -a 10 -k 10 -t 0.001 -n 5 -s 10 (Hulten et al. 2001)",
            ClassicStreams::hyperplane),
        CataloguedStream.generator(
            "random_tree",
            10,
            2,
            "leaves of a random tree over 5 nominal and 5 numeric attributes, no noise; no drift",
            TREE.formatted(""),
            (name, events, seed) -> trees(name, ONE_TREE, List.of(), events, seed)),
        CataloguedStream.generator(
            "random_tree_a",
            10,
            2,
            "four random trees one after the other, no noise; 3 abrupt drifts",
            TREE.formatted(", four trees in ConceptDriftStream"),
            (name, events, seed) -> trees(name, FOUR_TREES, Drifts.abrupt(events), events, seed)),
        CataloguedStream.generator(
            "recurring",
            10,
            2,
            "random trees A, B, C that come back in turn, four times each, no noise; 11 abrupt"
                + " drifts",
            TREE.formatted(", three trees in ConceptDriftStream"),
            (name, events, seed) ->
                trees(
                    name,
                    RECURRING_TREES,
                    Drifts.evenlySpaced(events, RECURRING_TREES.length),
                    events,
                    seed)));
  }

  private static LabeledStream agrawal(
      String name, List<PlantedDrift> drifts, long events, long seed) {
    List<AbstractOptionHandler> concepts = new ArrayList<>();
    for (int function : new int[] {1, 2, 3, 4}) {
      AgrawalGenerator concept = new AgrawalGenerator();
      concept.functionOption.setValue(function);
      concept.instanceRandomSeedOption.setValue(Seeds.concept(seed, concepts.size()));
      concepts.add(concept);
    }
    return new GeneratorStream(name, ConceptSequence.of(concepts, drifts, seed), events, drifts);
  }

  private static LabeledStream hyperplane(String name, long events, long seed) {
    HyperplaneGenerator generator = new HyperplaneGenerator();
    generator.numDriftAttsOption.setValue(10);
    generator.magChangeOption.setValue(0.001);
    generator.instanceRandomSeedOption.setValue(Seeds.concept(seed, 0));
    generator.prepareForUse();
    return new GeneratorStream(name, generator, events, List.of());
  }

  private static LabeledStream trees(
      String name, int[] trees, List<PlantedDrift> drifts, long events, long seed) {
    List<AbstractOptionHandler> concepts = new ArrayList<>();
    for (int tree : trees) {
      RandomTreeGenerator concept = new RandomTreeGenerator();
      concept.treeRandomSeedOption.setValue(Seeds.model(seed, tree));
      concept.instanceRandomSeedOption.setValue(Seeds.concept(seed, concepts.size()));
      concepts.add(concept);
    }
    return new GeneratorStream(name, ConceptSequence.of(concepts, drifts, seed), events, drifts);
  }
}
