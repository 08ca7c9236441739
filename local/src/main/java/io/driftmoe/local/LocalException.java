// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import org.jspecify.annotations.Nullable;

/** Broker, cluster, job, sender or reader failed; the message is all that a user needs to read. */
public final class LocalException extends Exception {
  private static final long serialVersionUID = 1L;

  LocalException(@Nullable String message) {
    super(message);
  }

  LocalException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What went wrong: such an exception says it itself, of others the innermost cause says most. */
  public static String explain(Throwable fault) {
    Throwable cause = fault;
    while (!(cause instanceof LocalException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof LocalException) {
      return String.valueOf(cause.getMessage());
    }
    if (cause instanceof InterruptedException) {
      return "interrupted";
    }
    String name = cause.getClass().getSimpleName();
    return cause.getMessage() == null ? name : name + ": " + cause.getMessage();
  }
}
