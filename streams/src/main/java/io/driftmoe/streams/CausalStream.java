// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Events of one source that has a memory: each depends on those before it, on the hour and the day
 * of the week, and on what causes what.
 *
 * <p>An event has the hour of the day, the mode (4 values), nine numeric features that are causes
 * of the class and of each other, and one that the class causes. The class is high, middle or low
 * by a score that nobody sees. Values are missing in four ways ({@link CausalGaps}).
 *
 * <p>The idea is that of CaDrift (Barboza, Barddal, Sabourin, Cruz: CaDrift: A Time-dependent
 * Causal Generator of Drifting Data Streams, arXiv 2602.20329, 2026): a structural causal model
 * whose variables depend on time and whose mechanisms drift. Graph, seasons, modes, gaps and
 * classes here are our own.
 */
final class CausalStream extends MadeStream {
  private static final int HOUR = 0;
  private static final int MODE = 1;

  /** Place of the first numeric feature behind hour and mode. */
  static final int FIRST = 2;

  static final int FEATURES = FIRST + CausalGraph.CAUSES + 1;
  static final int CLASSES = 3;

  /** Two weeks, after which nothing is left of where the variables began. */
  private static final int RUN_UP = 2 * 7 * CausalSeasons.DAY;

  private final CausalConcepts concepts;
  private final CausalProcess process;
  private final CausalGaps gaps = new CausalGaps();
  private final SplitMix64 gapRandom;
  private final double[] values = new double[FEATURES];
  private final double[] seen = new double[CausalGraph.CAUSES];

  CausalStream(
      String name,
      CausalGraph graph,
      CausalConcepts concepts,
      List<PlantedDrift> drifts,
      long events,
      SplitMix64 random,
      SplitMix64 gapRandom) {
    super(name, schemaOfEvents(), events, drifts);
    this.concepts = concepts;
    this.process = new CausalProcess(graph, -RUN_UP, random);
    this.gapRandom = gapRandom;
    for (int i = 0; i < RUN_UP; i++) {
      process.next(concepts.at(0));
    }
  }

  private static StreamSchema schemaOfEvents() {
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(Attribute.numeric("hour"));
    attributes.add(Attribute.nominal("mode", CausalModes.names()));
    for (int i = 1; i <= CausalGraph.CAUSES; i++) {
      attributes.add(Attribute.numeric("x" + i));
    }
    attributes.add(Attribute.numeric("effect"));
    return new StreamSchema(attributes, new LabelSpace(List.of("low", "middle", "high")));
  }

  /** A variable of the last event given, whether or not it was missing. */
  double truth(int variable) {
    return process.value(variable);
  }

  /** The concept of an event. */
  CausalConcept concept(long number) {
    return concepts.at(number);
  }

  @Override
  LabeledExample make(long number) {
    process.next(concepts.at(number));
    for (int v = 0; v < seen.length; v++) {
      seen[v] = process.value(v);
    }
    gaps.hide(seen, gapRandom);
    values[HOUR] = CausalSeasons.hour(number);
    values[MODE] = process.mode();
    System.arraycopy(seen, 0, values, FIRST, seen.length);
    values[FIRST + seen.length] = process.value(CausalGraph.EFFECT);
    return new LabeledExample(FeatureVector.of(values), process.label());
  }
}
