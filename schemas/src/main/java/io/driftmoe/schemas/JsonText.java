// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts and bytes as JSON holds them, and the room that they take there. */
public final class JsonText {
  /** Most bytes that a character may take: as an escape with four digits. */
  public static final int MOST_BYTES_A_CHARACTER = 6;

  private static final int QUOTES = 2;

  private JsonText() {}

  /**
   * {@return the bytes of this text in JSON, without the quotes around it}
   *
   * @param text well-formed
   */
  public static int bytes(CharSequence text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      bytes += bytes(text.charAt(i));
    }
    return bytes;
  }

  /** Of a surrogate half the bytes of its character. */
  private static int bytes(char character) {
    if (character < ' ') {
      return switch (character) {
        case '\b', '\t', '\n', '\f', '\r' -> 2;
        default -> MOST_BYTES_A_CHARACTER;
      };
    }
    if (character == '"' || character == '\\') {
      return 2;
    }
    if (character < 0x80) {
      return 1;
    }
    return character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
  }

  /**
   * {@return the bytes as text, or null when they are no UTF-8}
   *
   * @param bytes anything; not modified
   */
  static @Nullable String of(byte[] bytes) {
    CharBuffer text = CharBuffer.allocate(bytes.length);
    CharsetDecoder utf8 = decoder();
    CoderResult end = utf8.decode(ByteBuffer.wrap(bytes), text, true);
    return end.isUnderflow() ? text.flip().toString() : null;
  }

  /**
   * How many of these bytes a text of JSON takes, from the first one: as they are where they are
   * UTF-8, and never part of a character then, else as Base64.
   *
   * @param bytes anything; not modified
   * @param room bytes that the text may have in JSON, its quotes included, at least 2
   * @return from 0 to their number
   */
  public static int beginning(byte[] bytes, int room) {
    int left = room - QUOTES;
    int encoded = Math.min(bytes.length, left / 4 * 3);
    if (!isText(bytes, encoded)) {
      return encoded;
    }
    CharBuffer text = CharBuffer.allocate(Math.min(bytes.length, left));
    ByteBuffer from = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, left));
    decoder().decode(from, text, false);
    text.flip();
    int taken = 0;
    int used = 0;
    while (taken < text.length()) {
      int next = Character.charCount(Character.codePointAt(text, taken));
      int more = bytes(text.subSequence(taken, taken + next));
      if (used + more > left) {
        break;
      }
      used += more;
      taken += next;
    }
    return text.subSequence(0, taken).toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whether the first bytes may be those of a text, which goes on behind them. */
  private static boolean isText(byte[] bytes, int length) {
    CharBuffer text = CharBuffer.allocate(length);
    boolean whole = length == bytes.length;
    return decoder().decode(ByteBuffer.wrap(bytes, 0, length), text, whole).isUnderflow();
  }

  private static CharsetDecoder decoder() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }
}
