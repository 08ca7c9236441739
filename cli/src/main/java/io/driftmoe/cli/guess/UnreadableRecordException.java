// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

/** A record that is not written in the format. */
final class UnreadableRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
