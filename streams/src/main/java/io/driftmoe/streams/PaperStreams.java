// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import moa.options.AbstractOptionHandler;
import moa.streams.ConceptDriftStream;
import moa.streams.ExampleStream;
import moa.streams.InstanceStream;
import moa.streams.generators.LEDGeneratorDrift;
import moa.streams.generators.RandomRBFGeneratorDrift;
import moa.streams.generators.SEAGenerator;

/**
 * Builds the generators of {@link StreamCatalog} from MOA's.
 *
 * <p>Seeds: concept i of a stream is generated from part i of the stream's seed, drift i draws from
 * part 100 + i, the centroids of radial basis functions are drawn from part 200. Each concept thus
 * has events of its own; with one seed for all, concepts would repeat each other's random numbers.
 */
final class PaperStreams {
  private static final int DRIFT_SEEDS = 100;
  private static final int MODEL_SEED = 200;

  private PaperStreams() {}

  static LabeledStream led(String name, List<PlantedDrift> drifts, long events, long seed) {
    List<AbstractOptionHandler> concepts = new ArrayList<>();
    for (int changed : new int[] {1, 3, 5, 7}) {
      LEDGeneratorDrift concept = new LEDGeneratorDrift();
      concept.numberAttributesDriftOption.setValue(changed);
      concept.instanceRandomSeedOption.setValue(part(seed, concepts.size()));
      concepts.add(concept);
    }
    return new GeneratorStream(name, compose(concepts, drifts, seed), events, drifts);
  }

  static LabeledStream sea(String name, List<PlantedDrift> drifts, long events, long seed) {
    List<AbstractOptionHandler> concepts = new ArrayList<>();
    for (int function : new int[] {1, 2, 4, 1}) {
      SEAGenerator concept = new SEAGenerator();
      concept.functionOption.setValue(function);
      concept.instanceRandomSeedOption.setValue(part(seed, concepts.size()));
      concepts.add(concept);
    }
    return new GeneratorStream(name, compose(concepts, drifts, seed), events, drifts);
  }

  static LabeledStream rbf(String name, int classes, double speed, long events, long seed) {
    RandomRBFGeneratorDrift generator = new RandomRBFGeneratorDrift();
    generator.numClassesOption.setValue(classes);
    generator.speedChangeOption.setValue(speed);
    generator.instanceRandomSeedOption.setValue(part(seed, 0));
    generator.modelRandomSeedOption.setValue(part(seed, MODEL_SEED));
    generator.prepareForUse();
    return new GeneratorStream(name, generator, events, List.of());
  }

  /**
   * The first concept, drifting to the second, the two of them drifting to the third, and so on:
   * nested this way round, every position counts the events of the whole stream.
   */
  private static ExampleStream<?> compose(
      List<AbstractOptionHandler> concepts, List<PlantedDrift> drifts, long seed) {
    AbstractOptionHandler stream = concepts.get(0);
    for (int i = 0; i < drifts.size(); i++) {
      ConceptDriftStream drifting = new ConceptDriftStream();
      drifting.streamOption.setCurrentObject(stream);
      drifting.driftstreamOption.setCurrentObject(concepts.get(i + 1));
      drifting.positionOption.setValue(Math.toIntExact(drifts.get(i).position()));
      drifting.widthOption.setValue(Math.toIntExact(drifts.get(i).width()));
      drifting.randomSeedOption.setValue(part(seed, DRIFT_SEEDS + i));
      stream = drifting;
    }
    stream.prepareForUse();
    return (InstanceStream) stream;
  }

  /** A part of the seed, 31 bits, since MOA's seeds are ints that its command line can take. */
  static int part(long seed, int i) {
    return (int) (SplitMix64.derive(seed, i) >>> 33);
  }
}
