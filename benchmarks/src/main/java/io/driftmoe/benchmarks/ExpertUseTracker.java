// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sums up, window by window, which experts the gate trusts and trains. */
final class ExpertUseTracker {
  private final MixtureView mixture;
  private final double[] weight;
  private final List<List<Double>> weights = new ArrayList<>();
  private final List<List<Double>> trained = new ArrayList<>();
  private long[] learnedBefore;
  private final SpecialistUseTracker specialists;
  private long events;

  ExpertUseTracker(MixtureView mixture) {
    this.mixture = mixture;
    this.weight = new double[mixture.experts()];
    this.learnedBefore = mixture.learned();
    this.specialists = new SpecialistUseTracker(mixture);
  }

  void add(Forecast forecast) {
    double[] gate = mixture.gateWeights(forecast);
    for (int e = 0; e < weight.length; e++) {
      weight[e] += gate[e];
    }
    events++;
  }

  /** Ends a window of at least one event. */
  void endWindow() {
    long[] learned = mixture.learned();
    List<Double> meanWeight = new ArrayList<>();
    List<Double> share = new ArrayList<>();
    for (int e = 0; e < weight.length; e++) {
      meanWeight.add(weight[e] / events);
      share.add((double) (learned[e] - learnedBefore[e]) / events);
    }
    weights.add(meanWeight);
    trained.add(share);
    specialists.endWindow(events);
    Arrays.fill(weight, 0);
    learnedBefore = learned;
    events = 0;
  }

  CellResult.ExpertUse use() {
    return new CellResult.ExpertUse(mixture.expertNames(), weights, trained, specialists.use());
  }
}
