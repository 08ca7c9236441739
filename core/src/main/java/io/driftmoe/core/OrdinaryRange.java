// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of one quantity that count as they are. A wild one counts as the nearest ordinary one
 * seen so far, so that a single row cannot hide all others from statistics of mean and variance.
 *
 * <p>Ordinary is what lies within the {@link Spread} of a chunk of 16 values; of the last two
 * chunks, the wider range holds. The strides between the values of a chunk grow from 1 to 16. The
 * first range is known from 8 different values on; those before were passed as they came, and
 * {@link #takeRestated} returns true when some of them turn out wild.
 *
 * <p>What comes again is believed: after 8 wild values in a row a new chunk is begun, and 32 wild
 * ones on one side among 1,024 values move the limit there. A chunk changes the scale at most by a
 * factor of 2 for each value apart from its center.
 *
 * <p>Scaling all values by a power of two scales every result by it, bit for bit. Not thread-safe.
 *
 * <pre>{@code
 * OrdinaryRange range = new OrdinaryRange();
 * for (double value : new double[] {1, 2, 3, 4, 5, 6, 7, 8}) {
 *   range.observe(value); // as it is
 * }
 * range.observe(1e6); // 8.0
 * }</pre>
 */
public final class OrdinaryRange {
  /**
   * Of more columns than these no ranges are kept: the preset adaptive has some 14 for each column,
   * of 300 bytes, which are 8 MiB of its 64.
   */
  public static final int MOST_COLUMNS = 2_048;

  private static final int CHUNK = 16;
  private static final int LONGEST_STRIDE = 16;
  private static final int WILD_IN_A_ROW = 8;

  // In a snapshot.
  private static final int FIRST = 1;
  private static final int KNOWN = 2;
  private static final int WILD = 4;

  private static final double[] NONE = {};
  private static final Spread UNKNOWN = new Spread(0, 0);
  private static final double UNBOUNDED = Double.POSITIVE_INFINITY;

  private long seen;

  /** Smallest and largest ordinary value seen; the other way round before the first. */
  private double least = UNBOUNDED;

  private double most = -UNBOUNDED;

  /** What would be ordinary. */
  private double low = -UNBOUNDED;

  private double high = UNBOUNDED;

  /** The spread of the latest chunk and of the one before. */
  private Spread spread = UNKNOWN;

  private Spread before = UNKNOWN;

  /** Null once they are more than a chunk, and where they are of no use. */
  private @Nullable FirstValues first = new FirstValues();

  private boolean restated;

  // The chunk that is gathered.
  private double[] chunk = NONE;
  private int filled;
  private int stride = 1;
  private int until = 1;

  // Wild values, by side; null where there were none.
  private @Nullable WildValues below;
  private @Nullable WildValues above;
  private long latestWild = -1;
  private int inARow;

  /**
   * Tells what a value counts as, without taking note of it.
   *
   * @param value any value
   * @return the value itself, also NaN, or the nearest ordinary value when it is wild
   */
  public double cut(double value) {
    if (value >= least && value <= most || value >= low && value <= high) {
      return value;
    }
    return value > most ? most : value < least ? least : value;
  }

  /**
   * {@return whether a value counts as it is}
   *
   * @param value any number
   */
  public boolean holds(double value) {
    return cut(value) == value;
  }

  /** {@return the scale of the latest chunk, in the unit of the values; 0 before it is known} */
  public double scale() {
    return spread.scale();
  }

  /**
   * Takes note of a value.
   *
   * @param value finite
   * @return what it counts as
   */
  public double observe(double value) {
    seen++;
    double counted = value;
    if (!(value >= least && value <= most)) {
      if (value >= low && value <= high) {
        include(value);
      } else {
        counted = value > most ? most : least;
        wild(value);
      }
    }
    if (--until == 0) {
      sample(value);
    }
    return counted;
  }

  private void include(double value) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }

  private void wild(double value) {
    inARow = latestWild == seen - 1 ? inARow + 1 : 1;
    latestWild = seen;
    if (inARow == WILD_IN_A_ROW && first == null) {
      filled = 0;
      stride = 1;
      until = 1;
    }
    if (side(value < low).add(seen, Math.abs(value - spread.center()))) {
      setLimits();
    }
  }

  private WildValues side(boolean low) {
    WildValues side = low ? below : above;
    if (side == null) {
      side = new WildValues();
      if (low) {
        below = side;
      } else {
        above = side;
      }
    }
    return side;
  }

  private void sample(double value) {
    if (first != null && first.isComplete()) {
      first = null;
    }
    if (first != null) {
      until = 1;
      if (first.add(value)) {
        lookAt(first);
      }
      return;
    }
    if (chunk.length == 0) {
      chunk = new double[CHUNK];
    }
    until = stride;
    chunk[filled++] = value;
    if (filled == CHUNK) {
      filled = 0;
      finishChunk();
      stride = Math.min(LONGEST_STRIDE, 2 * stride);
    }
  }

  private void lookAt(FirstValues values) {
    double lowBefore = low;
    double highBefore = high;
    spread = values.spread();
    before = spread;
    setLimits();
    least = UNBOUNDED;
    most = -UNBOUNDED;
    values.forEach(
        false,
        value -> {
          if (value >= low && value <= high) {
            include(value);
          } else if (value >= lowBefore && value <= highBefore) {
            restated = true;
          }
        });
  }

  private void finishChunk() {
    Spread found = Spread.of(chunk);
    boolean known = spread.scale() > 0;
    before = known ? spread : new Spread(found.center(), 0);
    double scale = found.scale();
    if (known) {
      int apart = 0;
      for (double value : chunk) {
        apart += value == found.center() ? 0 : 1;
      }
      double change = Math.scalb(1.0, apart);
      scale = Math.max(spread.scale() / change, Math.min(spread.scale() * change, scale));
    }
    spread = new Spread(found.center(), scale);
    if (scale > 0) {
      setLimits();
      least = Math.max(least, low);
      most = Math.min(most, high);
      if (least > most) {
        least = spread.center();
        most = spread.center();
      }
    }
  }

  private void setLimits() {
    double widest = Math.max(spread.scale(), before.scale());
    Spread one = new Spread(Math.min(spread.center(), before.center()), widest);
    Spread other = new Spread(Math.max(spread.center(), before.center()), widest);
    low = Math.min(one.low(), spread.center() - believed(below));
    high = Math.max(other.high(), spread.center() + believed(above));
  }

  private static double believed(@Nullable WildValues side) {
    return side == null ? 0 : side.believed();
  }

  /**
   * {@return whether values that {@link #observe} returned as they were count as others now; true
   * once} Only some of the first values can.
   */
  public boolean takeRestated() {
    boolean result = restated;
    restated = false;
    return result;
  }

  /**
   * Hands over all values seen so far as they count now; only when they were just restated.
   *
   * @param target receives each value, in no order
   */
  public void restate(DoubleConsumer target) {
    if (first != null) {
      first.forEach(true, value -> target.accept(cut(value)));
    }
  }

  /** Forgoes restating: what was learned from the values so far has another source. */
  public void continueOthers() {
    if (seen == 0) {
      first = null;
    }
  }

  /**
   * Writes everything as bytes, without a version of their own.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeTo(DataOutput out) throws IOException {
    FirstValues held = first == null || first.isComplete() ? null : first;
    boolean known = spread.scale() > 0;
    boolean wild = latestWild >= 0;
    out.writeByte((held != null ? FIRST : 0) | (known ? KNOWN : 0) | (wild ? WILD : 0));
    out.writeLong(seen);
    if (held != null) {
      held.writeTo(out);
    }
    SnapshotArrays.writeDoubles(out, Arrays.copyOf(chunk, filled));
    out.writeByte(stride);
    out.writeByte(until);
    if (known || held == null) {
      double[] numbers = {
        least, most, spread.center(), spread.scale(), before.center(), before.scale()
      };
      SnapshotArrays.writeDoubles(out, numbers);
    }
    if (wild) {
      out.writeLong(latestWild);
      out.writeInt(inARow);
      side(true).writeTo(out);
      side(false).writeTo(out);
    }
  }

  /**
   * Replaces the whole state of this fresh range by what {@link #writeTo} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated or cannot be a range
   */
  public void readFrom(DataInput in) throws IOException {
    int flags = in.readUnsignedByte();
    boolean known = (flags & KNOWN) != 0;
    seen = SnapshotArrays.readCount(in, "values seen");
    first = null;
    if ((flags & FIRST) != 0) {
      first = new FirstValues();
      first.readFrom(in);
      first.forEach(false, this::include);
    }
    double[] held = SnapshotArrays.readDoubles(in);
    if (held.length >= CHUNK) {
      throw new IOException("snapshot holds a chunk of %s values".formatted(held.length));
    }
    filled = held.length;
    chunk = filled == 0 ? NONE : Arrays.copyOf(held, CHUNK);
    stride = readStride(in);
    until = readStride(in);
    if (known || first == null) {
      double[] numbers = new double[6];
      SnapshotArrays.readDoubles(in, numbers, -UNBOUNDED, UNBOUNDED, "numbers of a range");
      if (numbers[3] < 0 || numbers[5] < 0) {
        throw new IOException("snapshot holds a negative scale");
      }
      least = numbers[0];
      most = numbers[1];
      spread = new Spread(numbers[2], numbers[3]);
      before = new Spread(numbers[4], numbers[5]);
    }
    if ((flags & WILD) != 0) {
      latestWild = SnapshotArrays.readCount(in, "values before a wild one");
      inARow = in.readInt();
      side(true).readFrom(in);
      side(false).readFrom(in);
    }
    if (known) {
      setLimits();
    }
  }

  private static int readStride(DataInput in) throws IOException {
    int value = in.readUnsignedByte();
    if (value < 1 || value > LONGEST_STRIDE) {
      throw new IOException(
          "snapshot holds a stride of %s, expected 1 to %s".formatted(value, LONGEST_STRIDE));
    }
    return value;
  }
}
