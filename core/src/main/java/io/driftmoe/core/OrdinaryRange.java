// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of one quantity that count as they are. A wild one counts as a value just beyond the
 * ordinary ones seen so far, so that a single row cannot hide all others from statistics of mean
 * and variance; how far beyond grows slowly with its distance, so that wild values that mean
 * something can still be told from ordinary ones, and from each other.
 *
 * <p>Ordinary is what lies within the {@link Spread} of a chunk of 16 values. Of the last two
 * chunks the wider range holds; what an older one had more shrinks by an eighth with each chunk, so
 * that a quantity which is different for some time can be so again. The strides between the values
 * of a chunk grow from 1 to 16. The first range is known from 8 different values on; those before
 * were passed as they came.
 *
 * <p>After 64 wild values in a row a new chunk is begun, so that a quantity that jumps is followed.
 * A chunk changes the scale at most by a factor of 2 for each value apart from its center. After
 * 512 values within the range of the last two chunks that range holds alone. Where it is less than
 * a quarter of what was ordinary before, because of another unit, a jump, or many wild values that
 * are over, {@link #takeRestated} returns true; so it does when some of the first values turn out
 * wild.
 *
 * <p>Scaling all values by a power of two scales every result by it, bit for bit. Not thread-safe.
 *
 * <pre>{@code
 * OrdinaryRange range = new OrdinaryRange();
 * for (double value : new double[] {1, 2, 3, 4, 5, 6, 7, 8}) {
 *   range.observe(value); // as it is
 * }
 * range.observe(1e6); // about 10.4
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

  /** A block of fewer wild values is taken for a fault, of more for a jump. */
  private static final int WILD_IN_A_ROW = 64;

  /** After so many values within the range of the last two chunks older ones are the past. */
  private static final int QUIET = 512;

  /** What an older range has more shrinks by this share with each chunk. */
  private static final double DECAY = 0.125;

  /** Statistics of the past are of no use when it was so many times wider. */
  private static final double MUCH_WIDER = 4;

  /** A wild value counts as at most so many widths of the ordinary ones beyond them. */
  private static final double MOST_BEYOND = 0.5;

  /** Half of that at 2^8 widths away. */
  private static final double HALF_BEYOND = 8;

  // In a snapshot.
  private static final int FIRST = 1;
  private static final int KNOWN = 2;
  private static final int WILD_OLD = 4; // with values that were believed when they came again
  private static final int WILD = 8;
  private static final int BELOW = 16;
  private static final int ABOVE = 32;
  private static final int LIMITS = 64;
  private static final int FEW_SEEN = 128; // their number takes two bytes, numbers no length

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

  /** The same for the last two chunks only, and when an ordinary value may have been outside. */
  private double lowNow = -UNBOUNDED;

  private double highNow = UNBOUNDED;
  private long latestOutside;

  /** Values from here to there change nothing but their number; most are. */
  private double calmLow = UNBOUNDED;

  private double calmHigh = -UNBOUNDED;

  /** Whether that range has shrunk a lot. */
  private boolean leaving;

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

  // Whether there were wild values on a side, and when.
  private boolean wildBelow;
  private boolean wildAbove;
  private long latestWild = -1;
  private int inARow;

  /**
   * Tells what a value counts as, without taking note of it.
   *
   * @param value any value
   * @return the value itself, also NaN, or one just beyond the ordinary ones when it is wild
   */
  public double cut(double value) {
    return value >= least && value <= most || value >= low && value <= high ? value : beyond(value);
  }

  /**
   * Tells what a value counts as for statistics that have learned those observed: on a side where
   * none was wild, they have learned nothing that would count as a wild one.
   *
   * @param value any value
   * @return the value itself where none was wild on its side; else what {@link #cut} returns
   */
  public double cutWhereWild(double value) {
    return value > most && wildAbove || value < least && wildBelow ? cut(value) : value;
  }

  private double beyond(double value) {
    double width = most - least;
    if (value > most) {
      return most + width * share((value - most) / width);
    }
    return value < least ? least - width * share((least - value) / width) : value;
  }

  /** What is added for a distance, both in widths: 0 at 0, and slowly more. */
  private static double share(double distance) {
    double x = 1 + Math.min(distance, Double.MAX_VALUE);
    // nearly its logarithm to base 2, and the same everywhere
    int exponent = Math.getExponent(x);
    double bits = exponent + Math.scalb(x, -exponent) - 1;
    return MOST_BEYOND * bits / (bits + HALF_BEYOND);
  }

  /**
   * {@return whether a value counts as it is}
   *
   * @param value any number
   */
  public boolean holds(double value) {
    return cut(value) == value;
  }

  /** {@return the median of the latest chunk; 0 before it is known} */
  public double center() {
    return spread.center();
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
    double counted = value >= calmLow && value <= calmHigh ? value : observeOther(value);
    if (--until == 0) {
      sample(value);
    }
    return counted;
  }

  private double observeOther(double value) {
    double counted = value;
    if (!(value >= least && value <= most)) {
      if (value >= low && value <= high) {
        include(value);
      } else {
        counted = beyond(value);
        wild(value);
      }
    }
    if (!(value >= lowNow && value <= highNow) && counted == value) {
      latestOutside = seen;
    }
    findCalm();
    return counted;
  }

  private void findCalm() {
    calmLow = Math.max(least, lowNow);
    calmHigh = Math.min(most, highNow);
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
    wildBelow |= value < low;
    wildAbove |= value > high;
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
    findCalm();
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
      moveLimits();
      if (restated) {
        forgetPast();
      }
      least = Math.max(least, low);
      most = Math.min(most, high);
      if (least > most) {
        least = spread.center();
        most = spread.center();
      }
      findCalm();
    }
  }

  private void forgetPast() {
    least = UNBOUNDED;
    most = -UNBOUNDED;
    for (double value : chunk) {
      if (value >= low && value <= high) {
        include(value);
      }
    }
  }

  private void moveLimits() {
    double width = high - low;
    double lowBefore = lowNow;
    double highBefore = highNow;
    findLimits();
    double much = (highNow - lowNow) / 2;
    if (lowBefore < lowNow - much || highBefore > highNow + much) {
      latestOutside = seen;
      leaving |= width > MUCH_WIDER * (highNow - lowNow);
    }
    low = low < lowNow ? shrunk(low, lowNow) : lowNow;
    high = high > highNow ? shrunk(high, highNow) : highNow;
    if (seen - latestOutside >= QUIET) {
      restated |= leaving;
      leaving = false;
      low = lowNow;
      high = highNow;
    }
  }

  private static double shrunk(double limit, double now) {
    double result = limit + DECAY * (now - limit);
    return result == result ? result : now; // where that was infinite
  }

  private void setLimits() {
    findLimits();
    low = lowNow;
    high = highNow;
  }

  private void findLimits() {
    double widest = Math.max(spread.scale(), before.scale());
    lowNow = new Spread(Math.min(spread.center(), before.center()), widest).low();
    highNow = new Spread(Math.max(spread.center(), before.center()), widest).high();
  }

  /**
   * {@return whether values that {@link #observe} returned as they were count as others now; true
   * once} Some of the first values can, and all from before the values left their range.
   */
  public boolean takeRestated() {
    boolean result = restated;
    restated = false;
    return result;
  }

  /**
   * Hands over values as they count now, to count them anew: all seen so far, or, when these are
   * more than a few, the latest chunk; only when they were just restated.
   *
   * @param target receives each value, in no order
   */
  public void restate(DoubleConsumer target) {
    DoubleConsumer counted = value -> target.accept(cut(value));
    if (first != null) {
      first.forEach(true, counted);
    } else {
      Arrays.stream(chunk).forEach(counted);
    }
  }

  /**
   * {@return whether statistics may stay though values were restated} Values within a range have a
   * mean there, and a deviation of at most half its width (Popoviciu's inequality). While all
   * values can be counted anew, none may.
   *
   * @param mean of the values seen
   * @param deviation of the values seen
   */
  public boolean fits(double mean, double deviation) {
    return first == null && mean >= low && mean <= high && deviation <= (high - low) / 2;
  }

  /** {@return whether any value was wild} */
  public boolean hadWild() {
    return wildBelow || wildAbove;
  }

  /** {@return the smallest value that {@link #skip} may stand for} */
  public double calmLow() {
    return calmLow;
  }

  /**
   * {@return the largest value that {@link #skip} may stand for; less than the smallest if none}
   */
  public double calmHigh() {
    return calmHigh;
  }

  /** {@return how many values at most {@link #skip} may stand for} */
  public int calmCount() {
    return until - 1;
  }

  /**
   * Takes note of values from {@link #calmLow} to {@link #calmHigh}, which change nothing but their
   * number, as {@link #observe} would of each.
   *
   * @param values how many, from 0 to {@link #calmCount}
   */
  public void skip(int values) {
    seen += values;
    until -= values;
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
    writeTo(out, 0);
  }

  /**
   * Writes it as it will be after {@link #skip}, and leaves it as it is: a copy may be written by
   * another thread at the same time.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param skipped how many values, from 0 to {@link #calmCount}
   * @throws IOException when the output fails
   */
  public void writeTo(DataOutput out, int skipped) throws IOException {
    long number = seen + skipped;
    FirstValues held = first == null || first.isComplete() ? null : first;
    boolean known = spread.scale() > 0;
    boolean wild = latestWild >= 0;
    boolean few = number < 1 << Short.SIZE;
    boolean outside = latestOutside > 0 && number - latestOutside < QUIET;
    boolean limits = known && (outside || leaving || low < lowNow || high > highNow);
    out.writeByte(
        (held != null ? FIRST : 0)
            | (known ? KNOWN : 0)
            | (wild ? WILD : 0)
            | (wildBelow ? BELOW : 0)
            | (wildAbove ? ABOVE : 0)
            | (limits ? LIMITS : 0)
            | (few ? FEW_SEEN : 0));
    if (few) {
      out.writeShort((int) number);
    } else {
      out.writeLong(number);
    }
    if (held != null) {
      held.writeTo(out);
    }
    SnapshotArrays.writeDoubles(out, Arrays.copyOf(chunk, filled));
    out.writeByte(stride);
    out.writeByte(until - skipped);
    if (known || held == null) {
      double[] numbers = {
        least, most, spread.center(), spread.scale(), before.center(), before.scale()
      };
      if (!few) {
        out.writeInt(numbers.length);
      }
      for (double value : numbers) {
        out.writeDouble(value);
      }
    }
    if (wild) {
      out.writeBoolean(latestWild == number);
      out.writeByte(Math.min(WILD_IN_A_ROW + 1, inARow)); // more counts no more
    }
    if (limits) {
      out.writeShort((int) Math.min(QUIET, number - latestOutside)); // more counts no more
      out.writeBoolean(leaving);
      out.writeDouble(low);
      out.writeDouble(high);
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
    seen =
        (flags & FEW_SEEN) != 0
            ? in.readUnsignedShort()
            : SnapshotArrays.readCount(in, "values seen");
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
      if ((flags & FEW_SEEN) != 0) {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = SnapshotArrays.readDouble(in, -UNBOUNDED, UNBOUNDED, "a number of a range");
        }
      } else {
        SnapshotArrays.readDoubles(in, numbers, -UNBOUNDED, UNBOUNDED, "numbers of a range");
      }
      if (numbers[3] < 0 || numbers[5] < 0) {
        throw new IOException("snapshot holds a negative scale");
      }
      least = numbers[0];
      most = numbers[1];
      spread = new Spread(numbers[2], numbers[3]);
      before = new Spread(numbers[4], numbers[5]);
    }
    wildBelow = (flags & BELOW) != 0;
    wildAbove = (flags & ABOVE) != 0;
    if ((flags & WILD) != 0) {
      latestWild = in.readBoolean() ? seen : seen - 1;
      inARow = in.readUnsignedByte();
    }
    if ((flags & WILD_OLD) != 0) {
      latestWild = SnapshotArrays.readCount(in, "values before a wild one");
      inARow = in.readInt();
      wildBelow = readOldSide(in);
      wildAbove = readOldSide(in);
    }
    if (known) {
      setLimits();
      latestOutside = (flags & WILD_OLD) != 0 ? seen : 0;
    }
    if ((flags & LIMITS) != 0) {
      int since = in.readUnsignedShort();
      if (since > QUIET) {
        throw new IOException("snapshot holds %s values since one outside".formatted(since));
      }
      latestOutside = seen - since;
      leaving = in.readBoolean();
      low = SnapshotArrays.readDouble(in, -UNBOUNDED, lowNow, "a lower limit");
      high = SnapshotArrays.readDouble(in, highNow, UNBOUNDED, "an upper limit");
    }
    findCalm();
  }

  /** Returns whether there were wild values on the side. */
  private static boolean readOldSide(DataInput in) throws IOException {
    in.readLong(); // when they were counted
    in.readInt(); // how many
    double nearest = readDistance(in);
    readDistance(in); // up to which they were believed
    return nearest > 0;
  }

  private static double readDistance(DataInput in) throws IOException {
    return SnapshotArrays.readDouble(in, 0, Double.POSITIVE_INFINITY, "the distance of a value");
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
