// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PartFailure.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts that a mixture has only where settings ask for them. A snapshot names each, so that a
 * mixture may be saved with some and go on with others: a part that is new begins with nothing, one
 * that is no longer wanted is left behind. They do not follow from the lessons of a young mixture,
 * which saves them beside its lessons.
 *
 * <p>Each part guards itself as those of {@link MixtureParts} do: it begins afresh where it fails,
 * and where it cannot be read.
 */
final class FurtherParts {
  /** All that there may be, in the order in which they are saved. */
  private static final List<Kind<?>> KINDS =
      List.of(PredictionSets.KIND, AccuracyEstimate.KIND, InputWatch.KIND);

  /**
   * A kind of part, of which a mixture has at most one.
   *
   * @param name in snapshots
   * @param part in reports of failures
   * @param maker makes one that has learned nothing
   */
  record Kind<T extends FurtherPart>(String name, Part part, Maker<T> maker) {}

  /** Makes parts that have learned nothing, all alike. */
  interface Maker<T> {
    /** Null where the configuration does not ask for the part. */
    @Nullable T make(MixtureConfig config, StreamSchema schema);
  }

  private record Kept<T extends FurtherPart>(Kind<T> kind, Guarded<T> part) {
    static <T extends FurtherPart> @Nullable Kept<T> of(
        Kind<T> kind, MixtureConfig config, StreamSchema schema, FailureGuard guard) {
      T made = kind.maker.make(config, schema);
      if (made == null) {
        return null;
      }
      return new Kept<>(
          kind,
          new Guarded<>(
              kind.part,
              guard,
              () -> Objects.requireNonNull(kind.maker.make(config, schema)),
              FurtherPart::writeSnapshot,
              made));
    }

    void read(PartReader reader, DataInput in) throws IOException {
      part.restore(reader, FurtherPart::readSnapshot, in);
    }
  }

  private final List<Kind<?>> kinds;
  private final List<Kept<?>> parts = new ArrayList<>();

  /**
   * Parts that have learned nothing.
   *
   * @param config says which there are
   */
  FurtherParts(MixtureConfig config, StreamSchema schema, FailureGuard guard) {
    this(KINDS, config, schema, guard);
  }

  /**
   * @param kinds all that there may be
   */
  FurtherParts(List<Kind<?>> kinds, MixtureConfig config, StreamSchema schema, FailureGuard guard) {
    this.kinds = kinds;
    for (Kind<?> kind : kinds) {
      Kept<?> kept = Kept.of(kind, config, schema, guard);
      if (kept != null) {
        parts.add(kept);
      }
    }
  }

  /** Whether there is anything to save. */
  boolean any() {
    return !parts.isEmpty();
  }

  /** The part of a kind; null where the configuration does not ask for it. */
  @SuppressWarnings("unchecked") // a kind keeps parts of its own type
  <T extends FurtherPart> @Nullable Guarded<T> find(Kind<T> kind) {
    for (Kept<?> kept : parts) {
      if (kept.kind == kind) {
        return (Guarded<T>) kept.part;
      }
    }
    return null;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    out.writeInt(parts.size());
    for (Kept<?> kept : parts) {
      out.writeUTF(kept.kind.name);
      kept.part.writeSnapshot(out);
    }
  }

  /**
   * Reads what {@link #writeSnapshot} wrote, for parts that have learned nothing.
   *
   * @param reader decides what a part that cannot be read costs
   * @throws IOException when the bytes name a part that this build does not know, or one twice, or
   *     end; or when a part cannot be read and may not begin afresh
   */
  void readSnapshot(PartReader reader, DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      throw new IOException("snapshot holds %s further parts".formatted(count));
    }
    Set<String> read = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      if (!read.add(name)) {
        throw new IOException("snapshot holds part '%s' twice".formatted(name));
      }
      if (kinds.stream().noneMatch(kind -> kind.name.equals(name))) {
        throw new IOException(
            "snapshot holds a part '%s', which this build does not know".formatted(name));
      }
      Kept<?> wanted = named(name);
      if (wanted == null) {
        SnapshotArrays.readBytes(in);
      } else {
        wanted.read(reader, in);
      }
    }
  }

  private @Nullable Kept<?> named(String name) {
    for (Kept<?> kept : parts) {
      if (kept.kind.name.equals(name)) {
        return kept;
      }
    }
    return null;
  }

  /** Takes over what others know, which may still be written by another thread. */
  void takeOver(FurtherParts others) throws IOException {
    if (!others.any()) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    others.writeSnapshot(new DataOutputStream(bytes));
    readSnapshot(
        new PartReader(new FailureGuard(), true, false),
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  /** How many bytes {@link #writeSnapshot} takes. */
  long savedBytes() throws IOException {
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    writeSnapshot(counter);
    return counter.size();
  }
}
