// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * What a mixture reads in place of the values of heavy-tailed numeric columns, such as byte counts
 * or amounts of money: their signed logarithm around the densest values, in units of their width.
 * Means, deviations and distances see little else than the tail otherwise. All other columns are
 * read as they are.
 *
 * <p>It is chosen once, from the first lessons, and never changes. The order of values stays; unit
 * and origin of a column do not matter. Immutable.
 */
final class HeavyTails {
  /** All columns as they are. */
  static final HeavyTails NONE = new HeavyTails(new double[0], new double[0]);

  private final double[] centers;

  /** 0 where a column is read as it is; empty where all are. */
  private final double[] units;

  private HeavyTails(double[] centers, double[] units) {
    this.centers = centers;
    this.units = units;
  }

  /** Looks which columns of some events have heavy tails. */
  static HeavyTails among(List<FeatureVector> events, List<Attribute> attributes) {
    double[] centers = new double[attributes.size()];
    double[] units = new double[attributes.size()];
    boolean any = false;
    for (int a = 0; a < units.length; a++) {
      int column = a;
      if (!attributes.get(a).isNominal()) {
        TailShape shape =
            TailShape.of(
                events.stream()
                    .mapToDouble(features -> features.get(column))
                    .filter(value -> !Double.isNaN(value))
                    .toArray());
        if (shape.isHeavy()) {
          centers[a] = shape.center();
          units[a] = shape.unit();
          any = true;
        }
      }
    }
    return any ? new HeavyTails(centers, units) : NONE;
  }

  /** Whether any column is read otherwise than it is. */
  boolean any() {
    return units.length > 0;
  }

  /**
   * For whoever reads thresholds: the attributes that are read as {@code sign(x - center) * ln(1 +
   * |x - center| / unit)}.
   */
  ArrayNode toJson(List<Attribute> attributes) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (int a = 0; a < units.length; a++) {
      if (units[a] > 0) {
        json.addObject()
            .put("attribute", attributes.get(a).name())
            .put("center", centers[a])
            .put("unit", units[a]);
      }
    }
    return json;
  }

  /** What is read in place of the features of an event. */
  FeatureVector of(FeatureVector features) {
    if (!any()) {
      return features;
    }
    double[] values = new double[features.size()];
    features.copyTo(values);
    for (int a = 0; a < units.length; a++) {
      if (units[a] > 0) {
        values[a] = signedLog(values[a] - centers[a], units[a]);
      }
    }
    return FeatureVector.of(values);
  }

  /** The same prediction as if it had been made for what is read. */
  PendingPrediction of(PendingPrediction prediction) {
    return any() ? prediction.of(of(prediction.features())) : prediction;
  }

  private static double signedLog(double distance, double unit) {
    // what is too far for a double is as far as a double can be
    double units = Math.min(Math.abs(distance) / unit, Double.MAX_VALUE);
    return Math.copySign(StrictMath.log1p(units), distance);
  }

  void writeTo(DataOutput out) throws IOException {
    SnapshotArrays.writeDoubles(out, units);
    if (any()) {
      SnapshotArrays.writeDoubles(out, centers);
    }
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param columns of the schema
   * @throws IOException when the bytes end too soon or hold something else
   */
  static HeavyTails readFrom(DataInput in, int columns) throws IOException {
    double[] units = SnapshotArrays.readDoubles(in);
    if (units.length == 0) {
      return NONE;
    }
    if (units.length != columns) {
      throw new IOException(
          "snapshot holds tails of %s columns, expected %s".formatted(units.length, columns));
    }
    for (double unit : units) {
      if (!(unit >= 0 && unit <= Double.MAX_VALUE)) {
        throw new IOException("snapshot holds a column in units of " + unit);
      }
    }
    double[] centers = new double[columns];
    SnapshotArrays.readDoubles(
        in, centers, -Double.MAX_VALUE, Double.MAX_VALUE, "centers of columns");
    return new HeavyTails(centers, units);
  }
}
