// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * What every snapshot section starts with: a tag that says whose bytes follow and the version of
 * their layout. A reader reads every version up to its own and rejects newer ones.
 *
 * <p>A section does not repeat the configuration and the schema it was written under: the mixture
 * holds both once, at its head, and compares them when it is restored. Whoever restores a part
 * alone must give it the configuration and the schema it was written under.
 */
public final class SnapshotHeader {
  private SnapshotHeader() {}

  /**
   * Writes the header.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param tag four ASCII characters
   * @param version from 1
   * @throws IOException when the output fails
   */
  public static void write(DataOutput out, String tag, int version) throws IOException {
    out.writeInt(code(tag));
    out.writeShort(version);
  }

  /**
   * Reads the header and checks it.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param tag four ASCII characters, those that were written
   * @param newest the newest version the caller can read
   * @return the version found, from 1 to newest
   * @throws IOException when other bytes are found or the version is unknown
   */
  public static int read(DataInput in, String tag, int newest) throws IOException {
    int found = in.readInt();
    if (found != code(tag)) {
      throw new IOException(
          String.format(Locale.ROOT, "not a snapshot of '%s': found tag 0x%08x", tag, found));
    }
    int version = in.readUnsignedShort();
    if (version < 1 || version > newest) {
      throw new IOException(
          "snapshot of '%s' has version %s, this build reads 1 to %s"
              .formatted(tag, version, newest));
    }
    return version;
  }

  /**
   * Tells whose bytes these are, and reads nothing.
   *
   * @param bytes that begin with a header; or none at all
   * @param tag four ASCII characters
   * @return whether they were written with this tag
   */
  public static boolean begins(byte[] bytes, String tag) {
    return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == code(tag);
  }

  /**
   * Reads the header of an expert. In version 1, of every expert, it went on with the configuration
   * in words, two sizes and a hash of the schema, which are skipped.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param tag four ASCII characters, those that were written
   * @param newest the newest version the caller can read
   * @return the version found, from 1 to newest
   * @throws IOException when other bytes are found, the version is unknown or the input ends
   */
  public static int readExpert(DataInput in, String tag, int newest) throws IOException {
    int version = read(in, tag, newest);
    if (version == 1) {
      SnapshotText.skipShort(in);
      in.readInt();
      in.readInt();
      in.readLong();
    }
    return version;
  }

  private static int code(String tag) {
    if (tag.length() != 4) {
      throw new IllegalArgumentException("tag must have four characters, got '" + tag + "'");
    }
    return tag.charAt(0) << 24 | tag.charAt(1) << 16 | tag.charAt(2) << 8 | tag.charAt(3);
  }
}
