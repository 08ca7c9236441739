// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Opens a text file in UTF-8, unpacking gzip and skipping a byte order mark. */
final class TextFile {
  private static final int BUFFER = 1 << 16;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private TextFile() {}

  static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
        bytes = new GZIPInputStream(bytes, BUFFER);
      }
      // newDecoder() reports bytes that are no UTF-8; a charset given by name would replace them.
      BufferedReader text =
          new BufferedReader(
              new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), BUFFER);
      text.mark(1);
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
      return text;
    } catch (IOException e) {
      bytes.close();
      throw new IOException("%s: cannot be read: %s".formatted(file, reason(e)), e);
    }
  }

  /** What went wrong while reading, in words. */
  static String reason(IOException e) {
    if (e instanceof java.nio.charset.CharacterCodingException) {
      return "not UTF-8 text (" + e.getMessage() + ")";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
