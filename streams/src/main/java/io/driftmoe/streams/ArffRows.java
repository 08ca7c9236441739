// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an ARFF file: the declarations at once, the rows one by one. */
final class ArffRows implements RowSource {
  private static final String KEEL_MISSING = "<null>";
  private static final Set<String> KEYWORDS =
      Set.of(
          "@relation", "@attribute", "@data", "@end", "@input", "@inputs", "@output", "@outputs");

  private final Path file;
  private final @Nullable String encoding;
  private final Charset charset;
  private final RecordLimit limit;
  private final BufferedReader text;
  private final List<ArffAttribute> attributes = new ArrayList<>();
  private final ValueBudget budget = new ValueBudget();
  private final @Nullable String[] leftOut;
  private long line;

  /** A line that has been read, until it has been given again. */
  private @Nullable String unread;

  /** A row on the line of @data, until it has been given. */
  private @Nullable String first;

  /**
   * @param encoding name of a character set; null for UTF-8
   */
  ArffRows(Path file, @Nullable String encoding) throws IOException {
    this.file = file;
    this.encoding = encoding;
    TextFile opened = TextFile.open(file, encoding);
    this.charset = opened.charset();
    this.limit = new RecordLimit(opened.text());
    this.text = new BufferedReader(limit);
    try {
      readHeader();
      leftOut = attributes.stream().map(ArffAttribute::whenLeftOut).toArray(String[]::new);
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  Charset charset() {
    return charset;
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
        throw error(
            "%s values for %s attributes%s"
                .formatted(values.size(), attributes.size(), hint(row, values.size(), tokens)));
      }
      return withMissing(values.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  private String hint(String row, int values, ArffTokens tokens) {
    if (values > attributes.size()) {
      return ": a value that holds blanks or commas must stand in quotes";
    }
    if (tokens.atComment()) {
      return ": a per cent sign outside quotes begins a comment";
    }
    return row.indexOf(';') >= 0
        ? ": commas or blanks separate values, a semicolon does not"
        : ": a missing value is written ?";
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
        default -> throw undeclared(declaration);
      }
    }
    throw empty
        ? new IOException(file + ": no row of data: the file is empty")
        : error("the file ends before @data");
  }

  private IOException undeclared(String text) throws IOException {
    try (BufferedReader beginning = TextFile.open(file, encoding).text()) {
      Optional<String> noText = TextFile.noText(CsvSample.read(beginning).text());
      if (noText.isPresent()) {
        return error(noText.get());
      }
    }
    return error("expected @attribute or @data, got '%s'".formatted(Shown.of(text.strip())));
  }

  private ArffAttribute attribute(ArffTokens tokens) throws IOException {
    long declared = line;
    try {
      String name = tokens.name();
      if (name == null || name.isBlank()) {
        throw error("@attribute without a name");
      }
      declare(name);
      if (tokens.take('{')) {
        return nominal(name, tokens, declared);
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
          return other(name, "has unknown type '%s'".formatted(Shown.of(type)), declared);
        }
      }
      return other(name, "is neither numeric nor nominal but " + type, declared);
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  private ArffAttribute other(String name, String fault, long declared) {
    return ArffAttribute.faulty(
        name,
        ArffAttribute.Type.OTHER,
        "attribute '%s' %s: --ignore %s leaves it out"
            .formatted(Shown.of(name), fault, ColumnNames.option(name, attributes.size())),
        declared);
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

  /** Reads the values, which may go on in the next lines, up to the next declaration. */
  private ArffAttribute nominal(String name, ArffTokens tokens, long declared) throws IOException {
    Set<String> values = new LinkedHashSet<>();
    String repeated = null;
    ArffTokens rest = tokens;
    while (!rest.take('}')) {
      if (rest.atEnd()) {
        String next = nextLine();
        if (next == null || isKeyword(next)) {
          unread = next;
          return ArffAttribute.faulty(
              name,
              ArffAttribute.Type.NOMINAL,
              "the values of attribute '%s' must end in }".formatted(Shown.of(name)),
              declared);
        }
        rest = new ArffTokens(next);
        continue;
      }
      String value = rest.value(",}");
      String text = value == null ? "?" : value;
      declare(text);
      if (!values.add(text)) {
        repeated = text;
      }
      rest.take(',');
    }
    if (repeated != null) {
      return ArffAttribute.faulty(
          name,
          ArffAttribute.Type.NOMINAL,
          "attribute '%s' declares the value '%s' twice"
              .formatted(Shown.of(name), Shown.of(repeated)),
          declared);
    }
    return ArffAttribute.nominal(name, List.copyOf(values), declared);
  }

  private static boolean isKeyword(String text) {
    return KEYWORDS.contains(new ArffTokens(text).word().toLowerCase(Locale.ROOT));
  }

  /** The next row, from the line of @data first, null at the end. */
  private @Nullable String nextRow() throws IOException {
    String row = first;
    first = null;
    return row != null ? row : nextLine();
  }

  /** The next line that says something, null at the end. */
  private @Nullable String nextLine() throws IOException {
    String again = unread;
    if (again != null) {
      unread = null;
      return again;
    }
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
