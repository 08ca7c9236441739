// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command of a document, as a shell splits it into words. */
final class ShellWords {
  /** A word with quotes in it; or a comment or redirection, which ends the words. */
  private static final Pattern WORD =
      Pattern.compile(
          "(?<end>#.*|[>|&;].*)|(?<word>(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+)", Pattern.DOTALL);

  private ShellWords() {}

  /** Without quotes, comments and redirections. */
  static List<String> of(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find() && word.group("end") == null) {
      words.add(word.group("word").replaceAll("['\"]", ""));
    }
    return words;
  }
}
