// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Ends reading when one record goes on for too long, as it does behind a quote that is not closed:
 * a parser would collect the rest of the file in one field.
 */
final class RecordLimit extends FilterReader {
  /** Characters of a record; a reader may take a buffer more. */
  static final int MOST = 4_000_000;

  private int left = MOST;

  RecordLimit(Reader in) {
    super(in);
  }

  /** A record begins. */
  void restart() {
    left = MOST;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    spend(1);
    return read;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    spend(Math.max(0, read));
    return read;
  }

  private void spend(int characters) throws IOException {
    left -= characters;
    if (left < 0) {
      throw new Exceeded();
    }
  }

  /** The record has more than {@link #MOST} characters. */
  static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("a row has more than %s characters".formatted(MOST));
    }
  }
}
