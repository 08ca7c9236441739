// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/** The type of a CSV column. */
enum CsvType {
  NUMERIC,
  /** Numeric, each value with a per cent sign behind it. */
  PER_CENT,
  NOMINAL
}
