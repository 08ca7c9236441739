// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/**
 * Reads the snapshot of one detector and names the field that is wrong. A snapshot begins with the
 * detector's tag and the version of its layout. The thresholds are not in it: they are those of the
 * factory that reads it.
 */
final class DetectorSnapshot {
  /** Of all detectors; in version 1 the thresholds followed it. */
  private static final int VERSION = 2;

  private final DataInput in;
  private final String detector;

  private DetectorSnapshot(DataInput in, String detector) {
    this.in = in;
    this.detector = detector;
  }

  static void writeHeader(DataOutput out, int tag) throws IOException {
    out.writeInt(tag);
    out.writeShort(VERSION);
  }

  /** Checks the header; skips the factory that version 1 repeated in words. */
  static DetectorSnapshot open(DataInput in, String detector, int tag) throws IOException {
    if (readVersion(in, detector, tag) == 1) {
      in.readFully(new byte[in.readUnsignedShort()]);
    }
    return new DetectorSnapshot(in, detector);
  }

  /** Checks the header and returns the version found. */
  static int readVersion(DataInput in, String detector, int tag) throws IOException {
    int foundTag = in.readInt();
    if (foundTag != tag) {
      throw new IOException(
          String.format(Locale.ROOT, "not a snapshot of %s: found tag 0x%08x", detector, foundTag));
    }
    int version = in.readUnsignedShort();
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "snapshot of %s has version %s, this build reads 1 to %s"
              .formatted(detector, version, VERSION));
    }
    return version;
  }

  /** A count, from least. */
  long count(String field, long least) throws IOException {
    long value = in.readLong();
    check(value >= least, field, value);
    return value;
  }

  /** A whole number from 0 to most. */
  int smallCount(String field, int most) throws IOException {
    int value = in.readInt();
    check(value >= 0 && value <= most, field, value);
    return value;
  }

  double finite(String field) throws IOException {
    double value = in.readDouble();
    check(Double.isFinite(value), field, value);
    return value;
  }

  /** A number in a closed range; its ends may be infinite. */
  double between(double least, double most, String field) throws IOException {
    double value = in.readDouble();
    check(value >= least && value <= most, field, value);
    return value;
  }

  boolean flag(String field) throws IOException {
    int value = in.readUnsignedByte();
    check(value <= 1, field, value);
    return value == 1;
  }

  DriftLevel level() throws IOException {
    int value = in.readUnsignedByte();
    check(value < DriftLevel.values().length, "level", value);
    return DriftLevel.values()[value];
  }

  long bits() throws IOException {
    return in.readLong();
  }

  void check(boolean valid, String field, Object value) throws IOException {
    if (!valid) {
      throw new IOException("snapshot of " + detector + " has " + field + " " + value);
    }
  }
}
