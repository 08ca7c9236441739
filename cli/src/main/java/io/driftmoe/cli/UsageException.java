// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.UserMessage;
import org.jspecify.annotations.Nullable;

/** The command was called wrongly; the message names the option and what it allows. */
final class UsageException extends RuntimeException implements UserMessage {
  private static final long serialVersionUID = 1L;

  UsageException(@Nullable String message) {
    super(message);
  }

  UsageException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
