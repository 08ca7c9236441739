// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What the models of a fleet know in common of {@linkplain LastLabels last labels}: what usually
 * follows the last label of the same model, and how much that is worth beside the experts. Each
 * model teaches it with its own lessons, in which everything is as it was known at the prediction,
 * however late the label is. A model that is new begins with it.
 */
final class FleetLabels {
  private static final String TAG = "FLLB";
  private static final int VERSION = 1;

  /** Labels between two decisions whether a new model corrects its predictions. */
  private static final int PERIOD = 100;

  private static final int MOST_CLASSES_OF_PAIRS = 5;

  private final StreamSchema schema;
  private final double[] shares;

  /**
   * After one label only: there are few rows of those, and a new model soon knows its own pairs.
   */
  private final LabelTransitions[] transitions;

  private final LabelProduct product;
  private long lessons;

  FleetLabels(StreamSchema schema) {
    int groupings = new LabelHistory(new Domain(schema)).groupings();
    this.schema = schema;
    this.shares = new double[schema.classes()];
    this.transitions = new LabelTransitions[1 + groupings];
    Arrays.setAll(transitions, t -> transitions(schema.classes()));
    this.product = new LabelProduct(schema.classes(), 1 + transitions.length);
  }

  private static LabelTransitions transitions(int classes) {
    return classes <= MOST_CLASSES_OF_PAIRS
        ? new LabelTransitions(classes)
        : LabelTransitions.afterOne(classes);
  }

  /**
   * Takes a lesson that its model is about to learn.
   *
   * @param model tells the labels that were known at the prediction
   * @param said about the event then, not nothing
   * @param probabilities of the experts then
   * @param predicted version of the model then
   * @param slowness by what step and counts are divided, at least 1
   */
  void learn(
      LastLabels model,
      FeatureVector features,
      int label,
      double[] said,
      double[] probabilities,
      long predicted,
      double slowness) {
    product.learn(said, probabilities, label, slowness);
    model.count(features, label, predicted, 1 / slowness, shares, transitions);
    lessons++;
    if (lessons % PERIOD == 0) {
      product.decide();
    }
  }

  /** Whether it has helped the models, so that a new one begins with it. */
  boolean helps() {
    return product.corrects();
  }

  /** Fills counts and product of a model that has learned nothing. */
  void handOver(double[] shares, LabelTransitions[] transitions, LabelProduct product) {
    copyCounts(shares, transitions);
    product.inherit(this.product);
  }

  private void copyCounts(double[] shares, LabelTransitions[] transitions) {
    System.arraycopy(this.shares, 0, shares, 0, shares.length);
    for (int t = 0; t < transitions.length; t++) {
      transitions[t].copyFrom(this.transitions[t]);
    }
  }

  /** One that is as this is now, whatever this one learns later. */
  FleetLabels copy() {
    FleetLabels copy = new FleetLabels(schema);
    copyCounts(copy.shares, copy.transitions);
    copy.product.copyFrom(product);
    copy.lessons = lessons;
    return copy;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotArrays.writeDoubles(out, shares);
    for (LabelTransitions each : transitions) {
      each.writeTo(out);
    }
    product.writeTo(out);
    out.writeLong(lessons);
  }

  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    LabelTransitions.readCounts(in, shares);
    for (LabelTransitions each : transitions) {
      each.readFrom(in);
    }
    product.readFrom(in);
    lessons = SnapshotArrays.readCount(in, "lessons of the fleet's labels");
  }
}
