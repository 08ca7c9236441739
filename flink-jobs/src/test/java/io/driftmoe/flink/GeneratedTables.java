// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tables of a document that are made from the code, each between two comments with its name. */
final class GeneratedTables {
  private final Map<String, String> tables = new LinkedHashMap<>();

  GeneratedTables with(String name, String table) {
    tables.put(name, table);
    return this;
  }

  /** A row of a table; what a cell holds may have bars. */
  static void row(StringBuilder text, String... cells) {
    for (String cell : cells) {
      text.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    text.append("|\n");
  }

  /**
   * Compares the document with the tables, or writes them into it where the system property {@code
   * driftmoe.documents} is {@code write}.
   *
   * @param test that does so, for the command in the message
   */
  void requireIn(Path document, Class<?> test) throws IOException {
    String written = Files.readString(document);
    String made = written;
    for (Map.Entry<String, String> table : tables.entrySet()) {
      String begin = "<!-- generated: %s -->\n".formatted(table.getKey());
      String end = "<!-- end: %s -->".formatted(table.getKey());
      assertThat(made).contains(begin, end);
      int from = made.indexOf(begin) + begin.length();
      made = made.substring(0, from) + table.getValue() + made.substring(made.indexOf(end));
    }
    if ("write".equals(System.getProperty("driftmoe.documents"))) {
      Files.writeString(document, made);
    } else {
      assertThat(written)
          .as(
              "rewrite it with: mvn -pl flink-jobs -am test -Dtest=%s -Ddriftmoe.documents=write"
                  + " -Dsurefire.failIfNoSpecifiedTests=false",
              test.getSimpleName())
          .isEqualTo(made);
    }
  }
}
