// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.trees.FastLog2;
import io.driftmoe.networks.InputEncoder;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A mixture of moving prototypes for each class; see {@link PrototypesFactory}. */
final class Prototypes implements Expert {
  private static final String TAG = "PRTO";
  private static final int VERSION = 1;

  /** Density that every class has anywhere, as a share of the highest of a prototype. */
  private static final double DOUBT = 1e-3;

  private static final double LEAST_TEMPERATURE = 0.02;
  private static final double MOST_TEMPERATURE = 3;
  private static final double TEMPERATURE_RATE = 0.01;

  /** Slowest rate of a spread, and the rate of that of all prototypes. */
  private static final double SPREAD_RATE = 0.02;

  private static final double OVERALL_RATE = 0.002;

  /** No spread is below this part of that of all prototypes. */
  private static final double LEAST_SPREAD = 0.03;

  private static final double LEAST_OVERALL = 1e-6;
  private static final double LARGEST_WEIGHT = 1e6;

  /** Share of an example below which a prototype does not learn it. */
  private static final double LEAST_SHARE = 0.01;

  /** Binary logarithm of a density that is nothing beside the highest. */
  private static final double NOTHING = -20;

  /** Logarithms of weights are taken anew in as many turns: weights change little in so many. */
  private static final int TURNS = 16;

  /** How far the likeliest prototype of the class follows an example that went wrong. */
  private static final double ASTRAY = 0.25;

  /** Added to weights: what came long ago and comes back is still known. */
  private static final double LASTING_WEIGHT = 0.1;

  private final PrototypesFactory factory;
  private final Domain domain;
  private final InputEncoder encoder;
  private final int inputs;
  private final int classes;

  /** Of each input its value in all prototypes, so that distances are sums of columns. */
  private final float[][] centres;

  private final int[] labels;
  private final double[] weights;
  private final double[] spreads;
  private int size;
  private int turn;
  private double overall = 1;
  private double temperature = 1;

  // What follows from weights and spreads: score = height - exponent log2(1 + distance slope).
  private final double[] heights;
  private final double[] volumes;
  private final double[] slopes;
  private final double exponent;

  private final double keptWeight;

  // Of the features below.
  private final float[] asked;
  private final float[] distances;
  private final double[] scores;
  private final double[] densities;
  private final double[] said;
  private double highest;
  private @Nullable FeatureVector askedFor;

  private static final float[] NO_SCALE = {1, 1, 1, 1};
  private final float[][] fourColumns = new float[4][];
  private final float[] fourValues = new float[4];

  private Prototypes(PrototypesFactory factory, StreamSchema schema, InputEncoder encoder) {
    this.factory = factory;
    this.domain = new Domain(schema);
    this.encoder = encoder;
    this.inputs = encoder.width();
    this.classes = schema.classes();
    int most = factory.prototypes();
    this.centres = new float[inputs][most];
    this.labels = new int[most];
    this.weights = new double[most];
    this.spreads = new double[most];
    this.heights = new double[most];
    this.volumes = new double[most];
    this.slopes = new double[most];
    this.keptWeight = 1 - 1 / factory.horizon();
    this.exponent = (factory.freedom() + inputs) / 2;
    this.asked = new float[inputs];
    this.distances = new float[most];
    this.scores = new double[most];
    this.densities = new double[most];
    this.said = new double[classes];
  }

