// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/**
 * A {@link StepQueue} takes no more steps, or the thread was interrupted while it waited for one.
 * It is no fault of the network whose step it was.
 */
public final class StepQueueException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * With what went wrong, in words.
   *
   * @param message what went wrong, in words
   * @param cause null where there is none
   */
  public StepQueueException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
