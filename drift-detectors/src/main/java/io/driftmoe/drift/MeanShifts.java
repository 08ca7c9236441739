// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Watches the means of many scores together, each from 0 to 1 for every event, and says when one of
 * them has moved. The number of false alarms is stated for all scores together.
 *
 * <p>Events come in blocks of 64; two blocks are one of the next level, up to blocks of 8,192. Each
 * block that is full is compared with all earlier ones of its level:
 *
 * <pre>t = (|x - m| - c/n) / sqrt(f v/n (1 + 1/k))</pre>
 *
 * where x is its mean, n its events, m the mean of the k earlier blocks, v the variance of the
 * score among events, and f, at least 1, by how much more block means have varied at this level
 * than those of independent events do. Streams that have memory, such as days and seasons, have a
 * larger f, and each level learns its own. t follows Student's distribution with as many degrees of
 * freedom as f has blocks behind it; c/n is Bernstein's term for scores that are skewed, such as
 * rare values.
 *
 * <p>An alarm comes where t is less probable than 1 in {@code events} times the number of scores
 * that are compared per event. So independent events have at most one false alarm in so many events
 * on average, whatever the number of scores. After an alarm, means begin anew; f stays, and the
 * block that gave the alarm counts in it: what happens again and again is no alarm any more.
 *
 * <p>Deterministic; not thread-safe.
 */
public final class MeanShifts {
  /*
   * [1] Law, Carson: A sequential procedure for determining the length of a steady-state simulation.
   *     Operations Research 27, 1979: batch means make confidence bounds of correlated observations.
   * [2] Bifet, Gavaldà: Learning from time-changing data with adaptive windowing. SDM 2007: windows
   *     of many lengths, and the bound 2/3 d m for what is not normal (Bernstein).
   * [3] Wallace: Bounds on normal approximations to Student's and the chi-square distributions.
   *     Annals of Mathematical Statistics 30, 1959: t in deviations of a normal.
   */
  private static final int TAG = 'M' << 24 | 'S' << 16 | 'H' << 8 | 'F';

  private static final int BLOCK = 64;
  private static final int LEVELS = 8;

  /** Blocks before one that is compared: for its mean, and for how much blocks vary. */
  private static final int LEAST_BLOCKS = 4;

  private static final int LEAST_FREEDOM = 8;

  /** Means and variances forget what lies further back than about so many blocks. */
  private static final double MOST_BLOCKS = 1_024;

  /** Beside a score that gave an alarm, others are named that are less probable than this. */
  private static final double NAMED = 0.01;

  /** Of numbers from 0 to 1. */
  private static final double MOST_VARIANCE = 0.25;

  private static final double LARGEST = 1e15;

  private final int scores;
  private final double deviations;
  private final double namedDeviations;
  private final double bernstein;

  /** Events in the block of the lowest level that is being filled. */
  private int inBlock;

  /** Full blocks of the lowest level since the start or the last alarm. */
  private long blocks;

  // Over full blocks since then: sums of scores and of their squares.
  private final double[] totals;
  private final double[] squares;
  private final double[] blockSquares;

  /** Made anew at the end of each block; no part of a snapshot. */
  private final double[] variances;

  private final Level[] levels = new Level[LEVELS];

  /** Of the latest event; no part of a snapshot. */
  private List<Shift> shifts = List.of();

  /**
   * A mean that has moved.
   *
   * @param score which, from 0
   * @param before mean of the score in the blocks before
   * @param since mean in the block that differs
   * @param events of that block, which is the latest
   * @param mark that the first event of that block came with
   * @param falseAlarm at most so probable is such a difference, of any score, in independent events
   * @param deviations of a normal variable with that probability for this score alone
   */
  public record Shift(
      int score,
      double before,
      double since,
      int events,
      long mark,
      double falseAlarm,
      double deviations) {}

  /** Blocks of one size. */
  private static final class Level {
    private final double[] sums;
    private final double[] means;
    private final double[] dispersions;
    private int inSegment;
    private double freedom;
    private long mark;

    private Level(int scores) {
      sums = new double[scores];
      means = new double[scores];
      dispersions = new double[scores];
    }
  }

