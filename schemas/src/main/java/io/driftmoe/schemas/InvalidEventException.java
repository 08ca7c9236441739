// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

/** A well-formed event whose content does not fit the stream's schema; the message says why. */
public final class InvalidEventException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidEventException(String reason) {
    super(reason);
  }
}
