// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A small stream with numeric and nominal attributes and a concept that turns half-way. */
final class Events {
  static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("price"),
              Attribute.nominal("day", List.of("mon", "tue", "wed")),
              Attribute.numeric("demand")),
          new LabelSpace(List.of("UP", "DOWN")));

  static final FeatureCodec FEATURES = new FeatureCodec(SCHEMA);
  static final SingleObjectCodec<FeatureEvent> FEATURE_EVENTS =
      SingleObjectCodec.of(FeatureEvent.class);
  static final SingleObjectCodec<LabelEvent> LABEL_EVENTS = SingleObjectCodec.of(LabelEvent.class);

  private Events() {}

  /** Options for this stream; overrides are dotted keys. */
  static JobOptions options(Map<String, String> overrides) {
    String yaml =
        """
        schema:
          attributes:
            - {name: price}
            - {name: day, values: [mon, tue, wed]}
            - {name: demand}
          classes: [UP, DOWN]
        """;
    return JobOptions.parse(yaml, overrides);
  }

  static List<LabeledExample> examples(int count) {
    SplitMix64 random = new SplitMix64(5);
    List<LabeledExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double price = random.nextDouble();
      double day = (int) (3 * random.nextDouble());
      double demand = random.nextDouble() < 0.02 ? Double.NaN : random.nextDouble();
      boolean up = i < count / 2 ? price > 0.4 : price + 0.2 * day < 0.7;
      examples.add(new LabeledExample(FeatureVector.of(price, day, demand), up ? 0 : 1));
    }
    return examples;
  }

  /** Event i of a model: its id is i and its time i seconds. */
  static SourceRecord.Features features(
      String modelKey, int i, LabeledExample example, boolean labelled) {
    return new SourceRecord.Features(
        modelKey,
        Integer.toString(i),
        1000L * i,
        0,
        i,
        example.features(),
        labelled ? example.label() : -1,
        0);
  }

  /** The label of event i, so many seconds later. */
  static SourceRecord.Label label(
      String modelKey, int i, LabeledExample example, int delaySeconds) {
    return new SourceRecord.Label(
        modelKey, Integer.toString(i), 1000L * (i + delaySeconds), 0, i, example.label());
  }

  static FeatureEvent wireFeatures(
      String modelKey, int i, LabeledExample example, boolean labelled) {
    return new FeatureEvent(
        modelKey,
        Integer.toString(i),
        1000L * i,
        FEATURES.toWire(example.features()),
        labelled ? SCHEMA.labels().name(example.label()) : null,
        false);
  }
}
