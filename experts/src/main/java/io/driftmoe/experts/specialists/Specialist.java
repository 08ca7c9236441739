// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.Structure;
import io.driftmoe.experts.ensembles.MemberSource;
import io.driftmoe.gates.FixedShare;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.MiniBatchNetwork;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.SharedArithmetic;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expert for the events that others give it responsibility for; see {@link SpecialistConfig}. A
 * lesson refers to the latest prediction, which must have been for the same event.
 */
final class Specialist implements NetworkUser {
  private static final int NETWORK_SEED = -1;
  private static final double ACCURACY_RATE = 0.005;
  private static final double LARGEST_WEIGHT = 1e6;

  /** Events learned at the network's full rate; from then on it falls with their root. */
  private static final double FULL_RATE = 1000;

  private static final double LEAST_RATE = 0.2;

  private final SpecialistConfig config;
  private final MemberSource source;
  private final int classes;
  private final long seed;

  private final Expert[] trees;
  private final double[] accuracies;
  private FixedShare mixing;

  /** Shared by all specialists of one kind. */
  private final SharedArithmetic plain;

  private MiniBatchNetwork network;

  /** Trees made so far; each gets a seed of its own. */
  private long generation;

  /** Responsibility learned by the present trees. */
  private double learned;

  // The latest prediction, by member.
  private final int[] choices;
  private final double[] treeVotes;
  private final double[] networkVotes;

  private final double[] scratch;
  private final double[] likelihoods = new double[2];

  /**
   * @param plain of all specialists that one thread uses
   */
  Specialist(
      SpecialistConfig config,
      MemberSource source,
      SharedArithmetic plain,
      int inputs,
      int classes,
      long seed) {
    this.config = config;
    this.source = source;
    this.plain = plain;
    this.classes = classes;
    this.seed = seed;
    this.trees = new Expert[config.trees()];
    this.accuracies = new double[trees.length];
    this.choices = new int[trees.length];
    this.mixing = FixedShare.create(2, config.mixing());
    this.network =
        held(
            Mlp.xavier(
                SplitMix64.derive(seed, NETWORK_SEED), config.network().sizes(inputs, classes)));
    this.treeVotes = new double[classes];
    this.networkVotes = new double[classes];
    this.scratch = new double[classes];
    restart();
  }

  private MiniBatchNetwork held(Mlp mlp) {
    return new MiniBatchNetwork(
        mlp, Loss.SOFTMAX, 1, config.network().learningRate(), false, plain);
  }

  /**
   * Starts with fresh trees and is undecided until its next lesson; the network keeps its weights,
   * which follow a drift without a restart.
   */
  void restart() {
    for (int t = 0; t < trees.length; t++) {
      trees[t] = source.create(SplitMix64.derive(seed, generation++));
      accuracies[t] = 1;
    }
    learned = 0;
  }

  /** That of the trees that are yet to come is up to their source. */
  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    network.computeWith(backend, queue);
    for (Expert tree : trees) {
      NetworkUser.of(tree).computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    List<Object> parts = new ArrayList<>(List.of(trees));
    parts.add(network);
    return NetworkUser.shapesOf(parts);
  }

  /** Responsibility that the present trees have learned. */
  double learned() {
    return learned;
  }

  /**
   * Predicts, uniformly as long as it has learned nothing: that beats a specialist who says the
   * opposite, so conflicting events find their own specialist by themselves.
   *
   * @param inputs the features, encoded
   * @param distribution receives one probability per class
   */
  void predict(FeatureVector features, float[] inputs, double[] distribution) {
    if (learned == 0) {
      Arrays.fill(treeVotes, 1.0 / classes);
      Arrays.fill(networkVotes, 1.0 / classes);
      Arrays.fill(distribution, 1.0 / classes);
      Arrays.fill(choices, 0);
      return;
    }
    askTrees(features);
    network.softmax(inputs, networkVotes);
    double ofTrees = mixing.weight(0);
    double ofNetwork = mixing.weight(1);
    for (int c = 0; c < classes; c++) {
      distribution[c] = ofTrees * treeVotes[c] + ofNetwork * networkVotes[c];
    }
  }

