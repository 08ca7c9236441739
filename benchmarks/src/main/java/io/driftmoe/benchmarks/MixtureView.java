// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/** Looks into a mixture from outside of the measured stretch. */
public interface MixtureView {

  /** Number of experts. */
  int experts();

  /** The gate weights behind a forecast of this mixture, one per expert. */
  double[] gateWeights(Forecast forecast);

  /** For each expert the number of events it has learned. */
  long[] learned();
}
