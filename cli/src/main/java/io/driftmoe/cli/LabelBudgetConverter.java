// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.router.LabelBudget;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a share of labels as a part of 1 or in per cent: {@code 0.05}, {@code 5%}, {@code 100%}.
 */
final class LabelBudgetConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    try {
      double share = LabelBudget.parseShare(text);
      if (share > 0 && share <= 1) {
        return share;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new TypeConversionException(
        "'%s' is not a share of labels: from above 0 to 100%%, such as 5%% or 0.05"
            .formatted(text));
  }
}
