// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.LabeledExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import moa.streams.ArffFileStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Files that MOA reads, with all its ways to write one thing, say the same to us. */
class ArffProperties {
  private static final List<String> WORDS =
      List.of("a", "B", "x-1", "0", "<5", "it's", "a b", "d,e", "50%", "{x}", "\\", "\"", "t\tb");
  private static final List<String> SEPARATORS = List.of(",", ", ", " ", "\t", " ,\t", "  ");
  private static final List<String> NUMBERS =
      List.of("0", "1", "-2.5", ".5", "+3", "1e3", "-1.25E-7", "4.9e-324", "NaN", "?");
  private static final List<String> NUMERIC =
      List.of("numeric", "REAL", "Integer", "real [0, 1]", "numeric % counted");

  /** One attribute; without values it is numeric. */
  private record Column(String name, List<String> values) {}

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void readsWhatMoaReads(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Column> columns = columns(random);
    Path file = Files.createTempFile("moa", ".arff");
    try {
      Files.writeString(file, text(columns, random));

      List<LabeledExample> ours = TestFiles.examples(file, columns.get(columns.size() - 1).name());

      assertThat(table(ours)).as(Files.readString(file)).isEqualTo(table(file, columns.size()));
    } finally {
      Files.delete(file);
    }
  }

  private static List<Column> columns(Random random) {
    int features = 1 + random.nextInt(5);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i <= features; i++) {
      boolean nominal = i == features || random.nextBoolean();
      columns.add(
          new Column(
              pick(WORDS, random) + i,
              nominal ? some(2 + random.nextInt(WORDS.size() - 2), random) : List.of()));
    }
    return columns;
  }

  private static List<String> some(int values, Random random) {
    List<String> shuffled = new ArrayList<>(WORDS);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, values);
  }

  private static String text(List<Column> columns, Random random) {
    StringBuilder text = new StringBuilder("% made\n\n@relation 'made by a test'\n");
    for (Column column : columns) {
      text.append(random.nextBoolean() ? "@attribute " : "@ATTRIBUTE\t")
          .append(written(column.name(), random))
          .append(' ')
          .append(column.values().isEmpty() ? pick(NUMERIC, random) : braces(column, random))
          .append(random.nextInt(5) == 0 ? "\n% between\n\n" : "\n");
    }
    text.append("@data").append(random.nextInt(3) == 0 ? " " : "\n");
    int rows = 1 + random.nextInt(6);
    for (int i = 0; i < rows; i++) {
      text.append(random.nextInt(4) == 0 ? sparse(columns, random) : dense(columns, random))
          .append(random.nextInt(5) == 0 ? " % 'behind\n\n%\n" : "\n");
    }
    return text.toString();
  }

  private static String braces(Column column, Random random) {
    return column.values().stream()
        .map(value -> written(value, random))
        .collect(Collectors.joining(pick(SEPARATORS, random), "{", "}"));
  }

  private static String dense(List<Column> columns, Random random) {
    String separator = pick(SEPARATORS, random);
    return IntStream.range(0, columns.size())
            .mapToObj(i -> cell(columns.get(i), i == columns.size() - 1, random))
            .collect(Collectors.joining(separator))
        + (random.nextInt(5) == 0 ? "," : "");
  }

  private static String sparse(List<Column> columns, Random random) {
    return IntStream.range(0, columns.size())
        .filter(i -> random.nextBoolean())
        .mapToObj(i -> i + " " + cell(columns.get(i), i == columns.size() - 1, random))
        .filter(pair -> !pair.matches(".*['\"?].*")) // MOA misreads these
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String cell(Column column, boolean label, Random random) {
    if (column.values().isEmpty()) {
      return pick(NUMBERS, random);
    }
    return !label && random.nextInt(6) == 0 ? "?" : written(pick(column.values(), random), random);
  }

  /** In quotes where it must be, and sometimes where it need not. */
  private static String written(String value, Random random) {
    boolean plain = value.matches("[^\\s,{}%'\"\\\\]+");
    if (plain && random.nextInt(3) > 0) {
      return value;
    }
    char quote = random.nextBoolean() ? '\'' : '"';
    return quote
        + value.replace("\\", "\\\\").replace("\t", "\\t").replace("" + quote, "\\" + quote)
        + quote;
  }

  private static <T> T pick(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }

  private static List<List<Double>> table(List<LabeledExample> examples) {
    List<List<Double>> table = new ArrayList<>();
    for (LabeledExample example : examples) {
      List<Double> row = new ArrayList<>();
      for (double value : TestFiles.values(example)) {
        row.add(value);
      }
      row.add((double) example.label());
      table.add(row);
    }
    return table;
  }

  private static List<List<Double>> table(Path file, int classIndex) {
    ArffFileStream stream = new ArffFileStream(file.toString(), classIndex);
    List<List<Double>> table = new ArrayList<>();
    while (stream.hasMoreInstances()) {
      Instance instance = stream.nextInstance().getData();
      List<Double> row = new ArrayList<>();
      for (int i = 0; i < classIndex; i++) {
        row.add(instance.value(i));
      }
      table.add(row);
    }
    return table;
  }
}
