// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import org.jspecify.annotations.Nullable;

/**
 * The features of the latest example, sorted by kind of attribute. Trees of one ensemble share one
 * input, so that an example is read once for all of them.
 */
public final class TreeInput {
  private final Domain domain;
  private final LeafLayout layout;
  private @Nullable FeatureVector latest;

  /** All features by attribute; NaN is missing. */
  final double[] values;

  /** Those of the numeric attributes. */
  final double[] numeric;

  /** Where the weights of the nominal values lie in a row, meaningless for a missing one. */
  final int[] slots;

  /** The values of the wide attributes, -1 for a missing one. */
  final int[] wide;

  /** Whether no feature is missing. */
  boolean complete;

  /**
   * An input that holds no example yet.
   *
   * @param domain what the examples look like
   */
  public TreeInput(Domain domain) {
    this.domain = domain;
    this.layout = new LeafLayout(domain);
    this.values = new double[domain.attributes()];
    boolean allNumeric = layout.numeric.length == values.length;
    this.numeric = allNumeric ? values : new double[layout.numeric.length];
    this.slots = new int[layout.nominal.length];
    this.wide = new int[layout.wide.length];
  }

  Domain domain() {
    return domain;
  }

  LeafLayout layout() {
    return layout;
  }

  /** Reads these features, unless they are the latest: a feature vector never changes. */
  void read(FeatureVector features) {
    if (features == latest) {
      return;
    }
    latest = features;
    domain.read(features, values);
    boolean missing = false;
    for (double value : values) {
      missing |= value != value;
    }
    complete = !missing;
    if (numeric != values) {
      for (int i = 0; i < numeric.length; i++) {
        numeric[i] = values[layout.numeric[i]];
      }
    }
    for (int i = 0; i < slots.length; i++) {
      slots[i] = layout.nominalStart[i] + (int) values[layout.nominal[i]];
    }
    for (int i = 0; i < wide.length; i++) {
      double value = values[layout.wide[i]];
      wide[i] = value == value ? (int) value : -1;
    }
  }
}
