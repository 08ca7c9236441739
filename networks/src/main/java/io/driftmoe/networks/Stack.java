// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What every back end checks of the networks in one call. */
public final class Stack {
  private Stack() {}

  /**
   * Checks the argument of {@link NetworkBackend#forward}.
   *
   * @param passes one per network, all of one shape
   * @throws IllegalArgumentException when it is empty or passes differ
   */
  public static void checkPasses(List<ForwardPass> passes) {
    checkNotEmpty(passes.size());
    ForwardPass first = passes.get(0);
    for (int p = 1; p < passes.size(); p++) {
      ForwardPass pass = passes.get(p);
      checkEqual("sizes", first.network().sizes(), pass.network().sizes());
      checkEqual("rows", first.rows(), pass.rows());
      checkEqual("dropout", first.dropout() != null, pass.dropout() != null);
    }
  }

  /**
   * Checks the argument of {@link NetworkBackend#step}.
   *
   * @param steps one per network, all of one shape
   * @throws IllegalArgumentException when it is empty, steps differ or a network occurs twice
   */
  public static void checkSteps(List<TrainingStep> steps) {
    checkNotEmpty(steps.size());
    if (steps.size() == 1) {
      return;
    }
    NetworkShape shape = steps.get(0).shape();
    Set<Mlp> networks = Collections.newSetFromMap(new IdentityHashMap<>());
    for (TrainingStep step : steps) {
      checkEqual("shapes", shape, step.shape());
      if (!networks.add(step.network())) {
        throw new IllegalArgumentException("a network occurs twice among the steps of one call");
      }
    }
  }

  private static void checkNotEmpty(int count) {
    if (count == 0) {
      throw new IllegalArgumentException("a call needs at least one network");
    }
  }

  private static void checkEqual(String what, Object first, Object other) {
    if (!first.equals(other)) {
      throw new IllegalArgumentException(
          "%s of stacked networks must be equal, got %s and %s".formatted(what, first, other));
    }
  }
}
