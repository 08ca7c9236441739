// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import moa.options.AbstractOptionHandler;
import moa.streams.generators.LEDGeneratorDrift;
import moa.streams.generators.RandomRBFGeneratorDrift;
import moa.streams.generators.SEAGenerator;

/** The generators of the paper. */
final class PaperStreams {
  private static final String LED =
      "MOA LEDGeneratorDrift -d 1, 3, 5, 7 in ConceptDriftStream (Breiman et al. 1984), as in Aspis"
          + " et al. 2025";
  private static final String SEA =
      "MOA SEAGenerator -f 1, 2, 4, 1 in ConceptDriftStream (Street and Kim 2001), as in Aspis et"
          + " al. 2025";
  private static final String RBF =
      "MOA RandomRBFGeneratorDrift -c %s -s %s -a 10 -n 50 -k 50 (Bifet et al. 2009)";

  private PaperStreams() {}

  static List<CataloguedStream> catalogue() {
    return List.of(
        CataloguedStream.generator(
            "led_a",
            24,
            10,
            ledSummary("abrupt"),
            LED,
            (name, events, seed) -> led(name, Drifts.abrupt(events), events, seed)),
        CataloguedStream.generator(
            "led_g",
            24,
            10,
            ledSummary("gradual"),
            LED,
            (name, events, seed) -> led(name, Drifts.gradual(events), events, seed)),
        CataloguedStream.generator(
            "sea_a",
            3,
            2,
            seaSummary("abrupt"),
            SEA,
            (name, events, seed) -> sea(name, Drifts.abrupt(events), events, seed)),
        CataloguedStream.generator(
            "sea_g",
            3,
            2,
            seaSummary("gradual"),
            SEA,
            (name, events, seed) -> sea(name, Drifts.gradual(events), events, seed)),
        movingCentroids("rbf_m", 2, "1e-4", ", as in Aspis et al. 2025"),
        movingCentroids("rbf_f", 2, "1e-3", ", as in Aspis et al. 2025"),
        movingCentroids("rbf_m5", 5, "1e-4", ""),
        movingCentroids("rbf_f5", 5, "1e-3", ""));
  }

  private static String ledSummary(String drift) {
    return "LED digits, binary attributes, 10 % noise; 1, 3, 5, then 7 have changed places; 3 "
        + drift
        + " drifts";
  }

  private static String seaSummary(String drift) {
    return "SEA: sum of two of the attributes against a threshold, 10 % noise; functions 1, 2, 4,"
        + " 1; 3 "
        + drift
        + " drifts";
  }

  private static CataloguedStream movingCentroids(
      String name, int classes, String speed, String published) {
    return CataloguedStream.generator(
        name,
        10,
        classes,
        "radial basis functions, 50 centroids that all move at speed " + speed + " all the time",
        RBF.formatted(classes, speed) + published,
        (n, events, seed) -> rbf(n, classes, Double.parseDouble(speed), events, seed));
  }

  private static LabeledStream led(String name, List<PlantedDrift> drifts, long events, long seed) {
    List<AbstractOptionHandler> concepts = new ArrayList<>();
    for (int changed : new int[] {1, 3, 5, 7}) {
      LEDGeneratorDrift concept = new LEDGeneratorDrift();
      concept.numberAttributesDriftOption.setValue(changed);
      concept.instanceRandomSeedOption.setValue(Seeds.concept(seed, concepts.size()));
      concepts.add(concept);
    }
    return new GeneratorStream(name, ConceptSequence.of(concepts, drifts, seed), events, drifts);
  }

  private static LabeledStream sea(String name, List<PlantedDrift> drifts, long events, long seed) {
    List<AbstractOptionHandler> concepts = new ArrayList<>();
    for (int function : new int[] {1, 2, 4, 1}) {
      SEAGenerator concept = new SEAGenerator();
      concept.functionOption.setValue(function);
      concept.instanceRandomSeedOption.setValue(Seeds.concept(seed, concepts.size()));
      concepts.add(concept);
    }
    return new GeneratorStream(name, ConceptSequence.of(concepts, drifts, seed), events, drifts);
  }

  private static LabeledStream rbf(String name, int classes, double speed, long events, long seed) {
    RandomRBFGeneratorDrift generator = new RandomRBFGeneratorDrift();
    generator.numClassesOption.setValue(classes);
    generator.speedChangeOption.setValue(speed);
    generator.instanceRandomSeedOption.setValue(Seeds.concept(seed, 0));
    generator.modelRandomSeedOption.setValue(Seeds.model(seed, 0));
    generator.prepareForUse();
    return new GeneratorStream(name, generator, events, List.of());
  }
}
