// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** All that the operator keeps of one model key. Mutable; owned by Flink's keyed state. */
final class ModelState {
  private static final String TAG = "mkey";

  /** Version 2 added {@link #lateEvents}, version 3 {@link #lifecycleEvents}. */
  private static final int VERSION = 3;

  /** Model size is measured again after this many more learned events: measuring writes it all. */
  private static final long SIZE_EVERY = 10_000;

  /** What the mixture was made or restored with. */
  private ModelSpec spec;

  final MixtureOfExperts mixture;

  /** Predictions that wait for their label; they expire at event time + timeout. */
  final Pending<PendingPrediction> predictions;

  /** Labels that came before their event; orphans once the watermark reaches their event time. */
  final Pending<SourceRecord.Label> labels;

  long events;
  long orphanLabels;
  long expiredPredictions;

  /** Of the mixture as a whole. */
  long driftEvents;

  /** Of single experts. */
  long lifecycleEvents;

  /** Records that came behind the watermark; only in event-time order. */
  long lateEvents;

  long lastEventTime = Long.MIN_VALUE;

  /** Whether a metrics timer is set; the timer itself is in Flink's timer state. */
  boolean metricsTimer;

  private long sizedVersion = -1;
  private long size;

  private ModelState(
      ModelSpec spec,
      MixtureOfExperts mixture,
      Pending<PendingPrediction> predictions,
      Pending<SourceRecord.Label> labels) {
    this.spec = spec;
    this.mixture = mixture;
    this.predictions = predictions;
    this.labels = labels;
  }

  static ModelState create(ModelSpec spec) {
    return new ModelState(
        spec,
        MixtureOfExperts.create(spec.mixtureConfig(), spec.streamSchema()),
        new Pending<>(),
        new Pending<>());
  }

  /**
   * The model under the settings of the job: Flink restores it under those it was saved with.
   *
   * @return this one, unless a setting is another
   * @throws IOException when it cannot go on under them, which a restore has checked before
   */
  ModelState under(ModelSpec wanted) throws IOException {
    if (spec != wanted && !spec.equals(wanted)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
      write(new DataOutputStream(bytes));
      return read(spec, wanted, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }
    spec = wanted;
    return this;
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    mixture.writeSnapshot(out);
    predictions.writeSnapshot(out, PendingPrediction::writeTo);
    labels.writeSnapshot(out, ModelState::writeLabel);
    out.writeLong(events);
    out.writeLong(orphanLabels);
    out.writeLong(expiredPredictions);
    out.writeLong(driftEvents);
    out.writeLong(lastEventTime);
    out.writeBoolean(metricsTimer);
    out.writeLong(lateEvents);
    out.writeLong(lifecycleEvents);
  }

  static ModelState read(ModelSpec spec, DataInput in) throws IOException {
    return read(spec, spec, in);
  }

  private static ModelState read(ModelSpec saved, ModelSpec spec, DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    ModelState state =
        new ModelState(
            spec,
            MixtureOfExperts.restore(
                saved.mixtureConfig(), spec.mixtureConfig(), spec.streamSchema(), in),
            Pending.restore(in, PendingPrediction::readFrom),
            Pending.restore(in, ModelState::readLabel));
    state.events = in.readLong();
    state.orphanLabels = in.readLong();
    state.expiredPredictions = in.readLong();
    state.driftEvents = in.readLong();
    state.lastEventTime = in.readLong();
    state.metricsTimer = in.readBoolean();
    state.lateEvents = version >= 2 ? in.readLong() : 0;
    state.lifecycleEvents = version >= 3 ? in.readLong() : 0;
    return state;
  }

  /** Bytes of the state as a checkpoint holds it, at most 10,000 learned events old. */
  long bytes() throws IOException {
    if (sizedVersion < 0 || mixture.version() - sizedVersion >= SIZE_EVERY) {
      DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
      write(counter);
      size = counter.size();
      sizedVersion = mixture.version();
    }
    return size;
  }

  private static void writeLabel(SourceRecord.Label label, DataOutput out) throws IOException {
    out.writeUTF(label.modelKey());
    out.writeUTF(label.eventId());
    out.writeLong(label.eventTime());
    out.writeInt(label.partition());
    out.writeLong(label.offset());
    out.writeInt(label.label());
  }

  private static SourceRecord.Label readLabel(DataInput in) throws IOException {
    return new SourceRecord.Label(
        in.readUTF(), in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readInt());
  }
}
