// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** A device failed while it computed: nothing was learned, the call may be made elsewhere. */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With what went wrong, in words.
   *
   * @param message what went wrong, in words
   */
  public BackendException(String message) {
    super(message);
  }

  /**
   * With what went wrong, in words, and its cause.
   *
   * @param message what went wrong, in words
   * @param cause as the device's library reported it
   */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
