// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.Structure;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A Hoeffding tree; see {@link HoeffdingTreeFactory}. */
public final class HoeffdingTree implements Expert {
  private static final int UNKNOWN = -2;

  /** Weights are cut here, and below its inverse, so that sums and shares stay finite. */
  private static final double LARGEST_WEIGHT = 1e100;

  /** The natural logarithm of 2: nats in a bit. */
  private static final double NATS = 0x1.62e42fefa39efp-1;

  // One leaf may keep so much of wide attributes, and never more than a part of the tree's memory.
  private static final long MOST_TABLE_BYTES = 1 << 20;
  private static final int LEAST_TABLES = 8;

  private final HoeffdingTreeFactory options;
  private final TreeInput input;
  private final boolean ownsInput;
  private final Domain domain;
  private final LeafLayout layout;
  private final TreeNodes nodes;
  private final TreeMemory memory;
  private final Posterior posterior;
  private final SplitSearch search;
  private final double[] votes;
  private final double boundFactor;

  /** Evidence, in nats, that a sequential test asks of any split. */
  private final double leastEvidence;

  private final long tableBytes;
  private final boolean bayes;
  private final boolean adaptive;
  private SplitMix64 random;

  /** How many attributes with wild first values this tree has taken note of. */
  private int healed;

  // What the latest prediction found out, for the lesson that may follow. Never changes a result.
  private @Nullable FeatureVector asked;
  private int askedNode;
  private int askedAt;
  private int askedClass;

  /**
   * @param input reads examples; trees of one schema may share it
   * @param ownsInput whether this tree alone uses the input, and saves it
   */
  HoeffdingTree(HoeffdingTreeFactory options, TreeInput input, boolean ownsInput, long seed) {
    this.options = options;
    this.input = input;
    this.ownsInput = ownsInput;
    this.healed = input.spoiled();
    this.domain = input.domain();
    this.layout = input.layout();
    this.nodes = new TreeNodes(layout.wide.length > 0);
    this.tableBytes = Math.min(MOST_TABLE_BYTES, options.maxBytes() / LEAST_TABLES);
    this.posterior = new Posterior(layout);
    this.search = new SplitSearch(layout, options.attributeShare());
    this.votes = new double[layout.classes];
    this.memory = new TreeMemory(nodes, layout, options, 400 + search.bytes() + posterior.bytes());
    this.boundFactor = StrictMath.log(1 / options.splitConfidence()) / 2;
    this.leastEvidence = StrictMath.log(search.considered() / options.splitConfidence());
    this.bayes = options.leaves() != LeafPrediction.MAJORITY_CLASS;
    this.adaptive = options.leaves() == LeafPrediction.NAIVE_BAYES_ADAPTIVE;
    this.random = new SplitMix64(seed);
    add(new double[layout.classes]);
  }

  private void add(double[] counts) {
    Leaf leaf = new Leaf(counts, random.nextLong());
    leaf.activate(options.gracePeriod());
    nodes.add(leaf);
    memory.add(leaf, 1);
  }

  @Override
  public int classes() {
    return layout.classes;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    input.read(features);
    input.tameToAsk();
    asked = features;
    askedAt = input.observed();
    askedNode = nodes.find(input.values);
    askedClass = UNKNOWN;
    Leaf leaf = nodes.leaf[askedNode];
    if (leaf != null && usesBayes(leaf)) {
      askedClass = posterior.votes(leaf, input, distribution);
      if (askedClass >= 0) {
        normalise(distribution, distribution);
        return;
      }
    }
    boolean unseen = leaf != null && leaf.total <= 0 && nodes.above >= 0;
    normalise(nodes.counts[unseen ? nodes.above : askedNode], distribution);
  }

