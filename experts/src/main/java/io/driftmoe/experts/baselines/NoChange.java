// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.baselines;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** The label learned last; see {@link NoChangeFactory}. */
final class NoChange implements Expert {
  private static final String TAG = "NOCH";
  private static final int VERSION = 2;

  private final Domain domain;
  private int latest;
  private long learned;

  NoChange(Domain domain) {
    this.domain = domain;
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    if (learned == 0) {
      Arrays.fill(distribution, 1.0 / distribution.length);
    } else {
      Arrays.fill(distribution, 0);
      distribution[latest] = 1;
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    latest = label;
    learned++;
  }

  @Override
  public String describe() {
    return learned == 0
        ? "no label seen yet"
        : "latest of " + learned + " labels: " + domain.schema().labels().name(latest);
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(latest);
    out.writeLong(learned);
  }

  /** Continues from a snapshot. */
  NoChange readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.readExpert(in, TAG, VERSION);
    latest = in.readInt();
    learned = in.readLong();
    if (latest < 0 || latest >= domain.classes() || learned < 0) {
      throw new IOException(
          "snapshot holds label %s, there are %s classes".formatted(latest, domain.classes()));
    }
    return this;
  }
}
