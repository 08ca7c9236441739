// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A part of which a mixture has one, and which begins afresh when it throws.
 *
 * @param <T> the part
 */
final class Guarded<T> {
  private final Part part;
  private final FailureGuard guard;
  private final Supplier<T> maker;
  private final Snapshot<T> snapshot;
  private final SavedPart saved;
  private T value;

  /** Takes over what {@link Snapshot} wrote, half of it where it throws. */
  interface Restoring<T> {
    void restore(T part, DataInput in) throws IOException;
  }

  /** Writes a part. */
  interface Snapshot<T> {
    void write(T part, DataOutput out) throws IOException;
  }

  /**
   * @param maker gives parts that have learned nothing, all alike
   * @param value the part now
   */
  Guarded(Part part, FailureGuard guard, Supplier<T> maker, Snapshot<T> snapshot, T value) {
    this.part = part;
    this.guard = guard;
    this.maker = maker;
    this.snapshot = snapshot;
    this.saved = new SavedPart(guard, part, 0);
    this.value = value;
  }

  /** The part, to be read only. */
  T get() {
    return value;
  }

  /** Puts a fresh one in its place, though it has not failed. */
  void replace() {
    value = maker.get();
  }

  /**
   * Calls the part.
   *
   * @param doing as in {@link PartFailure}
   * @param otherwise the result where it fails
   */
  <R> R call(String doing, Function<T, R> function, R otherwise) {
    replaceUnsaved();
    try {
      return function.apply(value);
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh(doing, failure);
      return otherwise;
    }
  }

  /**
   * Calls the part where a fresh one has nothing to make up for.
   *
   * @param doing as in {@link PartFailure}
   */
  void run(String doing, Consumer<T> task) {
    replaceUnsaved();
    try {
      task.accept(value);
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh(doing, failure);
    }
  }

  /**
   * The part, for a call on the way of each event, for which no object should be made: where it
   * fails, {@link #beginAfresh} comes next.
   */
  T ready() {
    replaceUnsaved();
    return value;
  }

  /** Puts a fresh one in the place of the part that has failed. */
  void beginAfresh(String doing, Throwable failure) {
    guard.check(failure);
    value = maker.get();
    guard.failed(part, 0, doing, failure);
  }

  private void replaceUnsaved() {
    if (saved.isUnsaved()) {
      saved.replaceUnsaved(() -> value = maker.get());
    }
  }

  /** Reads the part, which has learned nothing yet. */
  void restore(PartReader reader, Restoring<T> restoring, DataInput in) throws IOException {
    PartReader.Reader<T> into =
        from -> {
          restoring.restore(value, from);
          return value;
        };
    value = reader.read(in, part, 0, into, maker);
  }

  void writeSnapshot(DataOutput out) throws IOException {
    saved.write(out, to -> snapshot.write(value, to), to -> snapshot.write(maker.get(), to));
  }
}
