// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Objects;

/**
 * Features with their true class.
 *
 * @param features one value per attribute
 * @param label class index, from 0
 */
public record LabeledExample(FeatureVector features, int label) {

  /**
   * Rejects a negative label.
   *
   * @param features one value per attribute
   * @param label class index, at least 0; the upper bound is for the expert to check
   */
  public LabeledExample {
    Objects.requireNonNull(features, "features");
    if (label < 0) {
      throw new IllegalArgumentException("label must not be negative, got " + label);
    }
  }
}
