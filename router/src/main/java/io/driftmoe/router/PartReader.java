// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.router.PartFailure.Part;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Reads the parts of a mixture as {@link SavedPart} writes them. Each has its length before it, so
 * that one which cannot be read need not keep the others from going on: a fresh one takes its
 * place.
 */
final class PartReader {
  private final FailureGuard guard;
  private final boolean framed;
  private final boolean contains;

  /** Reads something with a state. */
  interface Reader<T> {
    T readFrom(DataInput in) throws IOException;
  }

  /**
   * @param guard gets to know of the parts that could not be read
   * @param framed whether the parts have their lengths before them, which older layouts lack
   * @param contains whether a part that cannot be read begins afresh; if not, or where lengths are
   *     missing, it is refused with all the others
   */
  PartReader(FailureGuard guard, boolean framed, boolean contains) {
    this.guard = guard;
    this.framed = framed;
    this.contains = contains;
  }

  /**
   * Reads one part.
   *
   * @param position as in {@link PartFailure}
   * @param fresh makes the one that takes its place
   * @throws IOException when the input ends before the part does; or when the part cannot be read
   *     and may not begin afresh
   */
  <T> T read(DataInput in, Part part, int position, Reader<T> reader, Supplier<T> fresh)
      throws IOException {
    if (!framed) {
      return reader.readFrom(in);
    }
    byte[] bytes = SnapshotArrays.readBytes(in);
    try {
      return whole(bytes, reader);
    } catch (Throwable failure) { // errors too, see Containment
      if (!contains || !Containment.contains(failure)) {
        throw failure;
      }
      guard.unread(new PartFailure(part, position, "to be restored", failure));
      return fresh.get();
    }
  }

  private static <T> T whole(byte[] bytes, Reader<T> reader) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    T part = reader.readFrom(new DataInputStream(in));
    if (in.available() > 0) {
      throw new IOException("%s bytes follow the end of the part".formatted(in.available()));
    }
    return part;
  }
}
