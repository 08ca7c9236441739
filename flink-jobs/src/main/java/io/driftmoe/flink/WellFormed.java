// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Tells well-formed text from other: two malformed texts must not become one. */
final class WellFormed {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final int CHUNK = 4_096;

  private WellFormed() {}

  /** Whether all of it is well-formed UTF-8. */
  static boolean utf8(byte[] bytes, int length) {
    int ascii = ascii(bytes, length);
    return ascii == length || decodes(bytes, ascii, length);
  }

  /** How many ASCII characters it begins with, at least to the last whole word of eight. */
  private static int ascii(byte[] bytes, int length) {
    int at = 0;
    while (at + Long.BYTES <= length && ((long) WORDS.get(bytes, at) & HIGH_BITS) == 0) {
      at += Long.BYTES;
    }
    while (at < length && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private static boolean decodes(byte[] bytes, int from, int length) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, from, length - from);
    CharBuffer out = CharBuffer.allocate(Math.min(CHUNK, length - from));
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    return !result.isError();
  }

  /** Whether every surrogate has its other half. */
  static boolean utf16(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        if (Character.isLowSurrogate(text.charAt(at))
            || at + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(at + 1))) {
          return false;
        }
        at++;
      }
    }
    return true;
  }
}
