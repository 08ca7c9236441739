// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an ARFF file: the declarations at once, the rows one by one. */
final class ArffRows implements RowSource {
  private final Path file;
  private final BufferedReader text;
  private final List<ArffAttribute> attributes = new ArrayList<>();
  private long line;

  ArffRows(Path file) throws IOException {
    this.file = file;
    this.text = TextFile.open(file);
    try {
      readHeader();
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
    String row = nextLine();
    if (row == null) {
      return null;
    }
    if (row.stripLeading().startsWith("{")) {
      throw error("sparse rows are not supported");
    }
    List<@Nullable String> values;
    try {
      values = new ArffTokens(row).row();
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
    if (values.size() != attributes.size()) {
      throw error("%s values for %s attributes".formatted(values.size(), attributes.size()));
    }
    return values.toArray(String[]::new);
  }

  /** Passes over one row without looking into it; false after the last. */
  boolean skip() throws IOException {
    return nextLine() != null;
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
    Set<String> names = new HashSet<>();
    for (String declaration = nextLine(); declaration != null; declaration = nextLine()) {
      ArffTokens tokens = new ArffTokens(declaration);
      String keyword = tokens.word().toLowerCase(Locale.ROOT);
      switch (keyword) {
        case "@relation" -> {
          // the name of the relation means nothing here
        }
        case "@attribute" -> {
          ArffAttribute attribute = attribute(tokens);
          if (!names.add(attribute.name())) {
            throw error("attribute '%s' is declared twice".formatted(attribute.name()));
          }
          attributes.add(attribute);
        }
        case "@data" -> {
          if (attributes.isEmpty()) {
            throw error("@data before any @attribute");
          }
          return;
        }
        default -> throw error("expected @attribute or @data, got '%s'".formatted(declaration));
      }
    }
    throw error("the file ends before @data");
  }

  private ArffAttribute attribute(ArffTokens tokens) throws IOException {
    try {
      String name = tokens.value(" \t{");
      if (name == null || name.isBlank()) {
        throw error("@attribute without a name");
      }
      if (tokens.take('{')) {
        return new ArffAttribute(name, ArffAttribute.Type.NOMINAL, values(name, tokens), line);
      }
      String type = tokens.word().toLowerCase(Locale.ROOT);
      return switch (type) {
        case "numeric", "real", "integer" ->
            new ArffAttribute(name, ArffAttribute.Type.NUMERIC, List.of(), line);
        case "string", "date", "relational" ->
            new ArffAttribute(name, ArffAttribute.Type.OTHER, List.of(), line);
        default -> throw error("attribute '%s' has unknown type '%s'".formatted(name, type));
      };
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  private List<String> values(String name, ArffTokens tokens) throws IOException {
    List<String> values = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    do {
      String value = tokens.value(",}");
      if (value == null || value.isEmpty() || !seen.add(value)) {
        throw error(
            "attribute '%s' declares the value '%s', which is missing, empty or repeated"
                .formatted(name, value == null ? "?" : value));
      }
      values.add(value);
    } while (tokens.take(','));
    if (!tokens.take('}') || !tokens.atEnd()) {
      throw error("the values of attribute '%s' must end in }".formatted(name));
    }
    return values;
  }

  /** The next line that says something, null at the end. */
  private @Nullable String nextLine() throws IOException {
    try {
      for (String read = text.readLine(); read != null; read = text.readLine()) {
        line++;
        String stripped = read.stripLeading();
        if (!stripped.isEmpty() && stripped.charAt(0) != '%') {
          return read;
        }
      }
      return null;
    } catch (IOException e) {
      line++;
      throw error("cannot be read: " + TextFile.reason(e));
    }
  }
}
