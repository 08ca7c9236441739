// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.schemas.avro.FeatureEvent;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FeatureCodecProperties {
  private static final List<String> VALUES = List.of("a", "b", "", "d e");

  /** Numeric attributes at even positions, nominal ones at odd positions. */
  @Property(tries = 500)
  void features_throughBytes_comeBackBitForBit(@ForAll("vectors") List<Double> vector)
      throws WireFormatException, InvalidEventException {
    StreamSchema schema =
        new StreamSchema(
            IntStream.range(0, vector.size()).mapToObj(FeatureCodecProperties::attribute).toList(),
            new LabelSpace(List.of("no", "yes")));
    FeatureCodec features = new FeatureCodec(schema);
    SingleObjectCodec<FeatureEvent> bytes = SingleObjectCodec.of(FeatureEvent.class);
    FeatureVector sent =
        FeatureVector.of(
            IntStream.range(0, vector.size())
                .mapToDouble(i -> i % 2 == 0 ? vector.get(i) : nominal(vector.get(i)))
                .toArray());

    FeatureEvent event = new FeatureEvent("k", "e", 0L, features.toWire(sent), null, false);
    FeatureVector received = features.toFeatures(bytes.decode(bytes.encode(event)).getFeatures());

    assertThat(received.size()).isEqualTo(sent.size());
    for (int i = 0; i < sent.size(); i++) {
      assertThat(Double.doubleToLongBits(received.get(i)))
          .as("feature %s", i)
          .isEqualTo(Double.doubleToLongBits(sent.get(i)));
    }
  }

  /** Finite numbers of every size, and missing values. */
  @Provide
  Arbitrary<List<Double>> vectors() {
    return Arbitraries.longs()
        .map(Double::longBitsToDouble)
        .map(value -> Double.isInfinite(value) ? -0.0 : value)
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }

  private static Attribute attribute(int i) {
    return i % 2 == 0 ? Attribute.numeric("x" + i) : Attribute.nominal("x" + i, VALUES);
  }

  private static double nominal(double value) {
    return Double.isNaN(value)
        ? value
        : Math.floorMod(Double.doubleToLongBits(value), VALUES.size());
  }
}
