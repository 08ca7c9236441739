// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text in a snapshot: the number of its bytes as an int, then the bytes, in well-formed UTF-8. What
 * cannot be written so, an unpaired surrogate, is refused, and so are bytes that are no UTF-8.
 */
public final class SnapshotText {
  private SnapshotText() {}

  /**
   * {@return whether the text can be written: it holds no unpaired surrogate}
   *
   * @param text of any length
   */
  public static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * Writes the text.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param text of any length, 0 included
   * @throws IOException when it holds an unpaired surrogate, or the output fails
   */
  public static void write(DataOutput out, String text) throws IOException {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IOException("text holds an unpaired surrogate and cannot be written", e);
    }
    out.writeInt(bytes.remaining());
    out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
  }

  /**
   * Reads what {@link #write} wrote. A length that is too large ends with the input, not with the
   * memory.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the text, which may be empty
   * @throws IOException when the bytes are truncated or no UTF-8
   */
  public static String read(DataInput in) throws IOException {
    byte[] bytes = SnapshotArrays.readBytes(in);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("snapshot holds a text that is no UTF-8", e);
    }
  }

  /**
   * Skips a text as old layouts have it: two bytes with the number of bytes, then these.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the input ends before
   */
  public static void skipShort(DataInput in) throws IOException {
    in.readFully(new byte[in.readUnsignedShort()]);
  }
}
