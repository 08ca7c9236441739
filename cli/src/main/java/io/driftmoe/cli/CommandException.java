// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.UserMessage;
import org.jspecify.annotations.Nullable;

/** The command was called rightly and failed; the message is all that a user needs to read. */
final class CommandException extends Exception implements UserMessage {
  private static final long serialVersionUID = 1L;

  CommandException(@Nullable String message) {
    super(message);
  }

  CommandException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
