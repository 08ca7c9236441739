// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Numbers in JSON, which has no NaN: what is no number is null. */
final class Numbers {
  private static final double DIGITS = 1e4;

  private Numbers() {}

  static void put(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, rounded(value));
    } else {
      json.putNull(field);
    }
  }

  static void add(ArrayNode json, double value) {
    if (Double.isFinite(value)) {
      json.add(rounded(value));
    } else {
      json.addNull();
    }
  }

  /** Four decimals are more than is shown. */
  private static double rounded(double value) {
    return Math.abs(value) < 1e12 ? Math.rint(value * DIGITS) / DIGITS : value;
  }

  /** A share from 0 to 1, whatever was sent. */
  static double share(double value) {
    return value >= 0 ? Math.min(1, value) : 0;
  }
}
