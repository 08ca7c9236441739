// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * One scored label, as the sliding window must remember it to forget it again.
 *
 * @param truth true class
 * @param predicted predicted class
 * @param noChangeRight whether the previous label was right
 * @param majorityRight whether the majority class of that moment was right
 */
record ScoredLabel(int truth, int predicted, boolean noChangeRight, boolean majorityRight) {

  void writeTo(DataOutput out) throws IOException {
    out.writeInt(truth);
    out.writeInt(predicted);
    out.writeBoolean(noChangeRight);
    out.writeBoolean(majorityRight);
  }

  static ScoredLabel readFrom(DataInput in, int classes) throws IOException {
    int truth = in.readInt();
    int predicted = in.readInt();
    if (truth < 0 || truth >= classes || predicted < 0 || predicted >= classes) {
      throw new IOException(
          "snapshot scores class %s against %s, there are %s classes"
              .formatted(predicted, truth, classes));
    }
    return new ScoredLabel(truth, predicted, in.readBoolean(), in.readBoolean());
  }
}
