// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

/** No broker answers, or it is not ready; it may be at another time. */
public final class BrokerAwayException extends LocalException {
  private static final long serialVersionUID = 1L;

  BrokerAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
