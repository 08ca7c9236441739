// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.util.Arrays;
import java.util.List;

/**
 * MoE-Task: one one-vs-rest expert per class, the gate chooses among the classes.
 *
 * <p>The gate weights are the class probabilities; the experts have no say in the prediction. Bit c
 * of the correctness mask is set when expert c says yes and c is the true class, and bit y when no
 * other is. A reader would expect that to teach the gate something about the experts; in fact it
 * always comes out as one-hot(y), so the gate is a plain classifier and the trees never influence a
 * prediction. That is how the method was published.
 */
final class TaskPolicy implements RoutingPolicy {
  private static final int YES = 1;

  private final int classes;
  private final ExpertFactory expert;
  private final StreamSchema oneVsRest;

  TaskPolicy(StreamSchema schema, Division.Task division) {
    this.expert = division.expert();
    this.classes = schema.classes();
    this.oneVsRest = schema.withLabels(new LabelSpace(List.of("no", "yes")));
  }

  @Override
  public int experts() {
    return classes;
  }

  @Override
  public ExpertFactory factoryOf(int expert) {
    return this.expert;
  }

  @Override
  public StreamSchema schemaOf(int expert) {
    return oneVsRest;
  }

  @Override
  public void combine(double[] weights, Votes votes, double[] probabilities) {
    System.arraycopy(weights, 0, probabilities, 0, classes);
  }

  @Override
  public boolean weighsVotes() {
    return false; // they are the probabilities of the classes
  }

  @Override
  public double[] shares(double[] weights) {
    return new double[classes];
  }

  @Override
  public void correctness(Votes votes, int label, boolean[] mask) {
    boolean any = false;
    for (int c = 0; c < classes; c++) {
      mask[c] = votes.choice(c) == YES && c == label;
      any |= mask[c];
    }
    if (!any) {
      mask[label] = true;
    }
  }

  @Override
  public void select(double[] weights, double[] lessons) {
    Arrays.fill(lessons, 1);
  }

  @Override
  public int labelFor(int expert, int label) {
    return expert == label ? YES : 0;
  }
}
