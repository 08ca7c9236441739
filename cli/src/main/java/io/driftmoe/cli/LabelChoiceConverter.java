// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.router.LabelBudget;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads which labels are asked for: {@code uncertain} or {@code random}. */
final class LabelChoiceConverter implements ITypeConverter<LabelBudget.Choice> {
  @Override
  public LabelBudget.Choice convert(String text) {
    for (LabelBudget.Choice choice : LabelBudget.Choice.values()) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
        return choice;
      }
    }
    throw new TypeConversionException("'%s' is neither uncertain nor random".formatted(text));
  }
}
