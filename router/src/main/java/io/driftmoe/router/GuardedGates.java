// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.gates.Gate;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.GateShape;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes {@linkplain GuardedGate guarded} gates; each has a part of a snapshot. */
final class GuardedGates implements GateFactory {
  /** What the seeds of fresh gates are drawn with, from that of the first. */
  private static final long FRESH_SEED = 1;

  private final GateFactory kind;
  private final int position;
  private final long freshSeed;
  private final FailureGuard guard;

  /** Null where no gate is read. */
  private final @Nullable PartReader reader;

  private GuardedGates(
      GateFactory kind,
      int position,
      long freshSeed,
      FailureGuard guard,
      @Nullable PartReader reader) {
    this.kind = kind;
    this.position = position;
    this.freshSeed = freshSeed;
    this.guard = guard;
    this.reader = reader;
  }

  /**
   * A guard around each of these.
   *
   * @param seed of all gates of the mixture
   * @param reader reads the gates; null where they are made
   */
  static List<GateFactory> of(
      List<GateFactory> kinds, long seed, FailureGuard guard, @Nullable PartReader reader) {
    List<GateFactory> guarded = new ArrayList<>(kinds.size());
    for (int g = 0; g < kinds.size(); g++) {
      long freshSeed = SplitMix64.derive(SplitMix64.derive(seed, FRESH_SEED), g);
      guarded.add(new GuardedGates(kinds.get(g), g, freshSeed, guard, reader));
    }
    return guarded;
  }

  @Override
  public Gate create(GateShape shape, long seed) {
    return new GuardedGate(this, shape, kind.create(shape, seed));
  }

  @Override
  public Gate restore(GateShape shape, DataInput in) throws IOException {
    PartReader parts = Objects.requireNonNull(reader, "gates that are made");
    Gate gate =
        parts.read(in, Part.GATE, position, from -> kind.restore(shape, from), () -> fresh(shape));
    return new GuardedGate(this, shape, gate);
  }

  /** In the place of one that failed: the same gate each time, since it has learned nothing. */
  Gate fresh(GateShape shape) {
    return kind.create(shape, freshSeed);
  }

  int position() {
    return position;
  }

  FailureGuard guard() {
    return guard;
  }
}
