// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.baselines;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Frequencies of the classes; see {@link MajorityClassFactory}. */
final class MajorityClass implements Expert {
  private static final String TAG = "MAJC";
  private static final int VERSION = 2;

  /** Keeps sums finite. */
  private static final double LARGEST_WEIGHT = 1e100;

  private static final double LARGEST_COUNT = 1e300;

  private final Domain domain;
  private final double[] counts;
  private double total;

  MajorityClass(Domain domain) {
    this.domain = domain;
    this.counts = new double[domain.classes()];
  }

  @Override
  public int classes() {
    return counts.length;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    for (int c = 0; c < counts.length; c++) {
      distribution[c] = total > 0 ? counts[c] / total : 1.0 / counts.length;
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    counts[label] += Math.min(weight, LARGEST_WEIGHT);
    sum();
  }

  private void sum() {
    total = 0;
    for (double count : counts) {
      total += count;
    }
  }

  @Override
  public String describe() {
    return "class weights %s of %s"
        .formatted(Arrays.toString(counts), domain.schema().labels().names());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotArrays.writeDoubles(out, counts);
  }

  /** Continues from a snapshot. */
  MajorityClass readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.readExpert(in, TAG, VERSION);
    SnapshotArrays.readDoubles(in, counts, 0, LARGEST_COUNT, "class weights");
    sum();
    return this;
  }
}