  /**
   * Exact Shapley values of the paths ({@link TreeAttribution}). A tree that has not split yet says
   * the shares of its classes whatever the event is; what naive Bayes makes of them in that only
   * leaf is unattributed.
   */
  @Override
  public void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    double whole = said[to.label()];
    if (nodes.size == 1) {
      double[] shares = new double[layout.classes];
      normalise(nodes.counts[0], shares);
      to.addBase(share * shares[to.label()]);
      to.addUnattributed(share * (whole - shares[to.label()]));
      return;
    }
    input.read(features);
    input.tameToAsk();
    new TreeAttribution(nodes, layout).add(input.values, whole, share, to);
  }

  private boolean usesBayes(Leaf leaf) {
    return bayes && leaf.isActive() && !(adaptive && leaf.majorityCorrect > leaf.bayesCorrect);
  }

  private static void normalise(double[] weights, double[] distribution) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    if (sum > 0) {
      double inverse = 1 / sum;
      for (int c = 0; c < distribution.length; c++) {
        distribution[c] = weights[c] * inverse;
      }
    } else {
      Arrays.fill(distribution, 1.0 / distribution.length);
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double given) {
    domain.checkLearn(features, label, given);
    if (healed < input.spoiled()) {
      forgetWild();
      asked = null;
    }
    lesson(features, label, Math.max(1 / LARGEST_WEIGHT, Math.min(LARGEST_WEIGHT, given)));
    if (ownsInput) {
      input.observe(features);
    }
  }

  private void lesson(FeatureVector features, int label, double weight) {
    input.read(features);
    input.tameToAsk();
    boolean known = features == asked && askedAt == input.observed();
    int node = known ? askedNode : nodes.find(input.values);
    int bayesClass = known ? askedClass : UNKNOWN;
    asked = null;
    Leaf leaf = nodes.leaf[node];
    if (leaf == null) {
      nodes.counts[node][label] += weight;
      return;
    }
    if (!leaf.isActive()) {
      leaf.count(label, weight);
      memory.learned(0);
      return;
    }
    if (adaptive) {
      score(leaf, label, weight, bayesClass);
    }
    leaf.count(label, weight);
    long before = leaf.statisticsBytes;
    input.tameToLearn();
    leaf.observe(layout, input, label, weight, tableBytes);
    if (bayes) {
      posterior.refresh(leaf, label);
    }
    memory.learned(leaf.statisticsBytes - before);
    if (leaf.total >= leaf.due && leaf.isActive()) {
      attempt(node, leaf);
    }
  }

  /** Forgets values of numeric attributes that turned out wild since the last lesson. */
  private void forgetWild() {
    int first = Math.max(healed, input.firstSpoiled());
    healed = input.spoiled();
    int[] spoiled = IntStream.range(first, healed).map(input::spoiled).distinct().toArray();
    for (int node = 0; node < nodes.size; node++) {
      Leaf leaf = nodes.leaf[node];
      if (leaf != null && leaf.isActive()) {
        long before = leaf.statisticsBytes;
        for (int i : spoiled) {
          leaf.forgetWild(layout, i, input.range(i));
        }
        for (int c = 0; c < layout.classes; c++) {
          if (bayes && leaf.rows[c] != null) {
            posterior.refresh(leaf, c);
          }
        }
        memory.grow(leaf.statisticsBytes - before);
      }
    }
  }

  /** Credits each kind of leaf prediction that would have been right. */
  private void score(Leaf leaf, int label, double weight, int known) {
    int bayesClass = known == UNKNOWN ? posterior.votes(leaf, input, votes) : known;
    if (leaf.majority == label) {
      leaf.majorityCorrect += weight;
    }
    if ((bayesClass >= 0 ? bayesClass : leaf.majority) == label) {
      leaf.bayesCorrect += weight;
    }
  }

  private void attempt(int node, Leaf leaf) {
    leaf.due = leaf.total + options.gracePeriod();
    if (memory.leaves() >= options.maxLeaves()) {
      return;
    }
    if (options.splitTest() == SplitTest.SEQUENTIAL) {
      attemptSequentially(node, leaf);
      return;
    }
    double range = FastLog2.log2(Math.max(2, leaf.classes()));
    double bound = Math.sqrt(range * range * boundFactor / (leaf.total - leaf.unobserved));
    boolean tie = bound < options.tieThreshold();
    // no gain exceeds the entropy
    if (!(search.entropy(leaf) > (tie ? 0 : bound))) {
      return;
    }
    search.search(leaf);
    double lead = search.gain() - search.runnerUp();
    if (tie ? search.gain() > 0 : lead > bound) {
      split(node, leaf);
    }
  }

  /** See {@link SplitTest#SEQUENTIAL}. */
  private void attemptSequentially(int node, Leaf leaf) {
    double observed = 0;
    int classes = 0;
    for (double[] row : leaf.rows) {
      if (row != null && row[LeafLayout.WEIGHT] > 0) {
        observed += row[LeafLayout.WEIGHT];
        classes++;
      }
    }
    double n = observed / options.eventWeight();
    if (classes < 2 || !(n > 1)) {
      return;
    }
    double branch = (classes - 1) / 2.0 * NATS * FastLog2.log2(n);
    // no gain exceeds the entropy, no split has less than two branches
    if (n * NATS * search.entropy(leaf) < leastEvidence + branch) {
      return;
    }
    search.search(leaf);
    double evidence = n * NATS * search.gain();
    double least = leastEvidence + branch;
    if (evidence < least) {
      // At this gain the evidence is there after so much more weight. Gains change, so half of it
      // is waited for, and never more than the leaf has observed.
      double missing = evidence > 0 ? observed * (least / evidence - 1) : observed;
      leaf.due = leaf.total + Math.max(options.gracePeriod(), Math.min(missing / 2, observed));
    } else if (evidence >= leastEvidence + (search.occupied(leaf) - 1) * branch) {
      split(node, leaf);
    }
  }

  private void split(int node, Leaf leaf) {
    int attribute = search.attribute();
    int branches = search.branches();
    if (memory.leaves() - 1 + branches > options.maxLeaves() || !memory.allows(branches)) {
      return;
    }
    double[][] counts = search.branches(leaf);
    memory.add(leaf, -1);
    nodes.leaf[node] = null;
    nodes.attribute[node] = attribute;
    nodes.threshold[node] = search.threshold();
    nodes.single(node, search.value());
    nodes.firstChild[node] = nodes.size;
    for (double[] branch : counts) {
      add(branch);
    }
    memory.learned(0);
  }

  /** Bytes held, array and object headers included. */
  long bytes() {
    return memory.bytes();
  }

  int leaves() {
    return memory.leaves();
  }

  int inactiveLeaves() {
    return memory.inactive();
  }

  TreeNodes nodes() {
    return nodes;
  }

  @Override
  public long unsavedBytes() throws IOException {
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    writeSnapshot(counter);
    return Math.max(0, memory.statisticsBytes() - counter.size() / 3L * 4);
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    Structure structure =
        new Structure("hoeffding-tree")
            .put("leaves", memory.leaves())
            .put("inactive-leaves", memory.inactive())
            .put("bytes", memory.bytes());
    return detail.levels() == 0
        ? structure
        : structure.put("root", new TreeStructure(domain, layout, nodes).root(detail.levels()));
  }

  @Override
  public String describe() {
    return new TreeText(domain, nodes, memory).toString();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TreeSnapshot.TAG, TreeSnapshot.VERSION);
    out.writeLong(random.state());
    out.writeInt(memory.sinceReview());
    out.writeInt(healed);
    if (ownsInput) {
      input.writeTo(out);
    }
    TreeSnapshot.write(out, layout, nodes);
  }

  /** Replaces the state of this fresh tree by the one that follows in the input. */
  HoeffdingTree readSnapshot(DataInput in) throws IOException {
    int version = SnapshotHeader.readExpert(in, TreeSnapshot.TAG, TreeSnapshot.VERSION);
    random = new SplitMix64(in.readLong());
    int sinceReview = in.readInt();
    if (version == TreeSnapshot.VERSION) {
      healed = in.readInt();
      if (healed < 0) {
        throw new IOException("snapshot has taken note of %s attributes".formatted(healed));
      }
      if (ownsInput) {
        input.readFrom(in);
      }
    } else if (ownsInput) {
      input.continueOthers();
    }
    memory.add(nodes.leaf[0], -1);
    nodes.clear();
    TreeSnapshot.read(in, version, layout, nodes, posterior);
    for (int node = 0; node < nodes.size; node++) {
      if (nodes.leaf[node] != null) {
        memory.add(nodes.leaf[node], 1);
      }
    }
    memory.restore(sinceReview);
    return this;
  }
}
