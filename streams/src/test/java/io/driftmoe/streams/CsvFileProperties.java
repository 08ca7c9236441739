// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** CSV files as they come, written in one way and read back. */
class CsvFileProperties {
  private static final List<String> WORDS =
      List.of(
          "red", "größe", "a b", "x;y", "p|q", "say \"no\"", "two\nlines", "c,d", "NA", "n/a x");

  private Path folder;

  @BeforeProperty
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("csv");
  }

  @AfterProperty
  void removeFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** How a file is written. */
  record Format(
      char separator,
      String lineBreak,
      Charset charset,
      boolean mark,
      boolean zip,
      boolean quoteAll) {

    boolean decimalComma() {
      return separator != ',';
    }
  }

  @Provide
  Arbitrary<Format> formats() {
    return Arbitraries.randomValue(
        random -> {
          List<Charset> charsets =
              List.of(
                  StandardCharsets.UTF_8,
                  StandardCharsets.UTF_16LE,
                  StandardCharsets.UTF_16BE,
                  StandardCharsets.ISO_8859_1);
          Charset charset = charsets.get(random.nextInt(charsets.size()));
          boolean latin = charset == StandardCharsets.ISO_8859_1;
          boolean mark = !latin && (charset != StandardCharsets.UTF_8 || random.nextBoolean());
          return new Format(
              List.of(',', ';', '\t', '|').get(random.nextInt(4)),
              List.of("\n", "\r\n", "\r").get(random.nextInt(3)),
              charset,
              mark,
              random.nextBoolean(),
              random.nextInt(4) == 0);
        });
  }

  @Property(tries = 60)
  void whatIsWrittenIsRead(@ForAll("formats") Format format, @ForAll long seed) throws IOException {
    checkRoundTrip(format, new Random(seed));
  }

  @Tag("slow")
  @Property(tries = 3_000)
  void whatIsWrittenIsReadManyTimes(@ForAll("formats") Format format, @ForAll long seed)
      throws IOException {
    checkRoundTrip(format, new Random(seed));
  }

  private void checkRoundTrip(Format format, Random random) throws IOException {
    int rows = 20 + random.nextInt(60);
    List<String> names = List.of("amount", "kind, of", "count", "label");
    List<Double> amounts = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    List<Double> counts = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    StringBuilder text = new StringBuilder(format.mark() ? "\uFEFF" : "");
    row(text, format, names);
    for (int i = 0; i < rows; i++) {
      double amount = random.nextInt(5) == 0 ? Double.NaN : (random.nextInt(2_000) - 1_000) / 8.0;
      String kind = random.nextInt(6) == 0 ? "" : WORDS.get(random.nextInt(WORDS.size()));
      double count = random.nextInt(100);
      String label = i < 2 ? "c" + i : "c" + random.nextInt(3);
      amounts.add(amount);
      kinds.add(kind);
      counts.add(count);
      classes.add(label);
      String number =
          Double.isNaN(amount)
              ? List.of("", "NA", "null", "?").get(random.nextInt(4))
              : Double.toString(amount);
      row(
          text,
          format,
          List.of(
              format.decimalComma() ? number.replace('.', ',') : number,
              kind,
              Integer.toString((int) count),
              label));
    }
    Path file = folder.resolve("a.csv");
    Files.write(file, bytes(text.toString(), format));
    FileReading given =
        format.charset() == StandardCharsets.ISO_8859_1
            ? reading(Map.of("encoding", "ISO-8859-1"))
            : FileReading.GUESSED;
    try (LabeledStream stream = DataFiles.open(file, "label", List.of(), given, 1_000)) {
      assertThat(stream.schema().attributes().get(1).name()).isEqualTo("kind, of");
      List<String> values = stream.schema().attributes().get(1).values();
      for (int i = 0; i < rows; i++) {
        LabeledExample example = stream.next();
        assertThat(example.features().get(0)).isEqualTo(amounts.get(i));
        double kind = example.features().get(1);
        assertThat(Double.isNaN(kind) ? "" : values.get((int) kind)).isEqualTo(kinds.get(i));
        assertThat(example.features().get(2)).isEqualTo(counts.get(i));
        assertThat(stream.schema().labels().name(example.label())).isEqualTo(classes.get(i));
      }
      assertThat(stream.hasNext()).isFalse();
    }
  }

  private static void row(StringBuilder text, Format format, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean special =
          cell.indexOf(format.separator()) >= 0
              || cell.contains("\"")
              || cell.contains("\n")
              || (format.quoteAll() && !cell.isEmpty());
      text.append(i == 0 ? "" : format.separator());
      text.append(special ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    text.append(format.lineBreak());
  }

  private static byte[] bytes(String text, Format format) throws IOException {
    byte[] plain = text.getBytes(format.charset());
    if (!format.zip()) {
      return plain;
    }
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    }
    return zipped.toByteArray();
  }
}
