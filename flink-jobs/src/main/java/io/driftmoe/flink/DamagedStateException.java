// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A state is not what was written; the message says in words what is wrong with it. */
final class DamagedStateException extends IOException implements UserMessage {
  private static final long serialVersionUID = 1L;

  DamagedStateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
