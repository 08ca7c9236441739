// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Arrays in a snapshot: their length as an int, then the elements, big-endian. */
public final class SnapshotArrays {
  /** Longest array a reader allocates on the word of the bytes alone. */
  private static final int MAX_UNCHECKED_LENGTH = 1 << 22;

  private static final int CHUNK_BYTES = 1 << 13;

  private SnapshotArrays() {}

  /** Writes the length and the elements. */
  public static void writeInts(DataOutput out, int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  /** Reads an array of any plausible length. */
  public static int[] readInts(DataInput in) throws IOException {
    int[] values = new int[readLength(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  /** Writes the length and the elements. */
  public static void writeLongs(DataOutput out, long[] values) throws IOException {
    out.writeInt(values.length);
    for (long value : values) {
      out.writeLong(value);
    }
  }

  /** Fills the target; fails when the length found is not its length. */
  public static void readLongs(DataInput in, long[] target) throws IOException {
    expectLength(in, target.length);
    for (int i = 0; i < target.length; i++) {
      target[i] = in.readLong();
    }
  }

  /** Writes the length and the elements. */
  public static void writeDoubles(DataOutput out, double[] values) throws IOException {
    out.writeInt(values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  /** Reads an array of any plausible length. */
  public static double[] readDoubles(DataInput in) throws IOException {
    double[] values = new double[readLength(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  // A gate has 1e5 floats and a checkpoint happens between two events: whole chunks, not elements.

  /** Writes the length and the elements. */
  public static void writeFloats(DataOutput out, float[] values) throws IOException {
    out.writeInt(values.length);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (int from = 0; from < values.length; from += CHUNK_BYTES / Float.BYTES) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - from);
      chunk.clear().asFloatBuffer().put(values, from, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }

  /** Fills the target; fails when the length found is not its length. */
  public static void readFloats(DataInput in, float[] target) throws IOException {
    expectLength(in, target.length);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (int from = 0; from < target.length; from += CHUNK_BYTES / Float.BYTES) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, target.length - from);
      in.readFully(chunk.array(), 0, count * Float.BYTES);
      chunk.clear().asFloatBuffer().get(target, from, count);
    }
  }

  private static int readLength(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_UNCHECKED_LENGTH) {
      throw new IOException("snapshot names an array of length " + length);
    }
    return length;
  }

  private static void expectLength(DataInput in, int expected) throws IOException {
    int length = in.readInt();
    if (length != expected) {
      throw new IOException(
          "snapshot holds an array of length %d, expected %d".formatted(length, expected));
    }
  }
}
