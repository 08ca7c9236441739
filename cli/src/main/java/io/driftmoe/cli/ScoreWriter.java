// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/** Writes predictions, one a line, classes by their names. */
interface ScoreWriter extends Closeable {
  /**
   * Writes one.
   *
   * @param row number of the row, from 1
   * @param predicted name of the class
   * @param label name of the true class; null where it is not known
   * @param probabilities by class
   * @param set names of the classes in the prediction set; null where the model makes none
   */
  void write(
      long row,
      String predicted,
      @Nullable String label,
      Map<String, Double> probabilities,
      @Nullable List<String> set)
      throws IOException;

  @Override
  void close() throws IOException;

  /**
   * CSV: row, predicted, label, and {@code p(CLASS)} of each class; then {@code in(CLASS)}, 1 where
   * the prediction set holds the class, else 0.
   *
   * @param sets whether there are prediction sets
   */
  static ScoreWriter csv(Writer out, List<String> classes, boolean sets) throws IOException {
    List<String> header = new ArrayList<>(List.of("row", "predicted", "label"));
    classes.forEach(name -> header.add("p(%s)".formatted(name)));
    if (sets) {
      classes.forEach(name -> header.add("in(%s)".formatted(name)));
    }
    CSVFormat format = CSVFormat.RFC4180;
    out.write(format.format(header.toArray()) + "\n");
    return new ScoreWriter() {
      @Override
      public void write(
          long row,
          String predicted,
          @Nullable String label,
          Map<String, Double> probabilities,
          @Nullable List<String> set)
          throws IOException {
        List<Object> fields = new ArrayList<>(List.of(row, predicted, label == null ? "" : label));
        fields.addAll(probabilities.values());
        if (set != null) {
          probabilities.keySet().forEach(name -> fields.add(set.contains(name) ? 1 : 0));
        }
        out.write(format.format(fields.toArray()) + "\n");
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  /**
   * JSON: an object a line, with {@code probabilities} by class, and the classes in {@code
   * predictionSet} where there are prediction sets.
   */
  static ScoreWriter json(Writer out) {
    ObjectMapper json = new ObjectMapper();
    return new ScoreWriter() {
      @Override
      public void write(
          long row,
          String predicted,
          @Nullable String label,
          Map<String, Double> probabilities,
          @Nullable List<String> set)
          throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("row", row);
        object.put("predicted", predicted);
        if (label != null) {
          object.put("label", label);
        }
        ObjectNode named = object.putObject("probabilities");
        probabilities.forEach(named::put);
        if (set != null) {
          set.forEach(object.putArray("predictionSet")::add);
        }
        out.write(json.writeValueAsString(object) + "\n");
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }
}
