// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Divides the values of a feature into cells of which some sample has about as many each. Cells of
 * a numeric feature are told by their rank, from 0 to 30, whatever the scale of its values; those
 * of a nominal one are its most frequent values, the most frequent first, and all others together.
 */
final class FeatureCells {
  /** In place of a cell. */
  static final byte MISSING = -1;

  private static final int EDGES = 15;
  private static final int HIGHEST_RANK = 2 * EDGES;
  private static final int FREQUENT = 8;

  private final Attribute attribute;

  /** Of a numeric feature, in rising order. */
  private final double[] edges;

  /** Of a nominal feature: the values that have cells. */
  private final int[] frequent;

  private FeatureCells(Attribute attribute, double[] edges, int[] frequent) {
    this.attribute = attribute;
    this.edges = edges;
    this.frequent = frequent;
  }

  /**
   * @param sample values as {@link io.driftmoe.core.Domain} reads them; NaN is missing
   */
  static FeatureCells of(Attribute attribute, double[] sample) {
    return attribute.isNominal() ? nominal(attribute, sample) : numeric(attribute, sample);
  }

  private static FeatureCells numeric(Attribute attribute, double[] sample) {
    double[] sorted =
        Arrays.stream(sample).filter(value -> !Double.isNaN(value)).sorted().toArray();
    double[] edges = new double[EDGES];
    for (int e = 0; e < EDGES && sorted.length > 0; e++) {
      edges[e] = sorted[(e + 1) * sorted.length / (EDGES + 1)];
    }
    return new FeatureCells(attribute, edges, new int[0]);
  }

  private static FeatureCells nominal(Attribute attribute, double[] sample) {
    int[] counts = new int[attribute.values().size()];
    for (double value : sample) {
      if (!Double.isNaN(value)) {
        counts[(int) value]++;
      }
    }
    int[] frequent = new int[frequentOf(attribute)];
    for (int f = 0; f < frequent.length; f++) {
      int most = -1;
      for (int v = 0; v < counts.length; v++) {
        if (counts[v] >= 0 && (most < 0 || counts[v] > counts[most])) {
          most = v;
        }
      }
      frequent[f] = most;
      counts[most] = -1; // taken
    }
    return new FeatureCells(attribute, new double[0], frequent);
  }

  private static int frequentOf(Attribute attribute) {
    return Math.min(FREQUENT, attribute.values().size());
  }

  /** Into how many cells values of a feature are divided, {@link #MISSING} left out. */
  static int count(Attribute attribute) {
    return attribute.isNominal() ? frequentOf(attribute) + 1 : HIGHEST_RANK + 1;
  }

  /** The cell of a value; {@link #MISSING} for NaN. */
  byte cell(double value) {
    if (Double.isNaN(value)) {
      return MISSING;
    }
    if (!attribute.isNominal()) {
      return (byte) (below(value, false) + below(value, true));
    }
    for (int f = 0; f < frequent.length; f++) {
      if (frequent[f] == value) {
        return (byte) f;
      }
    }
    return (byte) frequent.length;
  }

  /** How many edges are below a value, or not above it. */
  private int below(double value, boolean orEqual) {
    int low = 0;
    int high = EDGES;
    while (low < high) {
      int middle = (low + high) / 2;
      if (edges[middle] < value || orEqual && edges[middle] == value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Of a numeric feature, from 0 to 1. */
  static double rank(int cell) {
    return (double) cell / HIGHEST_RANK;
  }

  /** From -1 to 1: of a nominal feature, whether it is its most frequent value. */
  double signed(int cell) {
    if (attribute.isNominal()) {
      return cell == 0 ? 1 : -1;
    }
    return 2 * rank(cell) - 1;
  }

  /** Names a cell of a nominal feature. */
  String name(int cell) {
    String value =
        cell < frequent.length ? attribute.values().get(frequent[cell]) : "another value";
    return attribute.name() + "=" + value;
  }

  void writeTo(DataOutput out) throws IOException {
    for (double edge : edges) {
      out.writeDouble(edge);
    }
    for (int value : frequent) {
      out.writeInt(value);
    }
  }

  static FeatureCells readFrom(Attribute attribute, DataInput in) throws IOException {
    if (attribute.isNominal()) {
      int[] frequent = new int[frequentOf(attribute)];
      for (int f = 0; f < frequent.length; f++) {
        frequent[f] = in.readInt();
        if (frequent[f] < 0 || frequent[f] >= attribute.values().size()) {
          throw new IOException("snapshot holds value %s of a feature".formatted(frequent[f]));
        }
      }
      return new FeatureCells(attribute, new double[0], frequent);
    }
    double[] edges = new double[EDGES];
    for (int e = 0; e < EDGES; e++) {
      edges[e] = in.readDouble();
      if (Double.isNaN(edges[e]) || e > 0 && edges[e] < edges[e - 1]) {
        throw new IOException("snapshot holds edges of a feature that do not rise");
      }
    }
    return new FeatureCells(attribute, edges, new int[0]);
  }
}
