// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Form of the documents. What a block of code or a table holds is free in length, since neither can
 * be wrapped; the pages in {@code docs/results} are written by {@code benchmarks/publish.sh} and
 * quote what commands print, so that only their links are looked at.
 */
class DocumentsTest {
  private static final int LINE = 120;
  private static final Pattern FENCE = Pattern.compile("^\\s*(```|~~~).*");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern BARE_DECIMAL = Pattern.compile("(?<![\\w.)\\]\"])\\.\\d");
  private static final Pattern COMMENT = Pattern.compile("(?:^\\s*\\*|//|/\\*).*");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$");

  static Stream<Path> documents() {
    return Repository.files(".md").stream();
  }

  static Stream<Path> written() {
    Path generated = Repository.root().resolve("docs/results");
    return documents().filter(document -> !document.startsWith(generated));
  }

  @ParameterizedTest
  @MethodSource("written")
  void lines_areNotTooLong(Path document) {
    assertThat(prose(document).filter(line -> line.length() > LINE && !line.startsWith("|")))
        .as("lines of more than %s characters in %s", LINE, document)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("written")
  void decimals_haveALeadingZero(Path document) {
    assertThat(
            prose(document)
                .filter(line -> BARE_DECIMAL.matcher(CODE.matcher(line).replaceAll("")).find()))
        .as("numbers without a leading zero in %s", document)
        .isEmpty();
  }

  @Test
  void decimalsInComments_haveALeadingZero() {
    List<String> found = new ArrayList<>();
    for (Path source : Repository.files(".java")) {
      for (String line : Repository.read(source).split("\n")) {
        Matcher comment = COMMENT.matcher(line);
        if (comment.find() && BARE_DECIMAL.matcher(comment.group()).find()) {
          found.add(source.getFileName() + ": " + line.strip());
        }
      }
    }

    assertThat(found).as("numbers without a leading zero").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void links_leadSomewhere(Path document) {
    List<String> dead = new ArrayList<>();
    Matcher links = LINK.matcher(prose(document).collect(Collectors.joining("\n")));
    while (links.find()) {
      String link = links.group(1);
      if (!link.contains("://") && !link.startsWith("mailto:") && !exists(document, link)) {
        dead.add(link);
      }
    }

    assertThat(dead).as("dead links in %s", document).isEmpty();
  }

  private static boolean exists(Path document, String link) {
    String[] parts = link.split("#", 2);
    Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
  }

  /** As GitHub makes them from headings. */
  private static Set<String> anchors(Path document) {
    return prose(document)
        .map(HEADING::matcher)
        .filter(Matcher::matches)
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** The lines outside of blocks of code. */
  private static Stream<String> prose(Path document) {
    List<String> lines = new ArrayList<>();
    boolean code = false;
    for (String line : Repository.read(document).split("\n")) {
      if (FENCE.matcher(line).matches()) {
        code = !code;
      } else if (!code) {
        lines.add(line);
      }
    }
    return lines.stream();
  }
}
