// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.MemberUse;
import java.util.List;

/** Looks into a mixture from outside of the measured stretch. */
public interface MixtureView {

  /** Number of experts. */
  int experts();

  /** A name for each expert: its kind and its position. */
  List<String> expertNames();

  /** The gate weights behind a forecast of this mixture, one per expert. */
  double[] gateWeights(Forecast forecast);

  /** For each expert the number of events it has learned. */
  long[] learned();

  /** How much each specialist inside of the experts was used so far; empty without any. */
  List<MemberUse> specialistUse();

  /** Specialists asked per learned event, on average so far. */
  double specialistEvaluations();
}
