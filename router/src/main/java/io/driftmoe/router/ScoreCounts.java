// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Counts from which the prequential scores follow; exact, whatever was added and removed. */
final class ScoreCounts {
  private final long[] truths;
  private final long[] predictions;
  private long labels;
  private long right;
  private long noChangeRight;
  private long majorityRight;

  ScoreCounts(int classes) {
    this.truths = new long[classes];
    this.predictions = new long[classes];
  }

  /** Compares the references with a label that {@link #add} is about to count. */
  ScoredLabel score(int truth, int predicted, int lastTruth) {
    truths[truth]++;
    int majority = 0;
    for (int c = 1; c < truths.length; c++) {
      if (truths[c] > truths[majority]) {
        majority = c;
      }
    }
    truths[truth]--;
    return new ScoredLabel(truth, predicted, lastTruth == truth, majority == truth);
  }

  void add(ScoredLabel scored) {
    count(scored, 1);
  }

  void remove(ScoredLabel scored) {
    count(scored, -1);
  }

  private void count(ScoredLabel scored, int sign) {
    labels += sign;
    truths[scored.truth()] += sign;
    predictions[scored.predicted()] += sign;
    right += scored.truth() == scored.predicted() ? sign : 0;
    noChangeRight += scored.noChangeRight() ? sign : 0;
    majorityRight += scored.majorityRight() ? sign : 0;
  }

  long labels() {
    return labels;
  }

  PrequentialEvaluator.Scores scores() {
    if (labels == 0) {
      return new PrequentialEvaluator.Scores(0, 0, 0, 0, 0);
    }
    double n = labels;
    double chance = 0;
    for (int c = 0; c < truths.length; c++) {
      chance += predictions[c] / n * (truths[c] / n);
    }
    return new PrequentialEvaluator.Scores(
        labels,
        100 * (right / n),
        kappa(chance),
        kappa(majorityRight / n),
        kappa(noChangeRight / n));
  }

  private double kappa(double reference) {
    double p = (double) right / labels;
    // A reference without error is counted as if it had made one: finite, and of the right sign.
    double headroom = reference < 1 ? 1 - reference : 1.0 / labels;
    return 100 * ((p - reference) / headroom);
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeLong(labels);
    out.writeLong(right);
    out.writeLong(noChangeRight);
    out.writeLong(majorityRight);
    SnapshotArrays.writeLongs(out, truths);
    SnapshotArrays.writeLongs(out, predictions);
  }

  void readFrom(DataInput in) throws IOException {
    labels = in.readLong();
    right = in.readLong();
    noChangeRight = in.readLong();
    majorityRight = in.readLong();
    SnapshotArrays.readLongs(in, truths);
    SnapshotArrays.readLongs(in, predictions);
  }
}
