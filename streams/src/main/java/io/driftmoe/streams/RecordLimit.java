// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Ends reading when one record goes on for too long, as it does behind a quote that is not closed:
 * a parser would collect the rest of the file in one field, or in fields without number.
 */
final class RecordLimit extends FilterReader {
  /** Characters of a record; a reader may take a buffer more. */
  static final int MOST = 4_000_000;

  /** Fields of a record. */
  static final int MOST_FIELDS = 100_000;

  // Readers that fill their buffers take fields of further records, too.
  private static final int MOST_SEPARATORS = MOST_FIELDS + 20_000;
  private static final int NONE = -1;

  private final int separator;
  private int left = MOST;
  private int separators = MOST_SEPARATORS;

  /** For records whose fields are counted elsewhere. */
  RecordLimit(Reader in) {
    super(in);
    this.separator = NONE;
  }

  /**
   * @param separator between fields
   */
  RecordLimit(Reader in, char separator) {
    super(in);
    this.separator = separator;
  }

  /** A record begins. */
  void restart() {
    left = MOST;
    separators = MOST_SEPARATORS;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    separators -= read == separator ? 1 : 0;
    spend(1);
    return read;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    for (int i = offset; separator != NONE && i < offset + read; i++) {
      separators -= buffer[i] == separator ? 1 : 0;
    }
    spend(Math.max(0, read));
    return read;
  }

  private void spend(int characters) throws IOException {
    left -= characters;
    if (left < 0) {
      throw new Exceeded("a row has more than %s characters".formatted(MOST));
    }
    if (separators < 0) {
      throw new Exceeded("a row has more than %s fields".formatted(MOST_FIELDS));
    }
  }

  /** The record is too long. */
  static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded(String message) {
      super(message);
    }
  }
}
