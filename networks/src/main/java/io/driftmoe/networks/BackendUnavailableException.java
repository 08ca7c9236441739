// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/** A back end that was asked for is not to be had here; the message says why. */
public final class BackendUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the reason, in words. */
  public BackendUnavailableException(@Nullable String message) {
    super(message);
  }

  /** With the reason, in words, and its cause. */
  public BackendUnavailableException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
