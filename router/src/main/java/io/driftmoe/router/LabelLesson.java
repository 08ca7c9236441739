// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * A label, and what {@linkplain LastLabels last labels} said of its event.
 *
 * @param label a class
 * @param said what was said at the prediction, one distribution after the other
 * @param probabilities of the experts then; valid until the next lesson
 * @param slowness by what step and counts are divided because the label is late, at least 1
 * @param last the two labels that were known then, of the stream and of each of the event's groups;
 *     empty where they cannot be told any more
 */
record LabelLesson(
    int label, double[] said, double[] probabilities, double slowness, int[][] last) {
  private static final int[][] UNTOLD = {};

  static LabelLesson untold(int label, double[] said, double[] probabilities, double slowness) {
    return new LabelLesson(label, said, probabilities, slowness, UNTOLD);
  }

  /** Counts the label after those that were known, as far as there are counts for them. */
  void count(double[] shares, LabelTransitions[] transitions) {
    LabelTransitions.count(shares, label, 1 / slowness);
    for (int t = 0; t < Math.min(last.length, transitions.length); t++) {
      transitions[t].count(last[t], label, 1 / slowness);
    }
  }
}
