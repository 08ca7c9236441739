// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

/** The three kinds of errors that detectors take. Each method returns what it accepts. */
final class Errors {
  private Errors() {}

  static double finite(double error) {
    if (!Double.isFinite(error)) {
      throw new IllegalArgumentException("error must be finite, got " + error);
    }
    return error;
  }

  /** For bounds that hold for observations from 0 to 1. */
  static double fraction(double error) {
    if (!(error >= 0 && error <= 1)) {
      throw new IllegalArgumentException("error must be from 0 to 1, got " + error);
    }
    return error;
  }

  /** For tests that count. */
  static boolean wrong(double error) {
    if (error != 0 && error != 1) {
      throw new IllegalArgumentException("error must be 0 or 1, got " + error);
    }
    return error == 1;
  }
}
