// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Electricity stream from the data folder, or a generated one of the same schema. */
record Electricity(List<LabeledExample> examples, boolean real) {
  private static final String FILE = "electricity.arff";
  static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("date"),
              Attribute.nominal("day", List.of("1", "2", "3", "4", "5", "6", "7")),
              Attribute.numeric("period"),
              Attribute.numeric("nswprice"),
              Attribute.numeric("nswdemand"),
              Attribute.numeric("vicprice"),
              Attribute.numeric("vicdemand"),
              Attribute.numeric("transfer")),
          new LabelSpace(List.of("UP", "DOWN")));

  /** The first events, at most this many. */
  static Electricity load(int limit) {
    Path file = file();
    return file == null ? generated(limit) : new Electricity(read(file, limit), true);
  }

  private static Path file() {
    String folder = System.getenv("DRIFTMOE_DATA");
    if (folder != null) {
      Path file = Path.of(folder, FILE);
      return Files.exists(file) ? file : null;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("shared/data").resolve(FILE);
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }

  private static List<LabeledExample> read(Path file, int limit) {
    try (var lines = Files.lines(file)) {
      return lines
          .dropWhile(line -> !line.startsWith("@data"))
          .skip(1)
          .filter(line -> !line.isBlank())
          .limit(limit)
          .map(Electricity::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LabeledExample parse(String line) {
    String[] cells = line.split(",");
    double[] values = new double[SCHEMA.features()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 1 ? Integer.parseInt(cells[i]) - 1 : Double.parseDouble(cells[i]);
    }
    int label = SCHEMA.labels().indexOf(cells[values.length].strip());
    return new LabeledExample(FeatureVector.of(values), label);
  }

  /** A threshold on the price whose place moves with the date, with a tenth of the labels noise. */
  private static Electricity generated(int limit) {
    SplitMix64 random = new SplitMix64(1);
    List<LabeledExample> examples = new ArrayList<>();
    for (int n = 0; n < limit; n++) {
      double[] values = new double[SCHEMA.features()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextDouble();
      }
      values[0] = n / 45_312.0;
      values[1] = n / 48 % 7;
      boolean down = values[3] > 0.3 + 0.4 * values[0] ^ random.nextDouble() < 0.1;
      examples.add(new LabeledExample(FeatureVector.of(values), down ? 1 : 0));
    }
    return new Electricity(examples, false);
  }
}
