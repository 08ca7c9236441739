// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Arrays in a snapshot: their length as an int, then the elements, big-endian. */
public final class SnapshotArrays {
  /** Longest array a reader allocates on the word of the bytes alone. */
  private static final int MAX_UNCHECKED_LENGTH = 1 << 22;

  private static final int CHUNK_BYTES = 1 << 13;

  private SnapshotArrays() {}

  /**
   * Writes the length and the elements.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param values of any length, 0 included
   * @throws IOException when the output fails
   */
  public static void writeInts(DataOutput out, int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  /**
   * Reads an array of any plausible length.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return a new array of the length that was written
   * @throws IOException when the input ends too early, or holds something else
   */
  public static int[] readInts(DataInput in) throws IOException {
    int[] values = new int[readLength(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  /**
   * Writes the length and the elements.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param values of any length, 0 included
   * @throws IOException when the output fails
   */
  public static void writeLongs(DataOutput out, long[] values) throws IOException {
    out.writeInt(values.length);
    for (long value : values) {
      out.writeLong(value);
    }
  }

  /**
   * Fills the target; fails when the length found is not its length.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param target of the length that was written
   * @throws IOException when the input ends too early, or holds something else
   */
  public static void readLongs(DataInput in, long[] target) throws IOException {
    expectLength(in, target.length);
    for (int i = 0; i < target.length; i++) {
      target[i] = in.readLong();
    }
  }

  /**
   * Writes the length and the elements.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param values of any length, 0 included
   * @throws IOException when the output fails
   */
  public static void writeDoubles(DataOutput out, double[] values) throws IOException {
    out.writeInt(values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  /**
   * Reads an array of any plausible length.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return a new array of the length that was written
   * @throws IOException when the input ends too early, or holds something else
   */
  public static double[] readDoubles(DataInput in) throws IOException {
    double[] values = new double[readLength(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  /**
   * Fills the target; fails when the length found is not its length.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param target of the length that was written
   * @throws IOException when the input ends too early, or holds something else
   */
  public static void readDoubles(DataInput in, double[] target) throws IOException {
    expectLength(in, target.length);
    for (int i = 0; i < target.length; i++) {
      target[i] = in.readDouble();
    }
  }

  /**
   * Fills the target with values of a range, for a reader that must not go on with others.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param target of the length that was written
   * @param least lowest value allowed
   * @param most highest value allowed
   * @param field named when a value is NaN or out of range, or the length is not the target's
   * @throws IOException when the input ends too early, or holds something else
   */
  public static void readDoubles(
      DataInput in, double[] target, double least, double most, String field) throws IOException {
    int length = in.readInt();
    if (length != target.length) {
      throw new IOException(
          "snapshot holds %s %s, expected %s".formatted(length, field, target.length));
    }
    for (int i = 0; i < length; i++) {
      target[i] = readDouble(in, least, most, field);
    }
  }

  /**
   * Reads one value of a range.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param least lowest value allowed
   * @param most highest value allowed
   * @param field named when the value is NaN or out of range
   * @return a value from least to most
   * @throws IOException when the input ends too early, or holds something else
   */
  public static double readDouble(DataInput in, double least, double most, String field)
      throws IOException {
    double value = in.readDouble();
    if (!(value >= least && value <= most)) {
      throw new IOException(
          "snapshot holds %s of %s, expected %s to %s".formatted(field, value, least, most));
    }
    return value;
  }

  /**
   * Reads a number of things seen.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param field named when the number is negative
   * @return the number, at least 0
   * @throws IOException when the input ends too early, or holds something else
   */
  public static long readCount(DataInput in, String field) throws IOException {
    long value = in.readLong();
    if (value < 0) {
      throw new IOException("snapshot holds %s of %s, expected 0 or more".formatted(field, value));
    }
    return value;
  }

  // A gate has 1e5 floats and a checkpoint happens between two events: whole chunks, not elements.

  /**
   * Writes the length and the elements.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param values of any length, 0 included
   * @throws IOException when the output fails
   */
  public static void writeFloats(DataOutput out, float[] values) throws IOException {
    out.writeInt(values.length);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (int from = 0; from < values.length; from += CHUNK_BYTES / Float.BYTES) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - from);
      chunk.clear().asFloatBuffer().put(values, from, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }

  /**
   * Fills the target; fails when the length found is not its length.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param target of the length that was written
   * @throws IOException when the input ends too early, or holds something else
   */
  public static void readFloats(DataInput in, float[] target) throws IOException {
    expectLength(in, target.length);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (int from = 0; from < target.length; from += CHUNK_BYTES / Float.BYTES) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, target.length - from);
      in.readFully(chunk.array(), 0, count * Float.BYTES);
      chunk.clear().asFloatBuffer().get(target, from, count);
    }
  }

  /**
   * Reads bytes after their number, an int. A number that is too large ends with the input, not
   * with the memory.
   *
   * @param in stands at the number and is left behind the last byte; it is not closed
   * @return a new array
   * @throws IOException when the number is negative, or the input ends too early
   */
  public static byte[] readBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("snapshot names a length of %s bytes".formatted(length));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.min(length, CHUNK_BYTES));
    byte[] chunk = new byte[Math.min(length, CHUNK_BYTES)];
    for (int left = length; left > 0; left -= chunk.length) {
      int part = Math.min(left, chunk.length);
      try {
        in.readFully(chunk, 0, part);
      } catch (EOFException e) {
        throw (IOException)
            new EOFException("snapshot ends within %s bytes that it names".formatted(length))
                .initCause(e);
      }
      bytes.write(chunk, 0, part);
    }
    return bytes.toByteArray();
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
          "snapshot holds an array of length %s, expected %s".formatted(length, expected));
    }
  }
}
