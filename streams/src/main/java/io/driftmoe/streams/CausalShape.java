// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/**
 * How an effect depends on its cause: functions from any number into [-1, 1], so that no loop of
 * causes can run away. They use nothing but the four operations of arithmetic, whose results are
 * the same on every machine.
 */
enum CausalShape {
  /** The more the more, flattening on both sides. */
  SOFT {
    @Override
    double of(double x) {
      return x / (1 + Math.abs(x));
    }
  },
  /** In proportion, up to a limit on either side. */
  CLIPPED {
    @Override
    double of(double x) {
      return Math.max(-1, Math.min(1, x));
    }
  },
  /** High where the cause is near its middle. */
  HILL {
    @Override
    double of(double x) {
      return 2 / (1 + x * x) - 1;
    }
  },
  /** One of two values. */
  STEP {
    @Override
    double of(double x) {
      return x > 0 ? 1 : -1;
    }
  };

  abstract double of(double x);
}
