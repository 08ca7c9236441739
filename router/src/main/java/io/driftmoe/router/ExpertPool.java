// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The experts of a mixture, and how many events each of them has learned. */
final class ExpertPool implements NetworkUser {
  private static final String TAG = "POOL";

  /** Version 2 added the generations, and since when the latest is there. */
  private static final int VERSION = 2;

  private final RoutingPolicy policy;
  private final long seed;
  private final Expert[] experts;
  private final long[] learned;

  /** How many experts have held each place before. */
  private final int[] generations;

  /** Version of the mixture when the holder of each place came. */
  private final long[] since;

  private final double[] distribution;

  // What computes the networks of the experts, also of those that are yet to come.
  private @Nullable NetworkBackend backend;
  private @Nullable StepQueue queue;

  private ExpertPool(RoutingPolicy policy, long seed, Expert[] experts) {
    this.policy = policy;
    this.seed = seed;
    this.experts = experts;
    this.learned = new long[experts.length];
    this.generations = new int[experts.length];
    this.since = new long[experts.length];
    this.distribution = new double[experts[0].classes()];
  }

  static ExpertPool create(RoutingPolicy policy, long seed) {
    Expert[] experts = new Expert[policy.experts()];
    for (int e = 0; e < experts.length; e++) {
      experts[e] = policy.factoryOf(e).create(policy.schemaOf(e), SplitMix64.derive(seed, e));
    }
    return new ExpertPool(policy, seed, experts);
  }

  static ExpertPool restore(RoutingPolicy policy, long seed, DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    int count = in.readInt();
    if (count != policy.experts()) {
      throw new IOException(
          "snapshot holds %s experts, expected %s".formatted(count, policy.experts()));
    }
    Expert[] experts = new Expert[count];
    long[] learned = new long[count];
    int[] generations = new int[count];
    long[] since = new long[count];
    for (int e = 0; e < count; e++) {
      learned[e] = in.readLong();
      generations[e] = version >= 2 ? in.readInt() : 0;
      since[e] = version >= 2 ? in.readLong() : 0;
      experts[e] = policy.factoryOf(e).restore(policy.schemaOf(e), in);
    }
    ExpertPool pool = new ExpertPool(policy, seed, experts);
    System.arraycopy(learned, 0, pool.learned, 0, count);
    System.arraycopy(generations, 0, pool.generations, 0, count);
    System.arraycopy(since, 0, pool.since, 0, count);
    return pool;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(experts.length);
    for (int e = 0; e < experts.length; e++) {
      out.writeLong(learned[e]);
      out.writeInt(generations[e]);
      out.writeLong(since[e]);
      experts[e].writeSnapshot(out);
    }
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    if (this.backend == backend && this.queue == queue) {
      return; // a job says it before each event
    }
    this.backend = backend;
    this.queue = queue;
    for (Expert expert : experts) {
      NetworkUser.of(expert).computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(experts));
  }

  int size() {
    return experts.length;
  }

  /** Classes that each expert tells apart. */
  int classes() {
    return distribution.length;
  }

  /**
   * Asks the experts.
   *
   * @param weights 0 for experts that are not asked and count as undecided; null when all are asked
   */
  Votes vote(FeatureVector features, double @Nullable [] weights) {
    int classes = distribution.length;
    double[] values = new double[experts.length * classes];
    for (int e = 0; e < experts.length; e++) {
      if (weights == null || weights[e] > 0) {
        experts[e].predict(features, distribution);
      } else {
        Arrays.fill(distribution, 1.0 / classes);
      }
      System.arraycopy(distribution, 0, values, e * classes, classes);
    }
    return new Votes(values, classes);
  }

  /**
   * Lets experts learn.
   *
   * @param label class of the stream; each expert learns its own view of it
   * @param lessons weight of the event for each expert, 0 for one that does not learn
   * @return how many experts learned
   */
  int learn(FeatureVector features, int label, double[] lessons) {
    int count = 0;
    for (int e = 0; e < experts.length; e++) {
      if (lessons[e] > 0) {
        experts[e].learn(features, policy.labelFor(e, label), lessons[e]);
        learned[e]++;
        count++;
      }
    }
    return count;
  }

  /**
   * Puts a fresh expert of the same kind in the place of expert e.
   *
   * @param version of the mixture now
   */
  void replace(int e, long version) {
    generations[e]++;
    since[e] = version;
    long place = SplitMix64.derive(seed, e);
    experts[e] =
        policy.factoryOf(e).create(policy.schemaOf(e), SplitMix64.derive(place, generations[e]));
    NetworkUser.of(experts[e]).computeWith(backend, queue);
  }

  Expert expert(int e) {
    return experts[e];
  }

  ExpertFactory factoryOf(int e) {
    return policy.factoryOf(e);
  }

  int generation(int e) {
    return generations[e];
  }

  /**
   * Version of the mixture when the holder of place e came, 0 for the first: it has learned
   * something when a later version predicts.
   */
  long since(int e) {
    return since[e];
  }

  /** Events that the holders of place e have learned. */
  long learned(int e) {
    return learned[e];
  }
}
