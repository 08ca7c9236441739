// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import io.driftmoe.networks.Exponential;
import io.driftmoe.networks.Logarithm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Corrects what the experts predict by the labels that came last; see {@link LabelMemory}.
 *
 * <p>The corrected probability of a class is in proportion to {@code p^v u_0^w_0 ... u_n^w_n}: p is
 * that of the experts, u_0 the share of the class among the latest labels, u_1 how often the class
 * followed the last labels of the stream, the others how often it followed those of the event's
 * group. The exponents follow the gradient of the likelihood. At first v is 1 and all others are 0,
 * so that nothing is corrected. This is Bayes' rule where experts and labels tell different things;
 * a weighted mean of both is far worse.
 *
 * <p>The u that were known at the prediction wait with it for its label, and their counts are those
 * that followed the labels known then: nothing that came later is taken for known. Steps and counts
 * are smaller for late labels, because lessons that wait together tell nearly the same.
 *
 * <p>It corrects while that has raised both the mean likelihood, beside that of p to the best power
 * alone, and the number of right predictions. While it does not, it learns only from one event in
 * 16, drawn at random, and costs next to nothing.
 *
 * <p>Hinton: Training products of experts by minimizing contrastive divergence, Neural Computation
 * 14, 2002; Žliobaitė et al.: Evaluation methods and decision theory for classification of
 * streaming data with temporal dependence, Machine Learning 98, 2015.
 */
final class LastLabels {
  private static final String TAG = "LABL";
  private static final int VERSION = 1;

  /** Nothing was said about an event. */
  static final double[] SILENT = {};

  /** Labels are held as bytes. */
  private static final int MOST_CLASSES = 128;

  /** Events at the start that are all learned. */
  private static final int TRIAL = 1000;

  /** Share of the events that are learned while nothing is corrected. */
  private static final double PROBE = 0.0625;

  /** Labels between two decisions, and labels over which gains are averaged. */
  private static final int PERIOD = 100;

  private static final int MEMORY = 2000;

  /** In nats an event. */
  private static final double LEAST_GAIN = 0.002;

  /** Of the uniform distribution in every distribution whose logarithm is taken. */
  private static final double DOUBT = 0.01;

  private static final double STEP = 0.01;
  private static final double LARGEST_STEP = 0.1;

  /** By how much lessons in between make steps and counts smaller. */
  private static final double LATENESS = 0.1;

  private static final double LEAST_EXPONENT = -1;
  private static final double LARGEST_EXPONENT = 2;
  private static final double LEAST_POWER = 0.1;

  private final StreamSchema schema;
  private final int classes;
  private final LabelHistory history;
  private final double[] shares;
  private final LabelTransitions[] transitions;

  /** That of the experts first, then that of the shares, then those of the transitions. */
  private final double[] exponents;

  /** Exponent of the experts where nothing else is heard. */
  private double power = 1;

  /** Mean over the latest judged events, in nats and in right predictions. */
  private double gain;

  private double rightsGained;
  private long judged;
  private boolean corrects;

  private final int[] last = new int[2];
  private final double[][] logarithms;
  private final double[] corrected;
  private final double[] alone;

  private LastLabels(StreamSchema schema) {
    Domain domain = new Domain(schema);
    this.schema = schema;
    this.classes = schema.classes();
    this.history = new LabelHistory(domain);
    this.shares = new double[classes];
    this.transitions = new LabelTransitions[1 + history.groupings()];
    for (int t = 0; t < transitions.length; t++) {
      transitions[t] = new LabelTransitions(classes);
    }
    this.exponents = new double[2 + transitions.length];
    this.exponents[0] = 1;
    this.logarithms = new double[exponents.length][classes];
    this.corrected = new double[classes];
    this.alone = new double[classes];
  }

  /** Whether labels of such a stream are remembered. */
  static boolean suits(LabelMemory memory, StreamSchema schema) {
    return memory == LabelMemory.LAST_LABELS && schema.classes() <= MOST_CLASSES;
  }

  /** About what it holds at most while labels come in time, in bytes. */
  static long heldBytes(StreamSchema schema) {
    if (!suits(LabelMemory.LAST_LABELS, schema)) {
      return 0;
    }
    int scopes = 1 + new LabelHistory(new Domain(schema)).groupings();
    return scopes * (2L * LabelHistory.REACH + LabelTransitions.mostBytes(schema.classes()));
  }

  /** See {@link io.driftmoe.core.Expert#unsavedBytes}: places that hold no label yet. */
  long unsavedBytes() {
    return history.emptyBytes();
  }

  static LastLabels create(StreamSchema schema) {
    return new LastLabels(schema);
  }

  /** Numbers that are said about an event, unless nothing is. */
  int sizeOfWhatIsSaid() {
    return (exponents.length - 1) * classes;
  }

