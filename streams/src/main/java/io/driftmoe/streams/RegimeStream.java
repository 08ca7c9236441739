// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Events of several sources, interleaved, that label the same features in conflicting ways.
 *
 * <p>An event has ten label features, uniform in [0, 1), and three context features. The context
 * says, more or less clearly, which source the event comes from; the source's concept makes the
 * class from the label features; 5 % of the classes are then replaced by another.
 */
final class RegimeStream extends MadeStream {
  static final double LABEL_NOISE = 0.05;

  private final RegimeContext context;
  private final RegimeClasses classes;
  private final RegimeConcepts concepts;
  private final long conceptLife;
  private final SplitMix64 random;
  private final double[] values = new double[RegimeConcept.FEATURES + RegimeContext.FEATURES];
  private final double[] contextValues = new double[RegimeContext.FEATURES];
  private int source = -1;

  /**
   * @param conceptLife after every so many events one source, each in its turn, gets another
   *     concept; no less than events when none ever does
   */
  RegimeStream(
      String name,
      RegimeContext context,
      RegimeClasses classes,
      RegimeConcepts concepts,
      long conceptLife,
      List<PlantedDrift> drifts,
      long events,
      SplitMix64 random) {
    super(name, schemaOf(classes), events, drifts);
    this.context = context;
    this.classes = classes;
    this.concepts = concepts;
    this.conceptLife = conceptLife;
    this.random = random;
  }

  private static StreamSchema schemaOf(RegimeClasses classes) {
    List<Attribute> attributes = new ArrayList<>();
    for (int i = 1; i <= RegimeConcept.FEATURES; i++) {
      attributes.add(Attribute.numeric("x" + i));
    }
    for (int i = 1; i <= RegimeContext.FEATURES; i++) {
      attributes.add(Attribute.numeric("context" + i));
    }
    return new StreamSchema(attributes, classes.labels());
  }

  /** Number of sources. */
  int sources() {
    return context.sources();
  }

  /** Source of the last event given, from 0; -1 before the first. */
  int source() {
    return source;
  }

  /** How likely each source is, by the place and the context of the last event given. */
  void posterior(double[] target) {
    context.posterior(given() - 1, contextValues, target);
  }

  /** The concept that the source had at the last event given. */
  RegimeConcept concept(int ofSource) {
    return concepts.of(ofSource);
  }

  @Override
  LabeledExample make(long number) {
    if (number > 0 && number % conceptLife == 0) {
      concepts.replace((int) ((number / conceptLife - 1) % sources()));
    }
    source = context.draw(number, random, contextValues);
    for (int i = 0; i < RegimeConcept.FEATURES; i++) {
      values[i] = random.nextDouble();
    }
    System.arraycopy(contextValues, 0, values, RegimeConcept.FEATURES, RegimeContext.FEATURES);
    boolean noise = random.nextDouble() < LABEL_NOISE;
    int label = classes.label(concepts.of(source).label(values), number);
    if (noise) {
      label = classes.noisy(label, number, random);
    }
    return new LabeledExample(FeatureVector.of(values), label);
  }
}
