// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text of any length in a state: its length in bytes as an int, then well-formed UTF-8. */
final class StateText {
  /** Longest text, in bytes, whose memory a reader allocates on the word of the length alone. */
  private static final int MAX_UNCHECKED_LENGTH = 1 << 16;

  private StateText() {}

  /**
   * Writes a text.
   *
   * @throws IOException when the output fails, or the text holds half of a surrogate pair
   */
  static void write(DataOutput out, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    out.writeInt(bytes.remaining());
    out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when the bytes are truncated or not UTF-8
   */
  static String read(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("state names a text of " + length + " bytes");
    }
    byte[] bytes = new byte[Math.min(length, MAX_UNCHECKED_LENGTH)];
    in.readFully(bytes);
    while (bytes.length < length) {
      int read = bytes.length;
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
      in.readFully(bytes, read, bytes.length - read);
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
