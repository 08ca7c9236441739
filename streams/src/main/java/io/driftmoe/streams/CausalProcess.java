// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.List;

/**
 * The variables of a causal stream from event to event. A variable is a part of its last value plus
 * what its causes, the season, the mode, the class and noise add:
 *
 * <pre>
 *   x = p x' + sqrt(1 - p^2) (sum of strength * shape(cause) + wave + mode + class + noise)
 * </pre>
 */
final class CausalProcess {
  private static final int REMEMBERED = CausalEdge.GREATEST_LAG + 1;
  private static final int MIDDLE_CLASS = 1;

  private final CausalGraph graph;
  private final SplitMix64 random;
  private final CausalModes modes = new CausalModes();
  private final double[][] past = new double[REMEMBERED][CausalGraph.VARIABLES];
  private long event;
  private int label = MIDDLE_CLASS;

  /**
   * @param event number of the first event: where the calendar begins
   */
  CausalProcess(CausalGraph graph, long event, SplitMix64 random) {
    this.graph = graph;
    this.event = event;
    this.random = random;
  }

  /** Moves on to the next event. */
  void next(CausalConcept concept) {
    double[] last = at(1);
    double[] now = at(0);
    modes.next(last[0], random);
    for (int v = 0; v < CausalGraph.VARIABLES; v++) {
      double[] mechanism = concept.mechanism(v);
      double persistence = mechanism[CausalConcept.PERSISTENCE];
      now[v] =
          persistence * last[v]
              + Math.sqrt(1 - persistence * persistence) * news(v, mechanism, graph.into(v));
      if (v == CausalGraph.SCORE) {
        label = concept.label(now[v]);
      }
    }
    event++;
  }

  /** What is new in a variable; the class is that of this event once the score is there. */
  private double news(int variable, double[] mechanism, List<CausalEdge> causes) {
    double sum =
        mechanism[CausalConcept.DAILY] * CausalSeasons.wave(event, graph.phase(variable))
            + mechanism[CausalConcept.CLASS] * (label - MIDDLE_CLASS)
            + mechanism[CausalConcept.MODES + modes.mode()]
            + mechanism[CausalConcept.NOISE] * noise();
    double product = mechanism[CausalConcept.PRODUCT];
    for (int i = 0; i < causes.size(); i++) {
      double strength = mechanism[CausalConcept.ARROWS + i];
      if (i == 0 && CausalSeasons.isWeekend(event)) {
        strength += mechanism[CausalConcept.WEEKEND];
      }
      double shaped = shaped(causes.get(i));
      sum += strength * shaped;
      product *= i < 2 ? shaped : 1;
    }
    return causes.size() < 2 ? sum : sum + product;
  }

  private double shaped(CausalEdge edge) {
    return edge.shape().of(at(edge.lag())[edge.cause()]);
  }

  /** Near a standard normal number: no logarithm, whose bits might differ. */
  private double noise() {
    double sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum - 6;
  }

  /** The variables so many events ago; 0 is the event that is being made. */
  private double[] at(int ago) {
    return past[(int) Math.floorMod(event - ago, (long) REMEMBERED)];
  }

  /** A variable of the last event made. */
  double value(int variable) {
    return at(1)[variable];
  }

  /** Mode of the last event made. */
  int mode() {
    return modes.mode();
  }

  /** Class of the last event made. */
  int label() {
    return label;
  }
}
