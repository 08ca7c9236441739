// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.gates.FixedShare;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Nearest neighbours over nested windows; see {@link NearestNeighboursFactory}.
 *
 * <p>A shorter window is the newest part of the longest one: distances are computed once, and one
 * walk from the newest example to the oldest meets the windows one after the other.
 */
final class NearestNeighbours implements Expert {
  private static final String TAG = "KNNE";

  /**
   * Up to version 2 windows were as long as configured; up to version 3 there were no ranges of
   * ordinary values, and all columns had the unit of their values.
   */
  private static final int VERSION = 4;

  private static final int VERSION_SHORT = 3;

  /** With more attributes, windows are bounded in the values that they hold: 8 MiB. */
  private static final int MANY_ATTRIBUTES = 576;

  private static final int MOST_VALUES = 2 << 20;

  /** Keeps the vote of an identical example finite. */
  private static final double SOFTENING = 1e-3;

  private static final double LARGEST_WEIGHT = 1e100;
  private static final double ACCURACY_RATE = 5e-3;

  private final NearestNeighboursFactory factory;
  private final Domain domain;
  private final int[] windows;
  private final ExampleRing ring;
  private FixedShare mixing;
  private final double[] accuracies;
  private long learned;

  private final double[] values;
  private final float[] squared;
  private final NearestExamples nearest;
  private final double[] likelihoods;

  // What each window said about the features below: the lesson that follows needs it again.
  private final double[][] distributions;
  private @Nullable FeatureVector asked;

  NearestNeighbours(NearestNeighboursFactory factory, Domain domain) {
    this(factory, domain, longest(domain.attributes()));
  }

  private static int longest(int attributes) {
    return attributes <= MANY_ATTRIBUTES ? Integer.MAX_VALUE : MOST_VALUES / attributes;
  }

  /**
   * @param longest window that there may be, in examples
   */
  NearestNeighbours(NearestNeighboursFactory factory, Domain domain, int longest) {
    this.factory = factory;
    this.domain = domain;
    this.windows =
        factory.windows().stream().mapToInt(window -> Math.min(window, longest)).toArray();
    this.ring = new ExampleRing(domain, windows[windows.length - 1]);
    this.mixing = FixedShare.create(windows.length, factory.mixing());
    this.accuracies = new double[windows.length];
    this.values = new double[domain.attributes()];
    this.squared = new float[ring.capacity()];
    this.nearest = new NearestExamples(factory.neighbours(), ring.capacity());
    this.likelihoods = new double[windows.length];
    this.distributions = new double[windows.length][domain.classes()];
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    if (ring.size() == 0) {
      Arrays.fill(distribution, 1.0 / distribution.length);
      return;
    }
    ask(features);
    Arrays.fill(distribution, 0);
    double sum = 0;
    for (int w = 0; w < windows.length; w++) {
      double weight = mixing.weight(w);
      for (int c = 0; c < distribution.length; c++) {
        double part = weight * distributions[w][c];
        distribution[c] += part;
        sum += part;
      }
    }
    for (int c = 0; c < distribution.length; c++) {
      distribution[c] = Math.min(1, distribution[c] / sum);
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    if (ring.size() > 0) {
      ask(features);
      learned++;
      double rate = Math.max(1.0 / learned, ACCURACY_RATE);
      for (int w = 0; w < windows.length; w++) {
        likelihoods[w] = distributions[w][label];
        accuracies[w] += rate * ((isLargest(distributions[w], label) ? 1 : 0) - accuracies[w]);
      }
      mixing.update(likelihoods, domain.classes(), weight);
    }
    domain.read(features, values);
    ring.add(values, label, Math.min(LARGEST_WEIGHT, weight));
    asked = null;
  }

  /** Fills the distributions of all windows, unless they stand for these very features already. */
  private void ask(FeatureVector features) {
    if (features == asked) {
      return;
    }
    domain.read(features, values);
    ring.squaredDistances(values, squared);
    nearest.start(squared, ring.next());
    int age = 0;
    for (int w = 0; w < windows.length; w++) {
      int limit = Math.min(windows[w], ring.size());
      nearest.show(age, limit);
      age = limit;
      vote(distributions[w]);
    }
    asked = features;
  }

  private void vote(double[] distribution) {
    Arrays.fill(distribution, factory.smoothing());
    double inverses = 0;
    for (int i = 0; i < nearest.count(); i++) {
      inverses += 1 / (distance(i) + SOFTENING);
    }
    // Votes of examples of weight 1 sum to their number, whatever the scale of the distances.
    double scale = nearest.count() / inverses;
    for (int i = 0; i < nearest.count(); i++) {
      int slot = nearest.slot(i);
      distribution[ring.label(slot)] += ring.weight(slot) * scale / (distance(i) + SOFTENING);
    }
    double sum = 0;
    for (double votes : distribution) {
      sum += votes;
    }
    for (int c = 0; c < distribution.length; c++) {
      distribution[c] = sum > 0 ? distribution[c] / sum : 1.0 / distribution.length;
    }
  }

  private double distance(int i) {
    return Math.sqrt(nearest.distance(i));
  }

  private static boolean isLargest(double[] distribution, int label) {
    for (int c = 0; c < distribution.length; c++) {
      if (distribution[c] > distribution[label]
          || (c < label && distribution[c] == distribution[label])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder(factory.neighbours() + " nearest neighbours");
    for (int w = 0; w < windows.length; w++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  window %d: %d examples, weight %.3f, recent accuracy %.3f",
              windows[w],
              Math.min(windows[w], ring.size()),
              mixing.weight(w),
              accuracies[w]));
    }
    return text.toString();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    boolean isShort = windows[windows.length - 1] < factory.windows().get(windows.length - 1);
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeBoolean(isShort);
    ring.writeSnapshot(out);
    mixing.writeSnapshot(out);
    out.writeLong(learned);
    SnapshotArrays.writeDoubles(out, accuracies);
  }

  /** One that continues from a snapshot. */
  static NearestNeighbours restore(NearestNeighboursFactory factory, Domain domain, DataInput in)
      throws IOException {
    int version = SnapshotHeader.readExpert(in, TAG, VERSION);
    boolean isShort = version == VERSION_SHORT || version == VERSION && in.readBoolean();
    NearestNeighbours restored =
        isShort
            ? new NearestNeighbours(factory, domain)
            : new NearestNeighbours(factory, domain, Integer.MAX_VALUE);
    restored.readFrom(in, version < VERSION);
    return restored;
  }

  private void readFrom(DataInput in, boolean old) throws IOException {
    ring.readSnapshot(in, old);
    mixing = FixedShare.restore(windows.length, factory.mixing(), in);
    learned = SnapshotArrays.readCount(in, "examples learned");
    SnapshotArrays.readDoubles(in, accuracies, 0, 1, "accuracies");
  }
}
