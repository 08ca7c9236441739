// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is written, as given or as guessed from its first rows.
 *
 * @param skippedLines at the beginning of the file: comments and Excel's {@code sep=;}
 * @param headerReason why the first row is or is no header, in words
 * @param usualWidth how many fields most of the first rows have
 * @param doubts guesses that may be wrong, with the option that settles each
 */
record CsvDialect(
    Charset charset,
    char separator,
    int skippedLines,
    boolean header,
    String headerReason,
    NumberNotation notation,
    int usualWidth,
    List<String> doubts) {
  private static final Pattern COMMA = Pattern.compile("[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?");
  private static final Pattern THOUSANDS = Pattern.compile("[+-]?[1-9][0-9]{0,2},[0-9]{3}");
  private static final Pattern MARKUP =
      Pattern.compile(
          "\\s*<([?]xml|!doctype|html)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern JSON = Pattern.compile("\\s*(\\[\\s*)?[{]\\s*\".*", Pattern.DOTALL);
  private static final Pattern POINT = Pattern.compile("[+-]?[0-9]*[.][0-9]+([eE][+-]?[0-9]+)?");

  /**
   * Finds out what is not given.
   *
   * @param named columns that were asked for by name
   * @throws IOException when the file cannot be read or holds nothing
   */
  static CsvDialect of(Path file, FileReading reading, Collection<String> named)
      throws IOException {
    Charset charset;
    CsvSample sample;
    TextFile opened = TextFile.open(file, reading.encoding());
    try (BufferedReader text = opened.text()) {
      charset = opened.charset();
      sample = CsvSample.read(text);
    } catch (IOException e) {
      throw TextFile.unreadable(file, reading.encoding(), 1, e);
    }
    requireText(file, sample);
    CsvBeginning beginning = CsvBeginning.of(sample, reading.separator());
    char separator = beginning.separator();
    List<String[]> rows = beginning.rest().rows(separator);
    MissingWords missing = new MissingWords(reading.missing());
    NumberNotation notation = notation(reading, separator, rows);
    List<String> doubts = new ArrayList<>();
    if (reading.decimal() == null && notation.decimal() == ',') {
      thousands(rows).ifPresent(doubts::add);
    }
    boolean header = reading.header() == FileReading.Header.YES;
    String reason = "as --header says";
    if (reading.header() == FileReading.Header.GUESSED && !rows.isEmpty()) {
      HeaderGuess guess = HeaderGuess.of(rows, named, notation, missing);
      header = guess.header();
      reason = guess.reason();
      if (!guess.certain()) {
        doubts.add(
            "the first row may hold names or data and is taken for %s; --header %s says otherwise"
                .formatted(header ? "names" : "data", header ? "no" : "yes"));
      }
    }
    return new CsvDialect(
        charset,
        separator,
        beginning.lines(),
        header,
        reason,
        notation,
        SeparatorGuess.usualWidth(rows),
        List.copyOf(doubts));
  }

  private static void requireText(Path file, CsvSample sample) throws IOException {
    if (sample.text().isBlank()) {
      throw new IOException(file + ": no row of data: the file is empty");
    }
    Optional<String> noText = TextFile.noText(sample.text());
    if (noText.isPresent()) {
      throw new IOException(file + ": " + noText.get());
    }
    if (MARKUP.matcher(sample.text()).lookingAt()) {
      throw new IOException(file + ":1: this is HTML or XML; save it as CSV text");
    }
    if (JSON.matcher(sample.text()).lookingAt()) {
      throw new IOException(file + ":1: this is JSON; write it as CSV text");
    }
  }

  private static NumberNotation notation(FileReading reading, char separator, List<String[]> rows) {
    Character thousands =
        Optional.ofNullable(reading.thousands()).map(text -> text.charAt(0)).orElse(null);
    if (reading.decimal() != null) {
      return new NumberNotation(reading.decimal().charAt(0), thousands);
    }
    boolean comma = separator != ',' && (thousands == null || thousands != ',');
    boolean used = false;
    for (String[] row : comma ? rows : List.<String[]>of()) {
      for (String cell : row) {
        used |= COMMA.matcher(cell).matches();
        comma &= !POINT.matcher(cell).matches();
      }
    }
    return new NumberNotation(comma && used ? ',' : '.', thousands);
  }

  /** Commas that all have three digits behind them may separate thousands. */
  private static Optional<String> thousands(List<String[]> rows) {
    List<String> numbers =
        rows.stream().flatMap(Arrays::stream).filter(COMMA.asMatchPredicate()).toList();
    return numbers.stream().allMatch(THOUSANDS.asMatchPredicate())
        ? Optional.of(
            "numbers such as '%s' are read with a decimal comma; --decimal . --thousands , says"
                    .formatted(numbers.get(0))
                + " otherwise")
        : Optional.empty();
  }

  /** The option's value that stands for the separator. */
  String separatorName() {
    return switch (separator) {
      case '\t' -> "tab";
      case ' ' -> "space";
      default -> "'" + separator + "'";
    };
  }

  /**
   * In words, by subject, with whether it was given or guessed.
   *
   * @param width columns
   * @param length rows
   */
  Map<String, String> facts(FileReading reading, int width, long length) {
    long sampled = Math.min(CsvSample.ROWS, header ? length + 1 : length);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("format", "CSV");
    facts.put("encoding", charset.name());
    facts.put("separator", separatorName() + how(reading.separator(), sampled));
    facts.put(
        "header",
        (header ? "yes" : "no, the columns are c1 to c" + width)
            + (reading.header() == FileReading.Header.GUESSED
                ? ", guessed from the first %s rows; %s"
                    .formatted(sampled, headerReason.replaceFirst("^it", "the first row"))
                : ", given"));
    facts.put(
        "numbers",
        "decimal sign %s%s%s"
            .formatted(
                notation.decimal(),
                notation.thousands() == null ? "" : ", thousands '" + notation.thousands() + "'",
                how(reading.decimal(), sampled)));
    if (skippedLines > 0) {
      facts.put("skipped", "%s lines before the first row".formatted(skippedLines));
    }
    return facts;
  }

  private static String how(@Nullable String given, long sampled) {
    return given == null ? ", guessed from the first %s rows".formatted(sampled) : ", given";
  }
}
