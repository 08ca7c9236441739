// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Declared values that are numbers, for records that write the same number in another way: the
 * value 1 is meant by 1.0 and 1e0.
 */
public final class NominalNumbers {
  private static final int LONGEST = 40;

  private final Set<String> declared;
  private final Map<BigDecimal, String> numbers = new HashMap<>();

  /**
   * Those of an attribute or of the class.
   *
   * @param values all that are declared
   */
  public NominalNumbers(List<String> values) {
    declared = new HashSet<>(values);
    for (String value : values) {
      BigDecimal number = number(value);
      if (number != null) {
        numbers.putIfAbsent(number, value);
      }
    }
  }

  /**
   * {@return the declared value that a number means; its text where none is meant}
   *
   * @param text the number as it is written
   */
  public String nameOf(String text) {
    if (numbers.isEmpty() || declared.contains(text)) {
      return text;
    }
    BigDecimal number = number(text);
    String value = number == null ? null : numbers.get(number);
    return value == null ? text : value;
  }

  private static @Nullable BigDecimal number(String text) {
    if (text.length() > LONGEST || !DecimalText.mayBe(text)) {
      return null;
    }
    try {
      return new BigDecimal(text).stripTrailingZeros();
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
