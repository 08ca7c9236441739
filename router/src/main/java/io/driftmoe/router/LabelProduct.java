// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.networks.Exponential;
import io.driftmoe.networks.Logarithm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The product of what experts predict and of what {@linkplain LastLabels last labels} say, each to
 * the power of an exponent that follows the gradient of the likelihood. At first the exponent of
 * the experts is 1 and all others are 0, so that nothing is corrected.
 */
final class LabelProduct {
  /** Labels over which gains are averaged. */
  private static final int MEMORY = 2000;

  /** In nats an event. */
  private static final double LEAST_GAIN = 0.002;

  /** Of the uniform distribution in every distribution whose logarithm is taken. */
  private static final double DOUBT = 0.01;

  private static final double STEP = 0.01;
  private static final double LARGEST_STEP = 0.1;
  private static final double LEAST_EXPONENT = -1;
  private static final double LARGEST_EXPONENT = 2;
  private static final double LEAST_POWER = 0.1;

  /** Labels that count as judged where a new model begins with what others have learned. */
  private static final int INHERITED = 200;

  private final int classes;

  /** That of the experts first, then one for each distribution that is said. */
  private final double[] exponents;

  /** Exponent of the experts where nothing else is heard. */
  private double power = 1;

  /** Mean over the latest judged events, in nats and in right predictions. */
  private double gain;

  private double rightsGained;
  private long judged;
  private boolean corrects;

  private final double[][] logarithms;
  private final double[] corrected;
  private final double[] alone;

  /**
   * @param distributions that are said of each event
   */
  LabelProduct(int classes, int distributions) {
    this.classes = classes;
    this.exponents = new double[1 + distributions];
    this.exponents[0] = 1;
    this.logarithms = new double[exponents.length][classes];
    this.corrected = new double[classes];
    this.alone = new double[classes];
  }

  /** Numbers that are said about an event, unless nothing is. */
  int sizeOfWhatIsSaid() {
    return (exponents.length - 1) * classes;
  }

  /** Whether predictions are corrected: whether that has helped lately. */
  boolean corrects() {
    return corrects;
  }

  long judged() {
    return judged;
  }

  double gain() {
    return gain;
  }

  double rightsGained() {
    return rightsGained;
  }

  double[] exponents() {
    return exponents.clone();
  }

  /**
   * Multiplies.
   *
   * @param said one distribution after the other
   * @param probabilities of the experts; become those of the product
   */
  void correct(double[] said, double[] probabilities) {
    multiply(said, probabilities);
    System.arraycopy(corrected, 0, probabilities, 0, classes);
  }

  /** Judges the product by a label, then follows the gradient. */
  void learn(LabelLesson lesson) {
    multiply(lesson.said(), lesson.probabilities());
    judge(lesson.label());
    step(lesson.label(), STEP / lesson.slowness());
  }

  /** Decides whether predictions are corrected from now on. */
  void decide() {
    corrects = gain > LEAST_GAIN && rightsGained > 0;
  }

  /** Becomes as another one is. */
  void copyFrom(LabelProduct other) {
    System.arraycopy(other.exponents, 0, exponents, 0, exponents.length);
    power = other.power;
    gain = other.gain;
    rightsGained = other.rightsGained;
    judged = other.judged;
    corrects = other.corrects;
  }

  /** Likewise, but what this one learns itself soon counts more than what the other one has. */
  void inherit(LabelProduct other) {
    copyFrom(other);
    judged = Math.min(INHERITED, judged);
  }

  /** Fills the distribution that is corrected, and that of the experts to their power alone. */
  private void multiply(double[] said, double[] probabilities) {
    for (int i = 0; i < exponents.length; i++) {
      double[] row = logarithms[i];
      for (int c = 0; c < classes; c++) {
        double p = i == 0 ? probabilities[c] : said[(i - 1) * classes + c];
        row[c] = Logarithm.of((1 - DOUBT) * p + DOUBT / classes);
      }
    }
    for (int c = 0; c < classes; c++) {
      double sum = 0;
      for (int i = 0; i < exponents.length; i++) {
        sum += exponents[i] * logarithms[i][c];
      }
      corrected[c] = sum;
      alone[c] = power * logarithms[0][c];
    }
    normalise(corrected);
    normalise(alone);
  }

  private static void normalise(double[] logits) {
    double most = logits[ArgMax.of(logits)];
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = Exponential.ofNegative(logits[c] - most);
      sum += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      logits[c] /= sum;
    }
  }

  private void judge(int label) {
    judged++;
    double rate = Math.max(1.0 / judged, 1.0 / MEMORY);
    double better = doubted(corrected[label]) / doubted(alone[label]);
    gain += rate * (Logarithm.of(better) - gain);
    double rights = (ArgMax.of(corrected) == label ? 1 : 0) - (ArgMax.of(alone) == label ? 1 : 0);
    rightsGained += rate * (rights - rightsGained);
  }

  private double doubted(double p) {
    return (1 - DOUBT) * p + DOUBT / classes;
  }

  private void step(int label, double rate) {
    for (int i = 0; i < exponents.length; i++) {
      double moved = exponents[i] + bounded(rate * slope(logarithms[i], corrected, label));
      exponents[i] = Math.max(LEAST_EXPONENT, Math.min(LARGEST_EXPONENT, moved));
    }
    double moved = power + bounded(rate * slope(logarithms[0], alone, label));
    power = Math.max(LEAST_POWER, Math.min(LARGEST_EXPONENT, moved));
  }

  /** Of the logarithm of the label's probability, by the exponent of these logarithms. */
  private static double slope(double[] logarithms, double[] distribution, int label) {
    double slope = logarithms[label];
    for (int c = 0; c < logarithms.length; c++) {
      slope -= distribution[c] * logarithms[c];
    }
    return slope;
  }

  private static double bounded(double step) {
    return Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step));
  }

  void writeTo(DataOutput out) throws IOException {
    SnapshotArrays.writeDoubles(out, exponents);
    out.writeDouble(power);
    out.writeDouble(gain);
    out.writeDouble(rightsGained);
    out.writeLong(judged);
    out.writeBoolean(corrects);
  }

  void readFrom(DataInput in) throws IOException {
    SnapshotArrays.readDoubles(in, exponents, LEAST_EXPONENT, LARGEST_EXPONENT, "exponents");
    power = SnapshotArrays.readDouble(in, LEAST_POWER, LARGEST_EXPONENT, "power");
    gain = SnapshotArrays.readDouble(in, -Double.MAX_VALUE, Double.MAX_VALUE, "gain");
    rightsGained = SnapshotArrays.readDouble(in, -1, 1, "rights gained");
    judged = SnapshotArrays.readCount(in, "judged events");
    corrects = in.readBoolean();
  }
}
