// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/** A back end that was asked for is not to be had here; the message says why. */
public final class BackendUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * With the reason, in words.
   *
   * @param message the reason, in words; null when the library gave none
   */
  public BackendUnavailableException(@Nullable String message) {
    super(message);
  }

  /**
   * With the reason, in words, and its cause.
   *
   * @param message the reason, in words; null when the library gave none
   * @param cause as the library reported it
   */
  public BackendUnavailableException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
