// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The texts that mean that a feature has no value. One that is a number means that number too,
 * however a record writes it: -999 is meant by -999.0 and -9.99e2.
 */
public final class MissingWords {
  private final Set<String> words;
  private final NominalNumbers exact;
  private final double[] numbers;

  /**
   * Words of a configuration.
   *
   * @param words the texts
   */
  public MissingWords(List<String> words) {
    this.words = new HashSet<>(words);
    this.exact = new NominalNumbers(words);
    this.numbers =
        words.stream().mapToDouble(DecimalText::parse).filter(Double::isFinite).toArray();
  }

  /**
   * {@return whether a text means it}
   *
   * @param text the value
   */
  public boolean contains(String text) {
    return !words.isEmpty() && words.contains(text);
  }

  /**
   * {@return whether a number means it, which may be written in another way than the word}
   *
   * @param text the number as it is written
   */
  public boolean containsNumber(String text) {
    return !words.isEmpty() && words.contains(exact.nameOf(text));
  }

  /**
   * {@return whether a number that is read as a double means it}
   *
   * @param number its value
   * @param text as it is written
   */
  public boolean containsNumber(double number, String text) {
    for (double word : numbers) {
      if (word == number) {
        return true;
      }
    }
    return contains(text); // NaN, and floats, which are other numbers as doubles
  }
}
