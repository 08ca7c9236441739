// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

  /** Labels between two decisions whether predictions are corrected. */
  static final int PERIOD = 100;

  /** By how much lessons in between make steps and counts smaller. */
  private static final double LATENESS = 0.1;

  private final StreamSchema schema;
  private final int classes;
  private final LabelHistory history;
  private final double[] shares;
  private final LabelTransitions[] transitions;

  /** Its distributions are the shares first, then what follows from the transitions. */
  private final LabelProduct product;

  private final int[] last = new int[2];

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
    this.product = new LabelProduct(classes, 1 + transitions.length);
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
    int scopes = 1 + LabelHistory.groupings(new Domain(schema));
    return scopes * (2L * LabelHistory.REACH + LabelTransitions.mostBytes(schema.classes()));
  }

  /** See {@link io.driftmoe.core.Expert#unsavedBytes}: places that hold no label yet. */
  long unsavedBytes() {
    return history.emptyBytes();
  }

  static LastLabels create(StreamSchema schema) {
    return new LastLabels(schema);
  }

  /**
   * Begins with what a fleet knows, where that has helped its models.
   *
   * @param fleet of models of the same schema; this one has learned nothing
   */
  void inherit(FleetLabels fleet) {
    if (fleet.helps()) {
      fleet.handOver(shares, transitions, product);
    }
  }

  /**
   * Says what follows the last labels.
   *
   * @param seed of the prediction
   * @param version of the mixture now
   * @return one distribution after the other; {@link #SILENT} when the event is not to be learned
   */
  double[] say(FeatureVector features, long seed, long version) {
    boolean rests = !product.corrects() && product.judged() >= TRIAL;
    if (rests && new SplitMix64(seed).nextDouble() >= PROBE || !history.reaches(version)) {
      return SILENT;
    }
    double[] said = new double[product.sizeOfWhatIsSaid()];
    Arrays.fill(said, 0, classes, 1.0 / classes);
    LabelTransitions.narrow(shares, said, 0);
    for (int t = 0; t < transitions.length; t++) {
      int from = (t + 1) * classes;
      System.arraycopy(said, 0, said, from, classes);
      find(features, t, version, last);
      transitions[t].narrow(last, said, from);
    }
    return said;
  }

  private void find(FeatureVector features, int t, long version, int[] found) {
    if (t == 0) {
      history.last(version, found);
    } else {
      history.lastOfGroup(features, t - 1, version, found);
    }
  }

  /**
   * Corrects a prediction, if that has helped lately.
   *
   * @param said about its event
   * @param probabilities of the experts; become those of the mixture
   */
  void correct(double[] said, double[] probabilities) {
    if (product.corrects() && said.length > 0) {
      product.correct(said, probabilities);
    }
  }

  /**
   * A label with what was said of its event; null where nothing was said.
   *
   * @param predicted version of the mixture at the prediction
   * @param said about the event then
   * @param probabilities of the experts then; not read where nothing was said
   * @param version of the mixture now
   */
  @Nullable LabelLesson lesson(
      FeatureVector features,
      int label,
      long predicted,
      double[] said,
      double[] probabilities,
      long version) {
    if (said.length != product.sizeOfWhatIsSaid()) {
      return null;
    }
    double slowness = 1 + LATENESS * (version - predicted);
    if (!history.reaches(predicted)) {
      return LabelLesson.untold(label, said, probabilities, slowness);
    }
    int[][] known = new int[transitions.length][2];
    for (int t = 0; t < known.length; t++) {
      find(features, t, predicted, known[t]);
    }
    return new LabelLesson(label, said, probabilities, slowness, known);
  }

  /**
   * Takes a label.
   *
   * @param lesson of this label; null where nothing was said
   * @param version of the mixture now; it is to be the next
   */
  void learn(FeatureVector features, int label, @Nullable LabelLesson lesson, long version) {
    if (lesson != null) {
      product.learn(lesson);
      lesson.count(shares, transitions);
    }
    history.add(features, label, version);
    if (version % PERIOD == PERIOD - 1) {
      product.decide();
    }
  }

  /** What it has learned, in words. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "last labels: %s, gain %.4f nats an event, %.2f points of accuracy",
            product.corrects() ? "correct predictions" : "do not correct predictions",
            product.gain(),
            100 * product.rightsGained()));
    double[] exponents = product.exponents();
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
        .put("corrects", product.corrects())
        .put("gain", product.gain())
        .put("groups", groupings)
        .putAll("exponents", product.exponents());
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    history.writeTo(out);
    SnapshotArrays.writeDoubles(out, shares);
    for (LabelTransitions each : transitions) {
      each.writeTo(out);
    }
    product.writeTo(out);
  }

  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    history.readFrom(in);
    LabelTransitions.readCounts(in, shares);
    for (LabelTransitions each : transitions) {
      each.readFrom(in);
    }
    product.readFrom(in);
  }
}
