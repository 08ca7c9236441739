// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Queries of Prometheus, as far as tests look into them. */
final class PromQl {
  /** Selectors and texts: what stands in them is neither metric nor operator. */
  private static final Pattern QUOTED = Pattern.compile("\\{[^}]*}|\"(?:[^\"\\\\]|\\\\.)*\"");

  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]|\\boffset\\s+\\w+");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:])[a-zA-Z_:][a-zA-Z0-9_:]*+(?!\\s*\\()");
  private static final Pattern COMPARISON = Pattern.compile("(==|!=|>=?+|<=?+)(?!\\s*bool\\b)");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

  private PromQl() {}

  /** Names of the metrics that a query asks for. */
  static Set<String> metrics(String query) {
    String bare = query;
    for (Pattern other : new Pattern[] {QUOTED, LABELS, RANGE}) {
      bare = other.matcher(bare).replaceAll(" ");
    }
    Set<String> names = new TreeSet<>();
    NAME.matcher(bare).results().map(MatchResult::group).forEach(names::add);
    names.removeAll(WORDS);
    return names;
  }

  /** The query with 1 where a comparison holds and 0 where it does not, instead of nothing. */
  static String answered(String query) {
    return outsideOfQuotes(query, text -> COMPARISON.matcher(text).replaceAll("$1 bool "));
  }

  private static String outsideOfQuotes(String query, UnaryOperator<String> change) {
    StringBuilder changed = new StringBuilder();
    Matcher quoted = QUOTED.matcher(query);
    int from = 0;
    while (quoted.find()) {
      changed.append(change.apply(query.substring(from, quoted.start()))).append(quoted.group());
      from = quoted.end();
    }
    return changed.append(change.apply(query.substring(from))).toString();
  }
}
