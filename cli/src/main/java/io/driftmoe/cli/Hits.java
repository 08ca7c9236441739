// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.BitSet;

/** Which events of a stream were predicted, and which of them rightly. */
final class Hits {
  private final BitSet predicted = new BitSet();
  private final BitSet right = new BitSet();

  /**
   * @param event its number, from 0
   */
  void add(int event, boolean correct) {
    predicted.set(event);
    right.set(event, correct);
  }

  /** Number of the last event that was predicted, plus 1. */
  int end() {
    return predicted.length();
  }

  /**
   * Share of the predictions that were right, from 0 to 1.
   *
   * @param from first event
   * @param to behind the last event
   * @return NaN where nothing was predicted
   */
  double accuracy(int from, int to) {
    return (double) right.get(from, to).cardinality() / predicted.get(from, to).cardinality();
  }
}
