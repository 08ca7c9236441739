// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * Predictions that wait for their labels. Version 2 added the time of their events before each
 * prediction, which writes itself; version 3 the generation behind the time, and what branches
 * predicted. Where all are of first models without branches, version 2 is written.
 */
final class WaitingPredictionsSerializer extends PendingSerializer<WaitingPrediction> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 3;
  private static final int VERSION_OF_FIRST_MODELS = 2;

  static final WaitingPredictionsSerializer INSTANCE = new WaitingPredictionsSerializer();

  private WaitingPredictionsSerializer() {
    super("wait", VERSION);
  }

  @Override
  int versionOf(Pending<WaitingPrediction> pending) {
    for (WaitingPrediction waiting : pending.values()) {
      if (!waiting.isPlain()) {
        return VERSION;
      }
    }
    return VERSION_OF_FIRST_MODELS;
  }

  @Override
  void writeValue(WaitingPrediction waiting, DataOutput out, int layout) throws IOException {
    out.writeLong(waiting.eventTime());
    if (layout > VERSION_OF_FIRST_MODELS) {
      out.writeInt(waiting.generation());
      out.writeInt(waiting.shadows().size());
      for (ShadowPrediction shadow : waiting.shadows()) {
        out.writeInt(shadow.number());
        shadow.prediction().writeTo(out);
      }
    }
    waiting.prediction().writeTo(out);
  }

  @Override
  WaitingPrediction readValue(DataInput in, int layout) throws IOException {
    long eventTime = layout == 1 ? WaitingPrediction.UNKNOWN_TIME : in.readLong();
    if (layout <= VERSION_OF_FIRST_MODELS) {
      return new WaitingPrediction(eventTime, PendingPrediction.readFrom(in));
    }
    int generation = in.readInt();
    List<ShadowPrediction> shadows = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      shadows.add(new ShadowPrediction(in.readInt(), PendingPrediction.readFrom(in)));
    }
    return new WaitingPrediction(
        eventTime, generation, PendingPrediction.readFrom(in), List.copyOf(shadows));
  }

  @Override
  long heapBytes(WaitingPrediction waiting) {
    long bytes = WaitingPrediction.OBJECT_BYTES + waiting.prediction().heapBytes();
    for (ShadowPrediction shadow : waiting.shadows()) {
      bytes += ShadowPrediction.OBJECT_BYTES + shadow.prediction().heapBytes();
    }
    return bytes;
  }

  @Override
  public TypeSerializerSnapshot<Pending<WaitingPrediction>> snapshotConfiguration() {
    return new Snapshot();
  }

  /** No configuration: the version of the layout is in the state's own bytes. */
  public static final class Snapshot
      extends SimpleTypeSerializerSnapshot<Pending<WaitingPrediction>> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
