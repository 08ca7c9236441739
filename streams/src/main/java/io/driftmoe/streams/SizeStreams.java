// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.stream.Stream;
import moa.streams.generators.RandomRBFGenerator;

/**
 * Streams that differ in one size, to set a learner's cost against it. They stay as they are from
 * the first event to the last: no drift makes a model grow or start anew, so that what differs in
 * cost is the size.
 */
final class SizeStreams {
  /** MOA gives each centroid a class at random: with ten a class, next to none is left out. */
  private static final int CENTROIDS_PER_CLASS = 10;

  /** What MOA's other radial basis functions have in this catalogue. */
  private static final int CENTROIDS = 50;

  private static final int FEW_ATTRIBUTES = 10;
  private static final int FEW_CLASSES = 2;
  private static final String RBF = "MOA RandomRBFGenerator -c %s -a %s -n %s (Bifet et al. 2009)";

  private SizeStreams() {}

  static List<CataloguedStream> catalogue() {
    return Stream.concat(
            Stream.of(10, 100, 1000, 10_000)
                .map(attributes -> rbf("size_d" + attributes, attributes, FEW_CLASSES, CENTROIDS)),
            Stream.of(2, 10, 100, 1000)
                .map(
                    classes ->
                        rbf(
                            "size_k" + classes,
                            FEW_ATTRIBUTES,
                            classes,
                            CENTROIDS_PER_CLASS * classes)))
        .toList();
  }

  private static CataloguedStream rbf(String name, int attributes, int classes, int centroids) {
    return CataloguedStream.generator(
        name,
        attributes,
        classes,
        "radial basis functions, %s centroids that stay; for cost against size; no drift"
            .formatted(centroids),
        RBF.formatted(classes, attributes, centroids),
        (n, events, seed) -> open(n, attributes, classes, centroids, events, seed));
  }

  private static LabeledStream open(
      String name, int attributes, int classes, int centroids, long events, long seed) {
    RandomRBFGenerator generator = new RandomRBFGenerator();
    generator.numAttsOption.setValue(attributes);
    generator.numClassesOption.setValue(classes);
    generator.numCentroidsOption.setValue(centroids);
    generator.instanceRandomSeedOption.setValue(Seeds.concept(seed, 0));
    generator.modelRandomSeedOption.setValue(Seeds.model(seed, 0));
    generator.prepareForUse();
    return new GeneratorStream(name, generator, events, List.of());
  }
}
