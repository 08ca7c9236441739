// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Reads schemas of other writers. They may name Java classes, which nothing here makes: records of
 * such schemas are read value by value (a job) or into generic data of Avro (samples of topics),
 * never by Avro's specific or reflecting readers, and names are only compared.
 */
public final class ForeignSchemas {
  private ForeignSchemas() {}

  /**
   * {@return the schema}
   *
   * @param text in JSON
   * @throws IllegalArgumentException when it is none, saying why in one line
   */
  public static Schema parse(String text) {
    return parse(text, List.of());
  }

  /**
   * {@return a schema that refers to types of others}
   *
   * @param text in JSON
   * @param others what it refers to, each after those that it refers to itself
   * @throws IllegalArgumentException when one of them is none, saying why in one line
   */
  public static Schema parse(String text, List<String> others) {
    Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION);
    try {
      others.forEach(parser::parse);
      return parser.parse(text);
    } catch (RuntimeException e) { // of several kinds
      throw new IllegalArgumentException(
          "no Avro schema: " + QuotedText.of(String.valueOf(e.getMessage()), 160), e);
    }
  }
}
