// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.avro.DeadLetterKind;
import org.jspecify.annotations.Nullable;

/** A record of an input topic that becomes a dead letter; the message is its reason. */
final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DeadLetterKind kind;
  private final boolean early;

  private RejectedException(
      DeadLetterKind kind, String reason, @Nullable Throwable cause, boolean early) {
    super(reason, cause);
    this.kind = kind;
    this.early = early;
  }

  /** Bytes that are no record of the format. */
  static RejectedException undecodable(String reason) {
    return new RejectedException(DeadLetterKind.UNDECODABLE, reason, null, false);
  }

  /** Likewise, because of what a library says. */
  static RejectedException undecodable(String reason, Throwable cause) {
    return new RejectedException(DeadLetterKind.UNDECODABLE, reason, cause, false);
  }

  /** Bytes by a schema that the registry does not know. */
  static RejectedException unknownSchema(String reason) {
    return new RejectedException(DeadLetterKind.UNDECODABLE, reason, null, true);
  }

  /** A record whose content does not fit the stream. */
  static RejectedException invalid(String reason) {
    return new RejectedException(DeadLetterKind.INVALID, reason, null, false);
  }

  /**
   * {@return whether it may only have come too early: what it needs may be there a moment later}
   */
  boolean isEarly() {
    return early;
  }

  /** {@return what the dead letter calls it} */
  DeadLetterKind kind() {
    return kind;
  }
}
