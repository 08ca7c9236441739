// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * Says that the label of an event is wanted.
 *
 * @param reason why
 * @param probability with which the label of an event like this was wanted then, above 0, at most
 *     1: what is measured on the answer stands for its inverse of events
 * @param weight of the answer for what must not see the choice: the budget's share over the
 *     probability, about 1 on average; above 0
 */
public record LabelQuestion(Reason reason, double probability, double weight) {

  /** Why a label is wanted. */
  public enum Reason {
    /** The model is less sure of this event than of most. */
    UNCERTAIN,
    /** Drawn by lot, whatever the model says; also the first events of a model. */
    RANDOM,
    /** The stream has changed a short time ago, and what was saved for that is spent. */
    DRIFT
  }

  /**
   * Checks the range.
   *
   * @param reason why
   * @param probability with which the label was wanted, above 0, at most 1
   * @param weight of the answer, above 0
   */
  public LabelQuestion {
    Objects.requireNonNull(reason, "reason");
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability must be above 0 and at most 1, got " + probability);
    }
    if (!(weight > 0 && weight <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("weight must be above 0, got " + weight);
    }
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeByte(reason.ordinal());
    out.writeDouble(probability);
    out.writeDouble(weight);
  }

  static LabelQuestion readFrom(DataInput in) throws IOException {
    int reason = in.readUnsignedByte();
    double probability = in.readDouble();
    double weight = in.readDouble();
    if (reason >= Reason.values().length) {
      throw new IOException("no reason for a question has the number " + reason);
    }
    try {
      return new LabelQuestion(Reason.values()[reason], probability, weight);
    } catch (IllegalArgumentException e) {
      throw new IOException("a question is damaged: " + e.getMessage(), e);
    }
  }
}
