// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A prediction and its label, as a mixture has learned them.
 *
 * @param label a class of the schema
 */
record Lesson(PendingPrediction prediction, int label) {
  static void writeAll(List<Lesson> lessons, DataOutput out) throws IOException {
    out.writeInt(lessons.size());
    for (Lesson lesson : lessons) {
      lesson.prediction.writeTo(out);
      out.writeInt(lesson.label);
    }
  }

  /**
   * Reads what {@link #writeAll} wrote.
   *
   * @param most lessons that there may be
   * @param experts of the mixture
   * @param classes that each expert tells apart
   * @throws IOException when the bytes end too soon or no such mixture can have learned this
   */
  static List<Lesson> readAll(DataInput in, int most, StreamSchema schema, int experts, int classes)
      throws IOException {
    int count = in.readInt();
    if (count < 0 || count > most) {
      throw new IOException("snapshot holds %s lessons, expected 0 to %s".formatted(count, most));
    }
    List<Lesson> lessons = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      PendingPrediction prediction = PendingPrediction.readFrom(in);
      int label = in.readInt();
      if (prediction.features().size() != schema.features()
          || prediction.classes() != schema.classes()
          || prediction.weights().length != experts
          || prediction.votes().classes() != classes
          || prediction.modelVersion() < 0
          || prediction.modelVersion() > i
          || label < 0
          || label >= schema.classes()
          || !areShares(prediction.probabilities())
          || !areShares(prediction.weights())
          || !areShares(prediction.votes().values())
          || !areShares(prediction.saidOfLabels())) {
        throw new IOException("snapshot holds a lesson %s that cannot have been".formatted(i));
      }
      lessons.add(new Lesson(prediction, label));
    }
    return lessons;
  }

  private static boolean areShares(double[] values) {
    for (double value : values) {
      if (!FailureGuard.isProbability(value)) {
        return false;
      }
    }
    return true;
  }
}
