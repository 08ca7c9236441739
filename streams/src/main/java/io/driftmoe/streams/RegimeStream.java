// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/**
 * Events of several sources, interleaved, that label the same features in conflicting ways.
 *
 * <p>An event has ten label features, uniform in [0, 1), and three context features. The context
 * says, more or less clearly, which source the event comes from; the source's concept makes the
 * class from the label features; 5 % of the classes are then replaced by another.
 */
final class RegimeStream implements LabeledStream {
  static final double LABEL_NOISE = 0.05;

  private final String name;
  private final RegimeContext context;
  private final RegimeClasses classes;
  private final RegimeConcepts concepts;
  private final long conceptLife;
  private final List<PlantedDrift> drifts;
  private final long events;
  private final SplitMix64 random;
  private final StreamSchema schema;
  private final double[] values = new double[RegimeConcept.FEATURES + RegimeContext.FEATURES];
  private final double[] contextValues = new double[RegimeContext.FEATURES];
  private long given;
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
    this.name = name;
    this.context = context;
    this.classes = classes;
    this.concepts = concepts;
    this.conceptLife = conceptLife;
    this.drifts = drifts;
    this.events = events;
    this.random = random;
    this.schema = schema(classes);
  }

  private static StreamSchema schema(RegimeClasses classes) {
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
    context.posterior(given - 1, contextValues, target);
  }

  /** The concept that the source had at the last event given. */
  RegimeConcept concept(int ofSource) {
    return concepts.of(ofSource);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StreamSchema schema() {
    return schema;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(events);
  }

  @Override
  public List<PlantedDrift> plantedDrifts() {
    return drifts;
  }

  @Override
  public boolean hasNext() {
    return given < events;
  }

  @Override
  public LabeledExample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("stream " + name + " has " + events + " events");
    }
    if (given > 0 && given % conceptLife == 0) {
      concepts.replace((int) ((given / conceptLife - 1) % sources()));
    }
    source = context.draw(given, random, contextValues);
    for (int i = 0; i < RegimeConcept.FEATURES; i++) {
      values[i] = random.nextDouble();
    }
    System.arraycopy(contextValues, 0, values, RegimeConcept.FEATURES, RegimeContext.FEATURES);
    boolean noise = random.nextDouble() < LABEL_NOISE;
    int label = classes.label(concepts.of(source).label(values), given);
    if (noise) {
      label = classes.noisy(label, given, random);
    }
    given++;
    return new LabeledExample(FeatureVector.of(values), label);
  }

  @Override
  public void close() {
    // holds nothing
  }
}
