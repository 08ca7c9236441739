// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The experts of a mixture, and how many events each of them has learned. */
final class ExpertPool {
  private static final String TAG = "POOL";
  private static final int VERSION = 1;

  private final RoutingPolicy policy;
  private final Expert[] experts;
  private final long[] learned;
  private final double[] distribution;

  private ExpertPool(RoutingPolicy policy, Expert[] experts) {
    this.policy = policy;
    this.experts = experts;
    this.learned = new long[experts.length];
    this.distribution = new double[experts[0].classes()];
  }

  static ExpertPool create(RoutingPolicy policy, ExpertFactory factory, long seed) {
    Expert[] experts = new Expert[policy.experts()];
    for (int e = 0; e < experts.length; e++) {
      experts[e] = factory.create(policy.schemaOf(e), SplitMix64.derive(seed, e));
    }
    return new ExpertPool(policy, experts);
  }

  static ExpertPool restore(RoutingPolicy policy, ExpertFactory factory, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    int count = in.readInt();
    if (count != policy.experts()) {
      throw new IOException(
          "snapshot holds %d experts, expected %d".formatted(count, policy.experts()));
    }
    Expert[] experts = new Expert[count];
    long[] learned = new long[count];
    for (int e = 0; e < count; e++) {
      learned[e] = in.readLong();
      experts[e] = factory.restore(policy.schemaOf(e), in);
    }
    ExpertPool pool = new ExpertPool(policy, experts);
    System.arraycopy(learned, 0, pool.learned, 0, count);
    return pool;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(experts.length);
    for (int e = 0; e < experts.length; e++) {
      out.writeLong(learned[e]);
      experts[e].writeSnapshot(out);
    }
  }

  int size() {
    return experts.length;
  }

  /** Classes that each expert tells apart. */
  int classes() {
    return distribution.length;
  }

  /** Asks every expert. */
  Votes vote(FeatureVector features) {
    int classes = distribution.length;
    double[] values = new double[experts.length * classes];
    for (int e = 0; e < experts.length; e++) {
      experts[e].predict(features, distribution);
      System.arraycopy(distribution, 0, values, e * classes, classes);
    }
    return new Votes(values, classes);
  }

  /**
   * Lets the chosen experts learn.
   *
   * @param label class of the stream; each expert learns its own view of it
   * @return how many experts learned
   */
  int learn(FeatureVector features, int label, boolean[] chosen) {
    int count = 0;
    for (int e = 0; e < experts.length; e++) {
      if (chosen[e]) {
        experts[e].learn(features, policy.labelFor(e, label), 1);
        learned[e]++;
        count++;
      }
    }
    return count;
  }

  /** Events expert e has learned. */
  long learned(int e) {
    return learned[e];
  }
}
