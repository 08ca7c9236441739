// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.Domain;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.RunningMoments;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The latest examples, column by column, and their distance to a query. Slots are filled in turn;
 * slot s lies at {@link NearestExamples#position} of every array.
 *
 * <p>The squared distance is a sum over the attributes. Numeric: squared difference in units of the
 * current standard deviation (forgetting at rate {@link InputEncoder#DEFAULT_MIN_RATE}), at most
 * {@value #NUMERIC_CAP} (the largest difference of inputs cut to ±5), so that no attribute decides
 * alone; wild values count as ones just beyond the ordinary ones, so that they are near each other.
 * Nominal: 0 for equal values, 2 for different ones, the squared distance of their one-hot vectors.
 * A missing value is 1 away from every value, the mean squared distance of a standardised value
 * from its mean, and 0 from another missing one.
 */
final class ExampleRing {
  private static final float NUMERIC_CAP = 100;
  private static final float NOMINAL_CAP = 2;

  /** Stands for a missing value in a column: its term is the cap, put right by the bias. */
  private static final float MISSING = Float.POSITIVE_INFINITY;

  /** Bias of a slot without an example. */
  private static final float EMPTY = Float.POSITIVE_INFINITY;

  /** Makes different codes of a nominal column exceed their cap. */
  private static final float CODE_SCALE = 2;

  // Bounds that keep every product away from 0 times infinity.
  private static final double LARGEST_VALUE = 1e30;
  private static final double SMALLEST_SCALE = 1e-35;
  private static final double LARGEST_SCALE = 1e30;

  /** Binary exponents of deviations whose unit is 1. */
  private static final int FARTHEST_EXPONENT = 40;

  /** Standard deviations between values and their offset that cost a float four of its bits. */
  private static final double FAR = 16;

  private final Domain domain;
  private final int capacity;

  // Columns: the numeric attributes in order, then the nominal ones with many values.
  private final int numericColumns;
  private final int[] attributes;
  private final float[][] columns;
  private final OneHotBits bits;
  private final float[] bias;
  private final int[] labels;
  private final double[] weights;
  private int size;
  private int next;

  private final RunningMoments moments;

  // A column holds differences from an offset: floats keep small steps on large numbers. It is the
  // first value until the values have drifted far from it, see moveOffset.
  private final double[] offsets;

  // And in units of 2^-exponent: floats hold numbers of any size. 0 while deviations are ordinary.
  private final int[] exponents;

  // Range of each column in this revolution of the ring and in the one before. Not in a snapshot:
  // wider ranges than needed choose a slower kernel with the same result.
  private final float[] lowest;
  private final float[] highest;
  private final float[] lowestBefore;
  private final float[] highestBefore;

  private final float[][] queryColumns = new float[4][];
  private final float[] queryValues = new float[4];
  private final float[] queryScales = new float[4];

  /**
   * @param least number of examples to hold; the capacity is the next multiple of a block
   */
  ExampleRing(Domain domain, int least) {
    this.capacity =
        (least + NearestExamples.BLOCK - 1) / NearestExamples.BLOCK * NearestExamples.BLOCK;
    this.domain = domain;
    int width = domain.attributes();
    int[] order = new int[width];
    int count = 0;
    for (int a = 0; a < width; a++) {
      if (domain.values(a) == 0) {
        order[count++] = a;
      }
    }
    this.numericColumns = count;
    for (int a = 0; a < width; a++) {
      if (domain.values(a) > 0 && !OneHotBits.holds(domain.values(a))) {
        order[count++] = a;
      }
    }
    this.attributes = Arrays.copyOf(order, count);
    this.columns = new float[count][capacity];
    this.bits = new OneHotBits(domain, capacity);
    this.bias = new float[capacity];
    Arrays.fill(bias, EMPTY);
    this.labels = new int[capacity];
    this.weights = new double[capacity];
    this.moments = new RunningMoments(width, InputEncoder.DEFAULT_MIN_RATE);
    this.offsets = new double[width];
    Arrays.fill(offsets, Double.NaN);
    this.exponents = new int[count];
    this.lowest = new float[count];
    this.highest = new float[count];
    this.lowestBefore = new float[count];
    this.highestBefore = new float[count];
    forgetRange(lowest, highest);
    forgetRange(lowestBefore, highestBefore);
  }

  private static void forgetRange(float[] low, float[] high) {
    Arrays.fill(low, Float.POSITIVE_INFINITY);
    Arrays.fill(high, Float.NEGATIVE_INFINITY);
  }

  int capacity() {
    return capacity;
  }

  /** Examples held, up to the capacity. */
  int size() {
    return size;
  }

  /** Slot that the next example will take; the newest example lies just before it. */
  int next() {
    return next;
  }

  int label(int slot) {
    return labels[position(slot)];
  }

  double weight(int slot) {
    return weights[position(slot)];
  }

  private int position(int slot) {
    return NearestExamples.position(slot, capacity);
  }

  /** Lets the deviations see an example, then stores it in place of the oldest. */
  void add(double[] values, int label, double weight) {
    for (int c = 0; c < numericColumns; c++) {
      int a = attributes[c];
      double value = values[a];
      if (value == value) {
        boolean restated = moments.update(a, value);
        if (Double.isNaN(offsets[a])) {
          offsets[a] = value;
        } else if (restated) {
          shift(c, moments.mean(a) - offsets[a]); // the first value may have been wild
        }
        chooseUnit(c);
      }
    }
    int at = position(next);
    float missing = 0;
    for (int c = 0; c < columns.length; c++) {
      double value = values[attributes[c]];
      if (value == value) {
        columns[c][at] = stored(c, value);
      } else {
        columns[c][at] = MISSING;
        missing += 1 - cap(c);
      }
      include(c, columns[c][at], lowest, highest);
    }
    bias[at] = missing;
    bits.set(at, values);
    labels[at] = label;
    weights[at] = weight;
    next++;
    size = Math.max(size, next);
    if (next == capacity) {
      next = 0;
      for (int c = 0; c < numericColumns; c++) {
        moveOffset(c);
      }
      System.arraycopy(lowest, 0, lowestBefore, 0, lowest.length);
      System.arraycopy(highest, 0, highestBefore, 0, highest.length);
      forgetRange(lowest, highest);
    }
  }

  /**
   * Moves the offset of a column to the mean of the full ring where that lies so far away that the
   * floats grow coarse. The held values keep the rounding that they have; those of the next
   * revolution are fine again. Near offsets stay, so that equal values stay equal.
   */
  private void moveOffset(int c) {
    float[] column = columns[c];
    int known = 0;
    double sum = 0;
    double squares = 0;
    for (float value : column) {
      if (value != MISSING) {
        known++;
        sum += value;
        squares += (double) value * value;
      }
    }
    double mean = known == 0 ? 0 : sum / known;
    if (mean * mean * known <= FAR * FAR * Math.max(0, squares - mean * sum)) {
      return;
    }
    float shift = (float) mean;
    offsets[attributes[c]] += Math.scalb((double) shift, -exponents[c]);
    for (int i = 0; i < capacity; i++) {
      column[i] -= shift; // what is missing stays infinite
    }
    lowest[c] -= shift;
    highest[c] -= shift;
  }

  /** Moves the offset of a column by a difference that may take all bits of the held floats. */
  private void shift(int c, double difference) {
    double scaled = Math.scalb(difference, exponents[c]);
    offsets[attributes[c]] += difference;
    change(c, value -> value - scaled);
  }

  /** Changes the unit of a column where its deviation lies so far from it that floats end. */
  private void chooseUnit(int c) {
    double inverse = moments.inverseDeviation(attributes[c]);
    int wanted = Math.getExponent(inverse);
    if (inverse > 0 && Math.abs(wanted - exponents[c]) > FARTHEST_EXPONENT) {
      int found = Math.abs(wanted) > FARTHEST_EXPONENT ? wanted : 0;
      int by = found - exponents[c];
      exponents[c] = found;
      change(c, value -> Math.scalb(value, by));
    }
  }

  private void change(int c, DoubleUnaryOperator map) {
    float[][] rows = {lowest, highest, lowestBefore, highestBefore};
    for (float[] row : rows) {
      row[c] = changed(row[c], map);
    }
    for (int i = 0; i < capacity; i++) {
      columns[c][i] = changed(columns[c][i], map);
    }
  }

  /** What is infinite stays so. */
  private static float changed(float value, DoubleUnaryOperator map) {
    return Float.isInfinite(value) ? value : bounded(map.applyAsDouble(value));
  }

  private static double times(double value, int exponent) {
    return exponent == 0 ? value : Math.scalb(value, exponent);
  }

  private static float bounded(double value) {
    return (float) Math.max(-LARGEST_VALUE, Math.min(LARGEST_VALUE, value));
  }

  /**
   * Squared distance of each held example to these values, by position; rounding may take it a
   * little below 0. Infinite where no example is held.
   */
  void squaredDistances(double[] values, float[] target) {
    System.arraycopy(bias, 0, target, 0, capacity);
    bits.addDistances(values, target, capacity);
    addColumns(0, numericColumns, NUMERIC_CAP, values, target);
    addColumns(numericColumns, columns.length, NOMINAL_CAP, values, target);
  }

  /** The order of the additions depends on the query alone, never on which kernel does them. */
  private void addColumns(int from, int to, float cap, double[] values, float[] target) {
    int waiting = 0;
    boolean capped = false;
    for (int c = from; c < to; c++) {
      int a = attributes[c];
      double value = values[a];
      if (Double.isNaN(value)) {
        addMissing(columns[c], cap, target, capacity);
        continue;
      }
      float x = stored(c, value);
      float scale = scale(c);
      queryColumns[waiting] = columns[c];
      queryValues[waiting] = x;
      queryScales[waiting] = scale;
      waiting++;
      float low = (Math.min(lowest[c], lowestBefore[c]) - x) * scale;
      float high = (Math.max(highest[c], highestBefore[c]) - x) * scale;
      capped |= !(low * low <= cap && high * high <= cap);
      if (waiting == 4) {
        flush(waiting, capped, cap, target);
        waiting = 0;
        capped = false;
      }
    }
    flush(waiting, capped, cap, target);
  }

  private void flush(int waiting, boolean capped, float cap, float[] target) {
    if (waiting == 4 && capped) {
      SquaredDistances.addFourCapped(queryColumns, queryValues, queryScales, cap, target, capacity);
    } else if (waiting == 4) {
      SquaredDistances.addFour(queryColumns, queryValues, queryScales, target, capacity);
    } else {
      for (int i = 0; i < waiting; i++) {
        if (capped) {
          SquaredDistances.addCapped(
              queryColumns[i], queryValues[i], queryScales[i], cap, target, capacity);
        } else {
          SquaredDistances.add(queryColumns[i], queryValues[i], queryScales[i], target, capacity);
        }
      }
    }
  }

  /** Terms of a query whose value is missing; a missing example's bias is 1 - cap. */
  private static void addMissing(float[] column, float cap, float[] sums, int n) {
    for (int j = 0; j < n; j++) {
      sums[j] += column[j] == MISSING ? cap - 1 : 1;
    }
  }

  private float cap(int column) {
    return column < numericColumns ? NUMERIC_CAP : NOMINAL_CAP;
  }

  private float stored(int column, double value) {
    if (column >= numericColumns) {
      return (float) value;
    }
    double offset = offsets[attributes[column]];
    if (Double.isNaN(offset) || moments.inverseDeviation(attributes[column]) == 0) {
      return 0; // all held ones are missing, or equal
    }
    double counted = moments.cut(attributes[column], value);
    return bounded(times(counted - offset, exponents[column]));
  }

  private float scale(int column) {
    if (column >= numericColumns) {
      return CODE_SCALE;
    }
    double inverse = times(moments.inverseDeviation(attributes[column]), -exponents[column]);
    return (float) Math.max(SMALLEST_SCALE, Math.min(LARGEST_SCALE, inverse));
  }

  private static void include(int column, float value, float[] low, float[] high) {
    low[column] = Math.min(low[column], value);
    high[column] = Math.max(high[column], value);
  }

  void writeSnapshot(DataOutput out) throws IOException {
    out.writeInt(size);
    out.writeInt(next);
    for (float[] column : columns) {
      SnapshotArrays.writeFloats(out, column);
    }
    bits.writeSnapshot(out);
    SnapshotArrays.writeInts(out, labels);
    SnapshotArrays.writeDoubles(out, weights);
    SnapshotArrays.writeDoubles(out, offsets);
    SnapshotArrays.writeInts(out, exponents);
    moments.writeSnapshot(out);
  }

  /**
   * Replaces the whole state by what a snapshot holds.
   *
   * @param old whether it is from before there were units and ranges of ordinary values
   */
  void readSnapshot(DataInput in, boolean old) throws IOException {
    size = in.readInt();
    next = in.readInt();
    if (size < 0 || size > capacity || next != (size < capacity ? size : next)) {
      throw new IOException(
          "snapshot holds %s examples, the next at %s, in a ring of %s"
              .formatted(size, next, capacity));
    }
    if (next < 0 || next >= capacity) {
      throw new IOException("snapshot names slot %s in a ring of %s".formatted(next, capacity));
    }
    for (int c = 0; c < columns.length; c++) {
      SnapshotArrays.readFloats(in, columns[c]);
      checkColumn(c);
    }
    bits.readSnapshot(in);
    int[] foundLabels = SnapshotArrays.readInts(in);
    if (foundLabels.length != capacity) {
      throw new IOException(
          "snapshot holds %s labels in a ring of %s".formatted(foundLabels.length, capacity));
    }
    SnapshotArrays.readDoubles(in, weights, 0, Double.MAX_VALUE, "weights of examples");
    SnapshotArrays.readDoubles(in, offsets);
    for (int c = 0; c < numericColumns; c++) {
      if (Double.isInfinite(offsets[attributes[c]])) {
        throw new IOException("snapshot holds an offset of " + offsets[attributes[c]]);
      }
    }
    for (int label : foundLabels) {
      if (label < 0 || label >= domain.classes()) {
        throw new IOException(
            "snapshot holds label %s, there are %s classes".formatted(label, domain.classes()));
      }
    }
    System.arraycopy(foundLabels, 0, labels, 0, capacity);
    if (old) {
      moments.readWithoutRanges(in);
    } else {
      readExponents(in);
      moments.readSnapshot(in);
    }
    derive();
  }

  private void readExponents(DataInput in) throws IOException {
    int[] found = SnapshotArrays.readInts(in);
    if (found.length != exponents.length) {
      throw new IOException(
          "snapshot holds units of %s columns, expected %s"
              .formatted(found.length, exponents.length));
    }
    for (int exponent : found) {
      if (Math.abs(exponent) > Double.MAX_EXPONENT) {
        throw new IOException("snapshot holds a unit of 2^%s".formatted(exponent));
      }
    }
    System.arraycopy(found, 0, exponents, 0, found.length);
  }

  private void checkColumn(int c) throws IOException {
    int values = domain.values(attributes[c]);
    for (float value : columns[c]) {
      // a shift may double the largest value
      boolean valid =
          values == 0
              ? Math.abs(value) <= 2 * LARGEST_VALUE || value == MISSING
              : value >= 0 && value < values && value == (int) value || value == MISSING;
      if (!valid) {
        throw new IOException(
            "snapshot holds value %s of attribute %s"
                .formatted(value, domain.schema().attributes().get(attributes[c]).name()));
      }
    }
  }

  private void derive() {
    for (int slot = 0; slot < size; slot++) {
      int at = position(slot);
      bias[at] = 0;
      for (int c = 0; c < columns.length; c++) {
        bias[at] += columns[c][at] == MISSING ? 1 - cap(c) : 0;
        if (slot < next) {
          include(c, columns[c][at], lowest, highest);
        } else {
          include(c, columns[c][at], lowestBefore, highestBefore);
        }
      }
    }
  }
}
