// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** The schemas that earlier builds wrote: what they left on the topics stays readable. */
final class FormerSchemas {

  /** For each record that has changed, how many layouts there were before the present one. */
  private static final Map<String, Integer> LAYOUTS =
      Map.of(
          "DeadLetter", 2,
          "DriftEvent", 7,
          "FeatureEvent", 1,
          "MetricsEvent", 6,
          "PredictionEvent", 1);

  private FormerSchemas() {}

  /** The former schemas of this record, the first one first. */
  static List<Schema> of(Schema present) {
    List<Schema> former = new ArrayList<>();
    for (int layout = 1; layout <= LAYOUTS.getOrDefault(present.getName(), 0); layout++) {
      former.add(read("%s-%s.avsc".formatted(present.getName(), layout)));
    }
    return former;
  }

  private static Schema read(String name) {
    try (InputStream in = FormerSchemas.class.getResourceAsStream(name)) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name + " failed", e);
    }
  }
}
