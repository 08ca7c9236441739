// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;

/**
 * One attribute as an ARFF file declares it.
 *
 * @param values of a nominal attribute, else empty
 * @param line of the declaration, from 1
 */
record ArffAttribute(String name, Type type, List<String> values, long line) {
  enum Type {
    NUMERIC,
    NOMINAL,
    OTHER
  }
}