  /**
   * Watches scores that have not been seen yet.
   *
   * @param scores how many, at least 1
   * @param events in so many there is one false alarm at most, on average; at least 1
   */
  public MeanShifts(int scores, double events) {
    if (scores < 1) {
      throw new IllegalArgumentException("scores must be at least 1, got " + scores);
    }
    if (!(events >= 1 && events <= LARGEST)) {
      throw new IllegalArgumentException("events must be from 1 to 1e15, got " + events);
    }
    this.scores = scores;
    double perEvent = 0;
    for (int l = 0; l < LEVELS; l++) {
      perEvent += scores / (double) sizeOf(l);
    }
    double probability = Math.min(0.5, 1 / (events * perEvent));
    this.deviations = StandardNormal.twoSidedQuantile(probability);
    this.namedDeviations =
        Math.min(deviations, StandardNormal.twoSidedQuantile(Math.min(0.5, NAMED / scores)));
    this.bernstein = StrictMath.log(2 / probability) / 3;
    this.totals = new double[scores];
    this.squares = new double[scores];
    this.blockSquares = new double[scores];
    this.variances = new double[scores];
    this.levels[0] = new Level(scores);
  }

  private static int sizeOf(int level) {
    return BLOCK << level;
  }

  /** {@return how many scores there are} */
  public int scores() {
    return scores;
  }

  /**
   * Adds to a score of the present event, which is 0 otherwise.
   *
   * @param score which, from 0
   * @param value from 0 to 1
   */
  public void add(int score, double value) {
    Level lowest = level(0);
    lowest.sums[score] += value;
    blockSquares[score] += value * value;
  }

  /**
   * A value that says nothing about the score, for an event that has none.
   *
   * @param score which, from 0
   * @return the mean so far; 0.5 before the first block
   */
  public double neutral(int score) {
    Level lowest = level(0);
    return lowest.inSegment == 0 ? 0.5 : lowest.means[score];
  }

  /**
   * Ends an event, all scores of which have been added.
   *
   * @param mark comes back in a {@link Shift}, for the caller
   * @return whether a mean has moved: {@link #shifts} has which
   */
  public boolean endEvent(long mark) {
    shifts = List.of();
    if (inBlock == 0) {
      level(0).mark = mark;
    }
    inBlock++;
    return inBlock == BLOCK && endBlock();
  }

  /** {@return which means have moved with the latest event, the clearest first; maybe none} */
  public List<Shift> shifts() {
    return shifts;
  }

  private Level level(int l) {
    Level level = levels[l];
    if (level == null) {
      level = new Level(scores);
      levels[l] = level;
    }
    return level;
  }

  private boolean endBlock() {
    knowVariances();
    Level lowest = level(0);
    for (int s = 0; s < scores; s++) {
      totals[s] += lowest.sums[s];
      squares[s] += blockSquares[s];
      blockSquares[s] = 0;
    }
    blocks++;
    inBlock = 0;
    List<Shift> clearest = List.of();
    for (int l = 0; l < LEVELS && isWhole(l); l++) {
      Level level = level(l);
      if (l + 1 < LEVELS) {
        handUp(level, l + 1);
      }
      List<Shift> found = compare(level, sizeOf(l));
      if (!found.isEmpty()
          && (clearest.isEmpty() || found.get(0).deviations > clearest.get(0).deviations)) {
        clearest = found;
      }
      learn(level, sizeOf(l));
    }
    if (!clearest.isEmpty()) {
      beginAnew();
    }
    shifts = clearest;
    return !clearest.isEmpty();
  }

  /** Whether a block of this level has just been filled. */
  private boolean isWhole(int level) {
    return (blocks & ((1L << level) - 1)) == 0;
  }

  private void handUp(Level from, int l) {
    Level to = level(l);
    if (!isWhole(l)) { // the first half
      to.mark = from.mark;
    }
    for (int s = 0; s < scores; s++) {
      to.sums[s] += from.sums[s];
    }
  }

  /** Of one event, as far as the blocks before tell; never 0. */
  private void knowVariances() {
    double events = (double) blocks * BLOCK;
    for (int s = 0; s < scores; s++) {
      if (blocks == 0) {
        variances[s] = MOST_VARIANCE;
      } else {
        double mean = totals[s] / events;
        variances[s] = Math.max(squares[s] / events - mean * mean, 1 / (events + 2));
      }
    }
  }

