// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
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

  /** With more classes the counts after one label have to do: there are few rows of those. */
  private static final int MOST_CLASSES_WITH_PAIRS = 5;

  /**
   * Bytes of counts that it holds at most: each model that is new holds a copy while it is young.
   */
  private static final long MOST_BYTES = 1 << 16;

  private final StreamSchema schema;
  private final double[] shares;

  /** After the last labels of the model first, then of groups, as far as there is room. */
  private final LabelTransitions[] transitions;

  private final LabelProduct product;
  private long lessons;

  FleetLabels(StreamSchema schema) {
    int scopes = 1 + LabelHistory.groupings(new Domain(schema));
    boolean pairs = schema.classes() <= MOST_CLASSES_WITH_PAIRS;
    long held = MOST_BYTES / LabelTransitions.mostBytes(schema.classes(), pairs);
    this.schema = schema;
    this.shares = new double[schema.classes()];
    this.transitions = new LabelTransitions[(int) Math.min(scopes, held)];
    Arrays.setAll(transitions, t -> new LabelTransitions(schema.classes(), pairs));
    this.product = new LabelProduct(schema.classes(), 1 + scopes);
  }

  /** Takes a lesson that a model of the fleet has learned. */
  void learn(LabelLesson lesson) {
    product.learn(lesson);
    lesson.count(shares, transitions);
    lessons++;
    if (lessons % LastLabels.PERIOD == 0) {
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
    for (int t = 0; t < this.transitions.length; t++) {
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
