// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Reads the snapshot of one detector and names the field that is wrong. A snapshot begins with the
 * detector's tag, the version of its layout, and the factory with its thresholds as text.
 */
final class DetectorSnapshot {
  private final DataInput in;
  private final String detector;

  private DetectorSnapshot(DataInput in, String detector) {
    this.in = in;
    this.detector = detector;
  }

  static void writeHeader(DataOutput out, int tag, int version, DetectorFactory factory)
      throws IOException {
    out.writeInt(tag);
    out.writeShort(version);
    out.writeUTF(factory.toString());
  }

  /** Checks the header. */
  static DetectorSnapshot open(
      DataInput in, String detector, int tag, int version, DetectorFactory factory)
      throws IOException {
    int foundTag = in.readInt();
    if (foundTag != tag) {
      throw new IOException("not a snapshot of %s: found tag 0x%08x".formatted(detector, foundTag));
    }
    int foundVersion = in.readUnsignedShort();
    if (foundVersion != version) {
      throw new IOException(
          "snapshot of %s has version %d, this build reads %d"
              .formatted(detector, foundVersion, version));
    }
    String writer = in.readUTF();
    if (!writer.equals(factory.toString())) {
      throw new IOException(
          "snapshot of %s was written by %s, this one is %s".formatted(detector, writer, factory));
    }
    return new DetectorSnapshot(in, detector);
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
