// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

/** Bytes that are not a message of the expected kind; the message says why, in words. */
public final class WireFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  WireFormatException(String reason) {
    super(reason);
  }

  WireFormatException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
