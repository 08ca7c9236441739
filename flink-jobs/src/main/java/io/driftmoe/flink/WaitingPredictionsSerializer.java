// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Predictions that wait for their labels, each as it writes itself. */
final class WaitingPredictionsSerializer extends PendingSerializer<PendingPrediction> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  static final WaitingPredictionsSerializer INSTANCE = new WaitingPredictionsSerializer();

  private WaitingPredictionsSerializer() {
    super("wait", VERSION);
  }

  @Override
  void writeValue(PendingPrediction prediction, DataOutput out) throws IOException {
    prediction.writeTo(out);
  }

  @Override
  PendingPrediction readValue(DataInput in) throws IOException {
    return PendingPrediction.readFrom(in);
  }

  @Override
  public TypeSerializerSnapshot<Pending<PendingPrediction>> snapshotConfiguration() {
    return new Snapshot();
  }

  /** No configuration: the version of the layout is in the state's own bytes. */
  public static final class Snapshot
      extends SimpleTypeSerializerSnapshot<Pending<PendingPrediction>> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
