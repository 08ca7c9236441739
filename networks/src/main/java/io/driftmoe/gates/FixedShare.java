// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.networks.Exponential;
import io.driftmoe.networks.Logarithm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Weights of a few experts that follow whichever predicts best lately: exponentiated gradient with
 * fixed share.
 *
 * <p>After each event, with p the probability that expert e gave to the true class: {@code l_e = (1
 * - floor) p_e + floor / classes; w_e <- w_e l_e^eta}, divided by their sum; {@code w_e <- (1 -
 * share) w_e + share / n}. The share bounds how long a leader's past success delays the next
 * leader. Herbster, Warmuth: Tracking the best expert, Machine Learning 32, 1998.
 *
 * <p>Weights start at 1/n and sum to 1 up to rounding. When every likelihood is 0 (possible with
 * floor 0 only) the event says nothing about the experts and only the share acts. Not thread-safe;
 * allocates nothing per call.
 *
 * <pre>{@code
 * FixedShare mix = FixedShare.create(2, new FixedShareConfig(1, 0, 0));
 * mix.update(new double[] {0.75, 0.25}, 2);
 * mix.weight(0); // 0.75
 * }</pre>
 */
public final class FixedShare {
  private static final String TAG = "FIXS";
  private static final int VERSION = 1;

  /** By how much rounding may lift a probability above 1. */
  private static final double ROUNDING = 1e-9;

  private final FixedShareConfig config;
  private final double[] weights;
  private final double[] factors;

  /** Rounding may take a weight a little above 1. */
  private static final double LARGEST = 1.5;

  private FixedShare(int experts, FixedShareConfig config) {
    if (experts < 1) {
      throw new IllegalArgumentException("experts must be at least 1, got " + experts);
    }
    this.config = config;
    this.weights = new double[experts];
    this.factors = new double[experts];
    Arrays.fill(weights, 1.0 / experts);
  }

  /**
   * Starts with equal weights.
   *
   * @param experts at least 1
   * @param config how fast they move
   * @return the weights of so many experts
   */
  public static FixedShare create(int experts, FixedShareConfig config) {
    return new FixedShare(experts, config);
  }

