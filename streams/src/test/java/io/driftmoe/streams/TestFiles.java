// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.core.LabeledExample;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Writes small data files and reads them back. */
final class TestFiles {
  private TestFiles() {}

  static Path write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(bytes);
      }
    } else {
      Files.write(file, bytes);
    }
    return file;
  }

  /** What is given of {@link FileReading}, by component; the rest is guessed. */
  static FileReading reading(Map<String, Object> given) {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Object> all =
        mapper.convertValue(
            FileReading.GUESSED, new TypeReference<LinkedHashMap<String, Object>>() {});
    all.putAll(given);
    return mapper.convertValue(all, FileReading.class);
  }

  /** The rows as {@link #values} with the class behind them. */
  static List<List<Double>> rows(Path file, String className, FileReading reading)
      throws IOException {
    try (LabeledStream stream =
        DataFiles.open(file, className, List.of(), reading, Long.MAX_VALUE)) {
      List<List<Double>> rows = new ArrayList<>();
      stream.forEachRemaining(
          example -> {
            List<Double> row = new ArrayList<>();
            for (double value : values(example)) {
              row.add(value);
            }
            row.add((double) example.label());
            rows.add(row);
          });
      return rows;
    }
  }

  static LabeledStream open(Path file, String className, String... ignore) throws IOException {
    return DataFiles.open(file, className, Set.of(ignore), Long.MAX_VALUE);
  }

  static List<LabeledExample> examples(Path file, String className, String... ignore)
      throws IOException {
    try (LabeledStream stream = open(file, className, ignore)) {
      List<LabeledExample> examples = new ArrayList<>();
      stream.forEachRemaining(examples::add);
      return examples;
    }
  }

  static double[] values(LabeledExample example) {
    double[] values = new double[example.features().size()];
    example.features().copyTo(values);
    return values;
  }
}
