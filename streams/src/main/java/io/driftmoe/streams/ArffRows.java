// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an ARFF file: the declarations at once, the rows one by one. */
final class ArffRows implements RowSource {
  private static final String KEEL_MISSING = "<null>";

  private final Path file;
  private final @Nullable String encoding;
  private final RecordLimit limit;
  private final BufferedReader text;
  private final List<ArffAttribute> attributes = new ArrayList<>();
  private final ValueBudget budget = new ValueBudget();
  private final @Nullable String[] leftOut;
  private long line;

  /** A row on the line of @data, until it has been given. */
  private @Nullable String first;

  /**
   * @param encoding name of a character set; null for UTF-8
   */
  ArffRows(Path file, @Nullable String encoding) throws IOException {
    this.file = file;
    this.encoding = encoding;
    this.limit = new RecordLimit(TextFile.open(file, encoding).text());
    this.text = new BufferedReader(limit);
    try {
      readHeader();
      leftOut = attributes.stream().map(ArffAttribute::whenLeftOut).toArray(String[]::new);
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  List<ArffAttribute> attributes() {
    return attributes;
  }

  @Override
  public @Nullable String @Nullable [] next() throws IOException {
    String row = nextRow();
    if (row == null) {
      return null;
    }
    ArffTokens tokens = new ArffTokens(row);
    try {
      if (row.stripLeading().startsWith("{")) {
        @Nullable String[] values = leftOut.clone();
        tokens.sparseRow(values);
        return withMissing(values);
      }
      List<@Nullable String> values = tokens.row();
      if (values.size() != attributes.size()) {
        throw error("%s values for %s attributes".formatted(values.size(), attributes.size()));
      }
      return withMissing(values.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  /** NaN is a missing number; KEEL writes a missing value of any type in its own way. */
  private @Nullable String[] withMissing(@Nullable String[] row) {
    for (int i = 0; i < row.length; i++) {
      String value = row[i];
      if (value != null
          && (value.equals(KEEL_MISSING)
              || (value.equalsIgnoreCase("nan")
                  && attributes.get(i).type() == ArffAttribute.Type.NUMERIC))) {
        row[i] = null;
      }
    }
    return row;
  }

  /** Passes over one row without looking into it; false after the last. */
  boolean skip() throws IOException {
    return nextRow() != null;
  }

  @Override
  public IOException error(String message) {
    return new IOException("%s:%s: %s".formatted(file, line, message));
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  private void readHeader() throws IOException {
    boolean empty = true;
    for (String declaration = nextLine(); declaration != null; declaration = nextLine()) {
      empty = false;
      ArffTokens tokens = new ArffTokens(declaration);
      String keyword = tokens.word().toLowerCase(Locale.ROOT);
      switch (keyword) {
        case "@relation", "@inputs", "@input", "@outputs", "@output" -> {
          // the name of the relation, and which attributes KEEL uses, mean nothing here
        }
        case "@attribute" -> attributes.add(attribute(tokens));
        case "@data" -> {
          if (attributes.isEmpty()) {
            throw error("@data before any @attribute");
          }
          first = tokens.atEnd() ? null : tokens.rest();
          return;
        }
        default ->
            throw error(
                "expected @attribute or @data, got '%s'".formatted(Shown.of(declaration.strip())));
      }
    }
    throw empty
        ? new IOException(file + ": no row of data: the file is empty")
        : error("the file ends before @data");
  }

  private ArffAttribute attribute(ArffTokens tokens) throws IOException {
    long declared = line;
    try {
      String name = tokens.value("{");
      if (name == null || name.isBlank()) {
        throw error("@attribute without a name");
      }
      declare(name);
      if (tokens.take('{')) {
        return nominal(name, tokens);
      }
      String type = String.valueOf(tokens.value("[{")).toLowerCase(Locale.ROOT);
      switch (type) {
        case "numeric", "real", "integer" -> {
          return ArffAttribute.numeric(name, declared); // a range that follows means nothing here
        }
        case "relational" -> skipNested(name);
        case "string", "date" -> {
          // cannot be used
        }
        default -> {
          return ArffAttribute.faulty(
              name,
              "attribute '%s' has unknown type '%s'".formatted(Shown.of(name), Shown.of(type)),
              declared);
        }
      }
      return ArffAttribute.faulty(
          name,
          "attribute '%s' is neither numeric nor nominal but %s: ignore it"
              .formatted(Shown.of(name), type),
          declared);
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  /** Passes over the attributes that a relational one declares inside. */
  private void skipNested(String name) throws IOException {
    for (String inside = nextLine(); inside != null; inside = nextLine()) {
      ArffTokens tokens = new ArffTokens(inside);
      String keyword = tokens.word().toLowerCase(Locale.ROOT);
      if (keyword.equals("@end") && name.equals(tokens.value(""))) {
        return;
      }
      if (keyword.equals("@data")) {
        break;
      }
    }
    throw error(
        "relational attribute '%s' has no @end %s".formatted(Shown.of(name), Shown.of(name)));
  }

  private void declare(String name) throws IOException {
    if (!budget.take(name)) {
      throw error(
          "the declarations take more than %s MiB of memory".formatted(ValueBudget.MOST >> 20));
    }
  }

  private ArffAttribute nominal(String name, ArffTokens tokens) throws IOException {
    Set<String> values = new LinkedHashSet<>();
    String repeated = null;
    while (!tokens.take('}')) {
      if (tokens.atEnd()) {
        return ArffAttribute.faulty(
            name, "the values of attribute '%s' must end in }".formatted(Shown.of(name)), line);
      }
      String value = tokens.value(",}");
      String text = value == null ? "?" : value;
      declare(text);
      if (!values.add(text)) {
        repeated = text;
      }
      tokens.take(',');
    }
    if (repeated != null) {
      return ArffAttribute.faulty(
          name,
          "attribute '%s' declares the value '%s' twice"
              .formatted(Shown.of(name), Shown.of(repeated)),
          line);
    }
    return ArffAttribute.nominal(name, List.copyOf(values), line);
  }

  /** The next row, from the line of @data first, null at the end. */
  private @Nullable String nextRow() throws IOException {
    String row = first;
    first = null;
    return row != null ? row : nextLine();
  }

  /** The next line that says something, null at the end. */
  private @Nullable String nextLine() throws IOException {
    try {
      for (String read = readLine(); read != null; read = readLine()) {
        line++;
        String stripped = read.stripLeading();
        if (!stripped.isEmpty() && stripped.charAt(0) != '%') {
          return read;
        }
      }
      return null;
    } catch (IOException e) {
      line++;
      throw TextFile.unreadable(file, encoding, line, e);
    }
  }

  private @Nullable String readLine() throws IOException {
    limit.restart();
    return text.readLine();
  }
}
