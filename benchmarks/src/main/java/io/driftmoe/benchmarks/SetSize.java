// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/** Mean number of classes in prediction sets. */
final class SetSize implements Score {
  private long sets;
  private long classes;

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    // of the prediction itself nothing is needed
  }

  @Override
  public void add(SetOutcome set) {
    sets++;
    classes += set.size();
  }

  @Override
  public double value() {
    return classes / (double) sets; // not a number where there are no sets
  }
}
