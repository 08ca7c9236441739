// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;

/**
 * Which texts stand in quotes in YAML. Besides those that would be read as something else, these
 * are texts with control characters or with the line breaks of Unicode: outside double quotes a
 * reader takes such a line break for a blank, and a name would not be the same afterwards.
 */
final class YamlQuoting extends StringQuotingChecker.Default {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean needToQuoteValue(String value) {
    return super.needToQuoteValue(value) || value.codePoints().anyMatch(YamlQuoting::isEscaped);
  }

  private static boolean isEscaped(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
