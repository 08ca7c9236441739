// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinCut;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * Says when the stream has changed: when errors of the mixture rise, or those of a reference that
 * adapts to nothing. It only watches.
 */
final class AlarmWatch {
  private static final String TAG = "ALRM";

  /** Version 2 added the sides. */
  private static final int VERSION = 2;

  /**
   * Labels after an alarm in which there is no other. While errors are still rising or falling,
   * ADWIN finds the same drift again and again; docs/research/router.md has the figures.
   */
  static final int APART = 500;

  private final ReferenceWatch reference;
  private final ExpertErrors errors;
  private final ErrorSides sides;

  /** Labels since the latest alarm. */
  private long since = APART;

  AlarmWatch(StreamSchema schema, int experts) {
    this.reference = new ReferenceWatch(schema);
    this.errors = new ExpertErrors(experts);
    this.sides = new ErrorSides(schema);
  }

  /**
   * Takes a labelled event.
   *
   * @param drift whether this label shows that the mixture's own errors rose
   * @param cut where the detector found that; empty where it does not tell
   * @param wrong whether the mixture was
   * @param right which experts were
   * @param heard which experts had been asked
   */
  Optional<Alarm> observe(
      boolean drift,
      Optional<AdwinCut> cut,
      FeatureVector features,
      int label,
      boolean wrong,
      boolean[] right,
      boolean[] heard) {
    errors.add(right, heard);
    since++;
    if (drift) {
      reference.startAfresh(); // it would find the same drift
    }
    Optional<AdwinCut> change = reference.observe(features, label);
    sides.add(features, wrong, reference.wasAsked(), reference.wasWrong());
    if (!drift && change.isEmpty() || since <= APART) {
      return Optional.empty();
    }
    since = 0;
    return Optional.of(
        drift
            ? alarm(Alarm.Source.MIXTURE, cut, ErrorSides.Of.MIXTURE)
            : alarm(Alarm.Source.REFERENCE, change, ErrorSides.Of.REFERENCE));
  }

  private Alarm alarm(Alarm.Source source, Optional<AdwinCut> cut, ErrorSides.Of of) {
    Alarm.Extent extent =
        cut.map(found -> sides.locate(of, found.since())).orElse(Alarm.Extent.UNKNOWN);
    return new Alarm(source, cut, errors.affected(), extent);
  }

  /** Another expert is in place e. */
  void replaced(int e) {
    errors.replaced(e);
  }

  /** See {@link io.driftmoe.core.Expert#unsavedBytes}. */
  long unsavedBytes() throws IOException {
    return reference.unsavedBytes() + sides.unsavedBytes();
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(since);
    errors.writeSnapshot(out);
    reference.writeSnapshot(out);
    sides.writeSnapshot(out);
  }

  /** Takes over what {@link #writeSnapshot} wrote. */
  void readSnapshot(DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    since = in.readLong();
    if (since < 0) {
      throw new IOException("the latest alarm was %s labels ago".formatted(since));
    }
    errors.readSnapshot(in);
    reference.readSnapshot(in);
    if (version >= 2) {
      sides.readSnapshot(in);
    }
  }

  /** Takes over what versions wrote that had nothing but the reference. */
  void readReference(DataInput in) throws IOException {
    reference.readSnapshot(in);
  }
}