  static Prototypes create(PrototypesFactory factory, StreamSchema schema) {
    return new Prototypes(factory, schema, new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE));
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    ask(features);
    System.arraycopy(said, 0, distribution, 0, classes);
  }

  /** Finds what there is to say about features, unless that is known already. */
  private void ask(FeatureVector features) {
    if (features == askedFor) {
      return;
    }
    askedFor = features;
    encoder.encode(features, asked, 0);
    measure();
    highest = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < size; p++) {
      scores[p] = heights[p] - exponent * FastLog2.log2(1 + distances[p] * slopes[p]);
      highest = Math.max(highest, scores[p]);
    }
    Arrays.fill(said, DOUBT);
    double sum = classes * DOUBT;
    for (int p = 0; p < size; p++) {
      double power = temperature * (scores[p] - highest);
      densities[p] = 0;
      if (power > NOTHING) {
        densities[p] = FastExp2.exp2(power);
        said[labels[p]] += densities[p];
        sum += densities[p];
      }
    }
    for (int c = 0; c < classes; c++) {
      said[c] /= sum;
    }
  }

  /** Squared distances to all centres. */
  private void measure() {
    Arrays.fill(distances, 0);
    int i = 0;
    for (; i + 4 <= inputs; i += 4) {
      for (int k = 0; k < 4; k++) {
        fourColumns[k] = centres[i + k];
        fourValues[k] = asked[i + k];
      }
      SquaredDistances.addFour(fourColumns, fourValues, NO_SCALE, distances, distances.length);
    }
    for (; i < inputs; i++) {
      SquaredDistances.add(centres[i], asked[i], 1, distances, distances.length);
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    ask(features);
    askedFor = null;
    double most = 0;
    double shares = 0;
    int best = -1;
    for (int p = 0; p < size; p++) {
      if (labels[p] == label && (best < 0 || scores[p] > scores[best])) {
        best = p;
      }
    }
    for (int c = 0; c < classes; c++) {
      most = c == label ? most : Math.max(most, said[c]);
    }
    double bounded = Math.min(LARGEST_WEIGHT, weight);
    fade();
    if (best < 0 || said[label] <= most) {
      warm(label, best);
      if (best >= 0) {
        shift(best, (float) Math.min(1, ASTRAY * factory.rate() * bounded));
      }
      insert(label, bounded);
    } else {
      warm(label, best);
      for (int p = 0; p < size; p++) {
        if (labels[p] == label) {
          double power = scores[p] - scores[best];
          densities[p] = power > NOTHING ? FastExp2.exp2(power) : 0;
          shares += densities[p];
        }
      }
      overall +=
          OVERALL_RATE * (Math.max(LEAST_OVERALL, distances[best] / (double) inputs) - overall);
      for (int p = 0; p < size; p++) {
        if (labels[p] == label && densities[p] >= LEAST_SHARE * shares) {
          move(p, densities[p] / shares * bounded);
        }
      }
    }
    encoder.update(features);
  }

  /** Moves the temperature down the gradient of the logarithmic loss. */
  private void warm(int label, int best) {
    if (best < 0) {
      return;
    }
    double own = 0;
    double ownMean = 0;
    double all = 0;
    double allMean = 0;
    for (int p = 0; p < size; p++) {
      if (densities[p] == 0) {
        continue;
      }
      double term = densities[p] * (scores[p] - highest);
      all += densities[p];
      allMean += term;
      if (labels[p] == label) {
        own += densities[p];
        ownMean += term;
      }
    }
    if (own > 1e-9) {
      double slope = temperature * (ownMean / own - allMean / all);
      double step = TEMPERATURE_RATE * Math.max(-1, Math.min(1, slope));
      temperature *= 1 + step;
      temperature = Math.max(LEAST_TEMPERATURE, Math.min(MOST_TEMPERATURE, temperature));
    }
  }

  private void fade() {
    for (int p = 0; p < size; p++) {
      weights[p] *= keptWeight;
    }
    for (int p = turn; p < size; p += TURNS) {
      weigh(p);
    }
    turn = (turn + 1) % TURNS;
  }

  private void insert(int label, double weight) {
    int at = size;
    if (size < labels.length) {
      size++;
    } else {
      at = 0;
      for (int p = 1; p < size; p++) {
        at = weights[p] < weights[at] ? p : at;
      }
    }
    for (int i = 0; i < inputs; i++) {
      centres[i][at] = asked[i];
    }
    labels[at] = label;
    weights[at] = weight;
    spreads[at] = overall;
    derive(at);
  }

  private void move(int p, double share) {
    weights[p] += share;
    double mean = Math.min(1, share / weights[p]);
    shift(p, (float) Math.min(1, Math.max(share * factory.rate(), mean)));
    double spreadRate = Math.min(1, Math.max(share * SPREAD_RATE, mean));
    spreads[p] += spreadRate * (distances[p] / (double) inputs - spreads[p]);
    derive(p);
  }

  private void shift(int p, float rate) {
    for (int i = 0; i < inputs; i++) {
      float[] column = centres[i];
      column[p] += rate * (asked[i] - column[p]);
    }
  }

  private void derive(int p) {
    double spread = Math.max(spreads[p], LEAST_SPREAD * overall);
    volumes[p] = inputs / 2.0 * FastLog2.log2(spread);
    slopes[p] = 1 / (factory.freedom() * spread);
    weigh(p);
  }

  private void weigh(int p) {
    heights[p] = FastLog2.log2(weights[p] + LASTING_WEIGHT) - volumes[p];
  }

  @Override
  public String describe() {
    int[] ofClass = new int[classes];
    for (int p = 0; p < size; p++) {
      ofClass[labels[p]]++;
    }
    return String.format(
        Locale.ROOT,
        "%d prototypes, temperature %.2f%n  of the classes: %s",
        size,
        temperature,
        Arrays.toString(ofClass));
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    encoder.writeSnapshot(out);
    out.writeInt(size);
    out.writeInt(turn);
    out.writeDouble(overall);
    out.writeDouble(temperature);
    for (int p = 0; p < size; p++) {
      out.writeInt(labels[p]);
      out.writeDouble(weights[p]);
      out.writeDouble(spreads[p]);
      out.writeDouble(heights[p]);
      out.writeDouble(volumes[p]);
      out.writeDouble(slopes[p]);
      for (int i = 0; i < inputs; i++) {
        out.writeFloat(centres[i][p]);
      }
    }
  }

  static Prototypes restore(PrototypesFactory factory, StreamSchema schema, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    InputEncoder encoder = InputEncoder.restore(schema, InputEncoder.DEFAULT_MIN_RATE, in);
    Prototypes restored = new Prototypes(factory, schema, encoder);
    restored.readFrom(in);
    return restored;
  }

  private void readFrom(DataInput in) throws IOException {
    size = in.readInt();
    if (size < 0 || size > labels.length) {
      throw new IOException(
          "snapshot holds %s prototypes, at most %s".formatted(size, labels.length));
    }
    turn = in.readInt();
    if (turn < 0 || turn >= TURNS) {
      throw new IOException("snapshot is at turn %s of %s".formatted(turn, TURNS));
    }
    overall = SnapshotArrays.readDouble(in, LEAST_OVERALL / 2, Double.MAX_VALUE, "spread");
    temperature = SnapshotArrays.readDouble(in, LEAST_TEMPERATURE, MOST_TEMPERATURE, "temperature");
    double unbounded = Double.MAX_VALUE;
    for (int p = 0; p < size; p++) {
      labels[p] = in.readInt();
      if (labels[p] < 0 || labels[p] >= classes) {
        throw new IOException(
            "snapshot holds label %s, there are %s classes".formatted(labels[p], classes));
      }
      weights[p] = SnapshotArrays.readDouble(in, 0, unbounded, "weight of a prototype");
      spreads[p] = SnapshotArrays.readDouble(in, 0, unbounded, "spread of a prototype");
      heights[p] = SnapshotArrays.readDouble(in, -unbounded, unbounded, "height of a prototype");
      volumes[p] = SnapshotArrays.readDouble(in, -unbounded, unbounded, "volume of a prototype");
      slopes[p] = SnapshotArrays.readDouble(in, 0, unbounded, "slope of a prototype");
      for (int i = 0; i < inputs; i++) {
        centres[i][p] = in.readFloat();
        if (!(Math.abs(centres[i][p]) <= Float.MAX_VALUE)) {
          throw new IOException("snapshot holds a centre at " + centres[i][p]);
        }
      }
    }
  }
}