  /** Tells what is behind the latest prediction, which must have been for these features. */
  void attribute(FeatureVector features, double share, Contributions to) {
    if (learned == 0) {
      to.addBase(share / classes);
      return;
    }
    double ofTrees = share * mixing.weight(0);
    double sum = 0;
    for (double accuracy : accuracies) {
      sum += power(accuracy);
    }
    if (!(sum > 0)) {
      to.addBase(ofTrees / classes);
    }
    double[] said = new double[classes];
    for (int t = 0; t < trees.length && sum > 0; t++) {
      trees[t].predict(features, said);
      double weight = ofTrees * power(accuracies[t]) / sum;
      to.enter("tree-" + t, said, weight);
      trees[t].attribute(features, said, weight, to);
      to.leave();
    }
    double ofNetwork = share * mixing.weight(1);
    to.enter("network", networkVotes, ofNetwork);
    to.addUnattributed(ofNetwork * networkVotes[to.label()]);
    to.leave();
  }

  private static double power(double accuracy) {
    double square = accuracy * accuracy;
    return square * square;
  }

  private void askTrees(FeatureVector features) {
    Arrays.fill(treeVotes, 0);
    double sum = 0;
    for (int t = 0; t < trees.length; t++) {
      trees[t].predict(features, scratch);
      double weight = power(accuracies[t]);
      sum += weight;
      int choice = 0;
      for (int c = 0; c < classes; c++) {
        treeVotes[c] += weight * scratch[c];
        choice = scratch[c] > scratch[choice] ? c : choice;
      }
      choices[t] = choice;
    }
    for (int c = 0; c < classes; c++) {
      treeVotes[c] = sum > 0 ? treeVotes[c] / sum : 1.0 / classes;
    }
  }

  /**
   * Learns the event that was predicted last.
   *
   * @param responsibility for it, above 0, at most 1
   * @param weight of the event
   * @param copies draws how often a tree sees it
   */
  void learn(
      FeatureVector features,
      float[] inputs,
      int label,
      double responsibility,
      double weight,
      ThinnedPoisson copies,
      SplitMix64 random) {
    learned += responsibility;
    double rate = Math.max(ACCURACY_RATE * responsibility, responsibility / learned);
    for (int t = 0; t < trees.length; t++) {
      accuracies[t] += Math.min(1, rate) * ((choices[t] == label ? 1 : 0) - accuracies[t]);
      int times = copies.draw(responsibility, random);
      if (times > 0) {
        trees[t].learn(features, label, times * Math.min(LARGEST_WEIGHT, weight));
      }
    }
    likelihoods[0] = Math.min(1, treeVotes[label]);
    likelihoods[1] = Math.min(1, networkVotes[label]);
    mixing.update(likelihoods, classes, responsibility);
    System.arraycopy(inputs, 0, network.inputs(), 0, inputs.length);
    float[] targets = network.targets();
    Arrays.fill(targets, 0);
    targets[label] = (float) (responsibility * Math.min(LARGEST_WEIGHT, weight));
    double settled = Math.max(LEAST_RATE, Math.min(1, Math.sqrt(FULL_RATE / (learned + 1))));
    network.add(settled * config.network().learningRate());
  }

  /** See {@link Expert#unsavedBytes}. */
  long unsavedBytes() throws IOException {
    long bytes = 0;
    for (Expert tree : trees) {
      bytes += tree.unsavedBytes();
    }
    return bytes;
  }

  /** Puts its trees and its network, each with its weight. */
  void putParts(Structure structure, Structure.Detail detail) {
    List<Structure> parts = new ArrayList<>(trees.length);
    for (int t = 0; t < trees.length; t++) {
      parts.add(
          new Structure()
              .put("accuracy", accuracies[t])
              .put("vote-weight", power(accuracies[t]))
              .put("expert", trees[t].structure(detail)));
    }
    structure.put("weight-of-trees", mixing.weight(0));
    structure.put("weight-of-network", mixing.weight(1));
    structure.put("trees", parts);
    structure.put("network", network.structure(detail));
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeLong(generation);
    out.writeDouble(learned);
    SnapshotArrays.writeDoubles(out, accuracies);
    for (Expert tree : trees) {
      tree.writeSnapshot(out);
    }
    mixing.writeSnapshot(out);
    network.writeNetwork(out);
  }

  void readFrom(DataInput in) throws IOException {
    generation = SnapshotArrays.readCount(in, "trees of a specialist");
    learned = SnapshotArrays.readDouble(in, 0, Double.MAX_VALUE, "lessons of a specialist");
    SnapshotArrays.readDoubles(in, accuracies, 0, 1, "accuracies of trees");
    for (int t = 0; t < trees.length; t++) {
      trees[t] = source.restore(in);
    }
    mixing = FixedShare.restore(2, config.mixing(), in);
    network = held(Mlp.restore(in, config.network().sizes(network.mlp().inputs(), classes)));
  }
}
