// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.router.PartFailure.Part;
import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes one part of a mixture. One that fails to be written is written as the fresh one that takes
 * its place at the next event, so that what was saved and what goes on are alike. Its length comes
 * before it, for {@link PartReader}. The writer of a snapshot may be another thread.
 */
final class SavedPart {
  private final FailureGuard guard;
  private final Part part;
  private final int position;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Something with a state. */
  interface Writer {
    void writeTo(DataOutput out) throws IOException;
  }

  /**
   * @param position as in {@link PartFailure}
   */
  SavedPart(FailureGuard guard, Part part, int position) {
    this.guard = guard;
    this.part = part;
    this.position = position;
  }

  /**
   * @param now writes the part
   * @param fresh writes the one that takes its place
   */
  void write(DataOutput out, Writer now, Writer fresh) throws IOException {
    byte[] bytes;
    try {
      bytes = bytes(now);
    } catch (Throwable thrown) { // errors too, see Containment; this output cannot fail
      guard.check(thrown);
      if (failure.compareAndSet(null, thrown)) { // once until it is replaced
        guard.unsaved(new PartFailure(part, position, "to be saved", thrown));
      }
      bytes = bytes(fresh);
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** Whether the part could not be written since it was last replaced. */
  boolean isUnsaved() {
    return failure.get() != null;
  }

  /**
   * Replaces the part where it could not be written since the last call, which is rare.
   *
   * @param replacement puts the fresh one in its place
   */
  void replaceUnsaved(Runnable replacement) {
    if (failure.get() != null) {
      Throwable thrown = failure.getAndSet(null);
      replacement.run();
      guard.replacedUnsaved(new PartFailure(part, position, "to be saved", thrown));
    }
  }
}
