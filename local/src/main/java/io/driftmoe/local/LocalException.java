// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.UserMessage;
import org.jspecify.annotations.Nullable;

/** Broker, cluster, job, sender or reader failed; the message is all that a user needs to read. */
public class LocalException extends Exception implements UserMessage {
  private static final long serialVersionUID = 1L;

  LocalException(@Nullable String message) {
    super(message);
  }

  LocalException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