  /**
   * Says what follows the last labels.
   *
   * @param seed of the prediction
   * @param version of the mixture now
   * @return one distribution after the other; {@link #SILENT} when the event is not to be learned
   */
  double[] say(FeatureVector features, long seed, long version) {
    if (!corrects && judged >= TRIAL && new SplitMix64(seed).nextDouble() >= PROBE
        || !history.reaches(version)) {
      return SILENT;
    }
    double[] said = new double[sizeOfWhatIsSaid()];
    Arrays.fill(said, 0, classes, 1.0 / classes);
    LabelTransitions.narrow(shares, said, 0);
    for (int t = 0; t < transitions.length; t++) {
      int from = (t + 1) * classes;
      System.arraycopy(said, 0, said, from, classes);
      find(features, t, version);
      transitions[t].narrow(last, said, from);
    }
    return said;
  }

  private void find(FeatureVector features, int t, long version) {
    if (t == 0) {
      history.last(version, last);
    } else {
      history.lastOfGroup(features, t - 1, version, last);
    }
  }

  /**
   * Corrects a prediction, if that has helped lately.
   *
   * @param said about its event
   * @param probabilities of the experts; become those of the mixture
   */
  void correct(double[] said, double[] probabilities) {
    if (corrects && said.length > 0) {
      multiply(said, probabilities);
      System.arraycopy(corrected, 0, probabilities, 0, classes);
    }
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

  /**
   * Takes a label.
   *
   * @param predicted version of the mixture at the prediction
   * @param said about the event then
   * @param probabilities of the experts then; not read where nothing was said
   * @param version of the mixture now; it is to be the next
   */
  void learn(
      FeatureVector features,
      int label,
      long predicted,
      double[] said,
      double[] probabilities,
      long version) {
    if (said.length == sizeOfWhatIsSaid()) {
      double slowness = 1 + LATENESS * (version - predicted);
      multiply(said, probabilities);
      judge(label);
      step(label, STEP / slowness);
      count(features, label, predicted, 1 / slowness);
    }
    history.add(features, label, version);
    if (version % PERIOD == PERIOD - 1) {
      corrects = gain > LEAST_GAIN && rightsGained > 0;
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

  private void count(FeatureVector features, int label, long predicted, double weight) {
    LabelTransitions.count(shares, label, weight);
    if (history.reaches(predicted)) {
      for (int t = 0; t < transitions.length; t++) {
        find(features, t, predicted);
        transitions[t].count(last, label, weight);
      }
    }
  }

  /** What it has learned, in words. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "last labels: %s, gain %.4f nats an event, %.2f points of accuracy",
            corrects ? "correct predictions" : "do not correct predictions",
            gain,
            100 * rightsGained));
    for (int i = 0; i < exponents.length; i++) {
      lines.add(String.format(Locale.ROOT, "  exponent of %s: %.3f", source(i), exponents[i]));
    }
    return lines;
  }

  private String source(int i) {
    return switch (i) {
      case 0 -> "the experts";
      case 1 -> "the shares of the classes";
      case 2 -> "the last labels";
      default -> "the last labels of the same " + nameOfGrouping(i - 3);
    };
  }

  private String nameOfGrouping(int grouping) {
    return schema.attributes().get(history.attribute(grouping)).name();
  }

  /** What it is made of, for programs. */
  Structure structure() {
    List<String> groupings = new ArrayList<>();
    for (int g = 0; g < history.groupings(); g++) {
      groupings.add(nameOfGrouping(g));
    }
    return new Structure("last-labels")
        .put("corrects", corrects)
        .put("gain", gain)
        .put("groups", groupings)
        .putAll("exponents", exponents);
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    history.writeTo(out);
    SnapshotArrays.writeDoubles(out, shares);
    for (LabelTransitions each : transitions) {
      each.writeTo(out);
    }
    SnapshotArrays.writeDoubles(out, exponents);
    out.writeDouble(power);
    out.writeDouble(gain);
    out.writeDouble(rightsGained);
    out.writeLong(judged);
    out.writeBoolean(corrects);
  }

  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    history.readFrom(in);
    LabelTransitions.readCounts(in, shares);
    for (LabelTransitions each : transitions) {
      each.readFrom(in);
    }
    SnapshotArrays.readDoubles(in, exponents, LEAST_EXPONENT, LARGEST_EXPONENT, "exponents");
    power = SnapshotArrays.readDouble(in, LEAST_POWER, LARGEST_EXPONENT, "power");
    gain = SnapshotArrays.readDouble(in, -Double.MAX_VALUE, Double.MAX_VALUE, "gain");
    rightsGained = SnapshotArrays.readDouble(in, -1, 1, "rights gained");
    judged = SnapshotArrays.readCount(in, "judged events");
    corrects = in.readBoolean();
  }
}