  /**
   * Starts with a weight for the last expert, and equal ones for the others.
   *
   * @param experts at least 1
   * @param config how fast they move
   * @param trust weight of the last expert, from 0 to 1; without meaning where there is one only
   * @return the weights of so many experts
   */
  static FixedShare trusting(int experts, FixedShareConfig config, double trust) {
    FixedShare made = new FixedShare(experts, config);
    if (experts > 1) {
      Arrays.fill(made.weights, (1 - trust) / (experts - 1));
      made.weights[experts - 1] = trust;
    }
    return made;
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param experts number of experts that was written
   * @param config how fast the weights move from now on
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored weights
   * @throws IOException when the bytes are truncated, of an unknown version, or of another number
   *     of experts
   */
  public static FixedShare restore(int experts, FixedShareConfig config, DataInput in)
      throws IOException {
    FixedShare restored = new FixedShare(experts, config);
    SnapshotHeader.read(in, TAG, VERSION);
    SnapshotArrays.readDoubles(in, restored.weights, 0, LARGEST, "weights of experts");
    return restored;
  }

  /** {@return the number of experts} */
  public int experts() {
    return weights.length;
  }

  /**
   * {@return the weight of expert e, from 0 to 1}
   *
   * @param e position of the expert, from 0
   */
  public double weight(int e) {
    return weights[e];
  }

  /**
   * Copies all weights to the front of the target.
   *
   * @param target receives one weight per expert; at least that long
   */
  public void copyTo(double[] target) {
    System.arraycopy(weights, 0, target, 0, weights.length);
  }

  /**
   * Learns how well each expert predicted one event.
   *
   * @param likelihoods probability that each expert gave to the true class, from 0 to 1
   * @param classes number of classes, at least 1
   */
  public void update(double[] likelihoods, int classes) {
    update(likelihoods, classes, 1);
  }

  /**
   * Learns how well each expert predicted one event that counts for more or less than one: the
   * exponent becomes eta times weight, the share stays.
   *
   * @param likelihoods probability that each expert gave to the true class, from 0 to 1
   * @param classes number of classes, at least 1
   * @param weight of the event, at least 0 and finite
   */
  public void update(double[] likelihoods, int classes, double weight) {
    double best = readLikelihoods(likelihoods, classes, weight);
    double exponent = config.eta() * weight;
    if (best > 0) {
      double sum = 0;
      for (int e = 0; e < weights.length; e++) {
        // Relative to the best: the normalisation cancels it, and no exponent can underflow all.
        double factor = factors[e] / best;
        factors[e] = weights[e] * power(factor, exponent);
        sum += factors[e];
      }
      if (sum > 0) {
        for (int e = 0; e < weights.length; e++) {
          weights[e] = factors[e] / sum;
        }
      }
    }
    double kept = 1 - config.share();
    double spread = config.share() / weights.length;
    for (int e = 0; e < weights.length; e++) {
      weights[e] = kept * weights[e] + spread;
    }
  }

  /**
   * Learns how well some of the experts predicted one event; the weights of the others stay
   * (Freund, Schapire, Singer, Warmuth: Using and combining predictors that specialize, STOC 1997).
   *
   * @param likelihoods probability that each expert gave to the true class, from 0 to 1; without
   *     meaning for one that was not heard
   * @param heard whether each expert predicted
   * @param classes number of classes, at least 1
   */
  public void update(double[] likelihoods, boolean[] heard, int classes) {
    check(likelihoods.length, "likelihoods", classes);
    check(heard.length, "heard", classes);
    double mass = 0;
    int count = 0;
    for (int e = 0; e < weights.length; e++) {
      mass += heard[e] ? weights[e] : 0;
      count += heard[e] ? 1 : 0;
    }
    if (count == weights.length) {
      update(likelihoods, classes, 1);
      return;
    }
    double best = 0;
    for (int e = 0; e < weights.length; e++) {
      if (heard[e]) {
        factors[e] = floored(likelihoods[e], e, classes);
        best = Math.max(best, factors[e]);
      }
    }
    double sum = 0;
    for (int e = 0; best > 0 && e < weights.length; e++) {
      if (heard[e]) {
        factors[e] = weights[e] * power(factors[e] / best, config.eta());
        sum += factors[e];
      }
    }
    double kept = (1 - config.share()) * mass;
    double spread = config.share() * mass / count;
    for (int e = 0; e < weights.length; e++) {
      if (heard[e]) {
        weights[e] =
            (sum > 0 ? kept * factors[e] / sum : (1 - config.share()) * weights[e]) + spread;
      }
    }
  }

  /**
   * A likelihood to some power.
   *
   * @param factor from 0 to 1
   * @param exponent at least 0
   */
  private static double power(double factor, double exponent) {
    if (factor == 1 || exponent == 1) {
      return factor;
    }
    return exponent == 0 ? 1 : Exponential.ofNegative(exponent * Logarithm.of(factor));
  }

  private void check(int length, String name, int classes) {
    if (length != weights.length) {
      throw new IllegalArgumentException(
          "%s has length %s, there are %s experts".formatted(name, length, weights.length));
    }
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1, got " + classes);
    }
  }

  private double floored(double p, int e, int classes) {
    if (!(p >= 0 && p <= 1 + ROUNDING)) {
      throw new IllegalArgumentException(
          "likelihood of expert %s must lie between 0 and 1, got %s".formatted(e, p));
    }
    return (1 - config.floor()) * p + config.floor() / classes;
  }

  /** Fills the factors with floored likelihoods and returns the largest. */
  private double readLikelihoods(double[] likelihoods, int classes, double weight) {
    check(likelihoods.length, "likelihoods", classes);
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be at least 0 and finite, got " + weight);
    }
    double best = 0;
    for (int e = 0; e < weights.length; e++) {
      factors[e] = floored(likelihoods[e], e, classes);
      best = Math.max(best, factors[e]);
    }
    return best;
  }

  /**
   * Forgets what is known of one expert, because another stands in its place: it gets weight 1/n,
   * the others share the rest in proportion to what they had.
   *
   * @param e position of the expert, from 0
   */
  public void reset(int e) {
    int n = weights.length;
    double others = 0;
    for (int i = 0; i < n; i++) {
      others += i == e ? 0 : weights[i];
    }
    weights[e] = 1.0 / n;
    for (int i = 0; i < n; i++) {
      if (i != e) {
        weights[i] = others > 0 ? weights[i] / others * (n - 1) / n : 1.0 / n;
      }
    }
  }

  /**
   * Writes the weights as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotArrays.writeDoubles(out, weights);
  }
}