  private List<Shift> compare(Level level, int size) {
    if (level.inSegment < LEAST_BLOCKS || level.freedom < LEAST_FREEDOM) {
      return List.of();
    }
    List<Shift> found = new ArrayList<>();
    boolean alarm = false;
    double ofMean = 1 + 1 / Math.min(level.inSegment, MOST_BLOCKS);
    for (int s = 0; s < scores; s++) {
      double since = level.sums[s] / size;
      double gap = Math.abs(since - level.means[s]) - bernstein / size;
      if (gap <= 0) {
        continue;
      }
      double dispersion = Math.max(1, level.dispersions[s] / level.freedom);
      double square = gap * gap * size / (dispersion * variances[s] * ofMean);
      if (square > namedDeviations * namedDeviations) {
        double normal = normal(square, level.freedom);
        if (normal > namedDeviations) {
          double probability = 2 * StandardNormal.upperTail(normal) * scores;
          found.add(
              new Shift(
                  s, level.means[s], since, size, level.mark, Math.min(1, probability), normal));
          alarm |= normal > deviations;
        }
      }
    }
    if (!alarm) {
      return List.of();
    }
    found.sort(Comparator.comparingDouble(shift -> -shift.deviations));
    return List.copyOf(found);
  }

  /** Deviations of a normal variable that are as probable as t, by Wallace. */
  static double normal(double squareOfT, double freedom) {
    return (8 * freedom + 1)
        / (8 * freedom + 3)
        * Math.sqrt(freedom * StrictMath.log1p(squareOfT / freedom));
  }

  private void learn(Level level, int size) {
    boolean isFirst = level.inSegment == 0;
    double known = Math.min(++level.inSegment, MOST_BLOCKS);
    boolean forgets = !isFirst && level.freedom >= MOST_BLOCKS;
    for (int s = 0; s < scores; s++) {
      double mean = Math.min(1, level.sums[s] / size);
      level.sums[s] = 0;
      if (isFirst) {
        level.means[s] = mean;
        continue;
      }
      double difference = mean - level.means[s];
      level.means[s] = Math.max(0, Math.min(1, level.means[s] + difference / known));
      if (forgets) {
        level.dispersions[s] *= 1 - 1 / MOST_BLOCKS;
      }
      double square = difference * (mean - level.means[s]);
      level.dispersions[s] += Math.max(0, square) * size / variances[s];
    }
    if (!isFirst && !forgets) {
      level.freedom++;
    }
  }

  private void beginAnew() {
    blocks = 0;
    Arrays.fill(totals, 0);
    Arrays.fill(squares, 0);
    for (Level level : levels) {
      if (level != null) {
        level.inSegment = 0;
        Arrays.fill(level.sums, 0);
      }
    }
  }

  /**
   * Writes the whole state but the number of scores and of events.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeInt(scores);
    out.writeInt(inBlock);
    out.writeLong(blocks);
    write(out, totals);
    write(out, squares);
    write(out, blockSquares);
    int used = 0;
    while (used < LEVELS && levels[used] != null) {
      used++;
    }
    out.writeInt(used);
    for (int l = 0; l < used; l++) {
      Level level = level(l);
      out.writeInt(level.inSegment);
      out.writeDouble(level.freedom);
      out.writeLong(level.mark);
      write(out, level.sums);
      write(out, level.means);
      write(out, level.dispersions);
    }
  }

  private static void write(DataOutput out, double[] values) throws IOException {
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  /**
   * Reads what {@link #writeSnapshot} wrote; it continues bit for bit.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param scores that it was made with
   * @param events may be others, which count from now on
   * @return the restored one
   * @throws IOException when the bytes are truncated, of another kind, of an unknown version or
   *     inconsistent
   */
  public static MeanShifts readSnapshot(DataInput in, int scores, double events)
      throws IOException {
    DetectorSnapshot from = DetectorSnapshot.open(in, "mean shifts", TAG);
    int found = from.smallCount("scores", Integer.MAX_VALUE);
    from.check(found == scores, "scores", found);
    MeanShifts read = new MeanShifts(scores, events);
    read.inBlock = from.smallCount("events in a block", BLOCK - 1);
    read.blocks = from.count("blocks", 0);
    read(from, read.totals, LARGEST, "sums");
    read(from, read.squares, LARGEST, "squares");
    read(from, read.blockSquares, BLOCK, "squares");
    int used = from.smallCount("levels", LEVELS);
    for (int l = 0; l < used; l++) {
      Level level = read.level(l);
      level.inSegment = from.smallCount("blocks of a level", Integer.MAX_VALUE);
      level.freedom = from.between(0, MOST_BLOCKS, "freedom");
      level.mark = from.bits();
      read(from, level.sums, sizeOf(l), "sums");
      read(from, level.means, 1, "means");
      read(from, level.dispersions, LARGEST, "dispersions");
    }
    return read;
  }

  private static void read(DetectorSnapshot from, double[] target, double most, String field)
      throws IOException {
    for (int i = 0; i < target.length; i++) {
      target[i] = from.between(0, most, field);
    }
  }
}
