// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what the events of a file hold whose columns are declared. */
final class StreamProfile {
  private final StreamSchema schema;
  private final long[] missing;
  private final double[] least;
  private final double[] most;
  private final long[] classes;
  private final ColumnOrder labels;
  private final List<ColumnOrder> orders = new ArrayList<>();
  private long rows;

  private StreamProfile(StreamSchema schema, String className) {
    this.schema = schema;
    this.missing = new long[schema.features()];
    this.least = new double[schema.features()];
    this.most = new double[schema.features()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    this.classes = new long[schema.classes()];
    MissingWords words = new MissingWords(List.of());
    this.labels = new ColumnOrder(className, NumberNotation.PLAIN, words);
    for (Attribute attribute : schema.attributes()) {
      orders.add(new ColumnOrder(attribute.name(), NumberNotation.PLAIN, words));
    }
  }

  /** Reads the stream to its end. */
  static FileDescription describe(
      String file, LabeledStream stream, String className, Map<String, String> facts) {
    StreamProfile profile = new StreamProfile(stream.schema(), className);
    stream.forEachRemaining(profile::observe);
    return profile.description(file, className, facts, stream.notes());
  }

  private void observe(LabeledExample example) {
    rows++;
    classes[example.label()]++;
    labels.observe("class " + example.label());
    for (int i = 0; i < missing.length; i++) {
      if (example.features().isMissing(i)) {
        missing[i]++;
        continue;
      }
      double value = example.features().get(i);
      least[i] = Math.min(least[i], value);
      most[i] = Math.max(most[i], value);
      if (!schema.attributes().get(i).isNominal()) {
        orders.get(i).observe(Double.toString(value));
      }
    }
  }

  private FileDescription description(
      String file, String className, Map<String, String> facts, List<String> notes) {
    List<ColumnDescription> columns = new ArrayList<>();
    List<String> order = new ArrayList<>();
    for (int i = 0; i < missing.length; i++) {
      Attribute attribute = schema.attributes().get(i);
      columns.add(
          new ColumnDescription(
              i + 1,
              attribute.name(),
              attribute.isNominal() ? "nominal" : "numeric",
              missing[i],
              attribute.isNominal()
                  ? ColumnDescription.values(attribute.values(), false)
                  : ColumnDescription.range(least[i], most[i])));
      orders.get(i).ascending().ifPresent(order::add);
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int i = 0; i < classes.length; i++) {
      counts.put(schema.labels().name(i), classes[i]);
    }
    long present = counts.values().stream().filter(count -> count > 0).count();
    labels.byClass((int) present).ifPresent(order::add);
    return new FileDescription(
        file, rows, facts, columns, className, counts, order, notes, List.of());
  }
}
