// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Says when a challenger is better, or worse, than a champion on the same labelled events. It may
 * be looked at after each event, for ever: the bounds hold whenever somebody stops.
 *
 * <p>Let d be 1 on an event where only the challenger is right, -1 where only the champion is, else
 * 0; the expected gain of an event is the mean of d given everything before that event. Events may
 * depend on each other, and gains may change.
 *
 * <ul>
 *   <li><b>{@link Verdict#BETTER}</b> takes two proofs at the same event. The first rejects this
 *       null: the mean expected gain of all events so far is at most {@code smallestGain}. It is a
 *       statement on the whole test; so a challenger that gains in some stretches and loses as much
 *       in others is not better. The second rejects this null: on at least {@code
 *       mostNegativeFlips} of the events so far, in the mean of their probabilities, the champion
 *       is right and the challenger wrong. In other words, an upper confidence bound of that share,
 *       valid at all times, is below {@code mostNegativeFlips}.
 *   <li><b>{@link Verdict#WORSE}</b> rejects this null: no event so far has an expected gain below
 *       0. It looks for a loss from every event on, not over the whole test alone. So it also finds
 *       a challenger that was better long ago and no longer is. Use it to drop a challenger, and,
 *       with the roles changed, to go back to a former champion.
 * </ul>
 *
 * <p><b>Guarantee.</b> For each of the three nulls, the probability that it is ever rejected at an
 * event where it is true is at most {@code level}, at any stopping time and without an end. Nothing
 * is assumed of the events.
 *
 * <p><b>The bet.</b> Each null has an e-process: the wealth of a bettor who gains nothing on
 * average where it is true. It is rejected when the wealth, 1 at first, reaches 1 / {@code level}
 * (Ville's inequality). A bettor stakes a fixed fraction on d - {@code smallestGain} (on {@code
 * mostNegativeFlips} - [d = -1]; on -d); the wealth is the mean over 20 fractions and, for WORSE,
 * over the event with which the bettor begins.
 *
 * <p>The first verdict stands; later events are only counted. A champion that is to be compared
 * again takes a new test (see {@link PairedTestOptions#ofAttempt}). A challenger that has yet to
 * learn is worse: begin the test when it has. Where labels come late, add events in the order of
 * their labels. Results are the same on every platform, and a snapshot has 200 bytes.
 *
 * <p>Papers: Waudby-Smith and Ramdas, <i>Estimating means of bounded random variables by
 * betting</i> (JRSS B, 2024): the bets. Choe and Ramdas, <i>Comparing sequential forecasters</i>
 * (Operations Research, 2024): the null on mean expected gains. Shin, Ramdas and Rinaldo,
 * <i>E-detectors: a nonparametric framework for sequential change detection</i> (NEJSDS, 2024):
 * beginnings at every event. Ramdas, Grünwald, Vovk and Shafer, <i>Game-theoretic statistics and
 * safe anytime-valid inference</i> (Statistical Science, 2023): the framework. Ville, <i>Étude
 * critique de la notion de collectif</i> (1939): the inequality.
 *
 * <pre>{@code
 * var test = new PairedTest(new PairedTestOptions(0.05, 0, 1));
 * for (int event = 0; event < 9; event++) {
 *   test.add(false, true); // UNDECIDED after each of the first eight
 * }
 * test.verdict(); // BETTER
 * }</pre>
 */
public final class PairedTest {
  private static final int TAG = 0x50414952;
  private static final int VERSION = 1;

  private final PairedTestOptions options;
  private final double logOfNeeded;
  private final Bets onGain;

  /** Null where flips have no bound. */
  private final @Nullable Bets onFewFlips;

  private final LossWatch losses;

  private long events;
  private long positiveFlips;
  private long negativeFlips;
  private boolean gainShown;
  private Verdict verdict = Verdict.UNDECIDED;

  /**
   * Begins a test.
   *
   * @param options what to show
   */
  public PairedTest(PairedTestOptions options) {
    this(options, new LossWatch());
  }

  private PairedTest(PairedTestOptions options, LossWatch losses) {
    this.options = options;
    this.losses = losses;
    logOfNeeded = -StrictMath.log(options.level());
    double gain = options.smallestGain();
    onGain = new Bets(1 - gain, -gain, -1 - gain);
    double flips = options.mostNegativeFlips();
    onFewFlips = flips < 1 ? new Bets(flips, flips, flips - 1) : null;
  }

  /**
   * Adds one labelled event.
   *
   * @param championRight whether the champion's prediction was right
   * @param challengerRight whether the challenger's was
   */
  public void add(boolean championRight, boolean challengerRight) {
    events++;
    boolean draw = championRight == challengerRight;
    if (!draw && challengerRight) {
      positiveFlips++;
    } else if (!draw) {
      negativeFlips++;
    }
    if (verdict == Verdict.UNDECIDED) {
      bet(draw, challengerRight);
    }
  }

  private void bet(boolean draw, boolean challengerRight) {
    if (draw) {
      losses.addDraw(events);
    } else {
      losses.add(events, !challengerRight);
    }
    // Only a gain adds to the evidence of a gain, and only a loss to that of a loss.
    gainShown =
        (gainShown || !draw && challengerRight)
            && onGain.reaches(logOfNeeded, positiveFlips, draws(), negativeFlips);
    if (!draw && !challengerRight && losses.wealth() >= 1 / options.level()) {
      verdict = Verdict.WORSE;
    } else if (gainShown && fewFlips()) {
      verdict = Verdict.BETTER;
    }
  }

  private boolean fewFlips() {
    return onFewFlips == null
        || onFewFlips.reaches(logOfNeeded, positiveFlips, draws(), negativeFlips);
  }

  private long draws() {
    return events - positiveFlips - negativeFlips;
  }

  /** {@return what is shown} */
  public Verdict verdict() {
    return verdict;
  }

  /**
   * {@return the natural logarithm of the evidence that the challenger gains more than the smallest
   * gain; it is shown once this reaches -ln(level)}
   */
  public double logEvidence() {
    return onGain.logWealth(positiveFlips, draws(), negativeFlips);
  }

  /**
   * {@return the natural logarithm of the evidence that the challenger loses, until the verdict; it
   * is shown once this reaches -ln(level)}
   */
  public double logEvidenceOfLoss() {
    return StrictMath.log(losses.wealth());
  }

  /** {@return how many events were added} */
  public long events() {
    return events;
  }

  /** {@return on how many the champion was right and the challenger wrong} */
  public long negativeFlips() {
    return negativeFlips;
  }

  /** {@return on how many the champion was wrong and the challenger right} */
  public long positiveFlips() {
    return positiveFlips;
  }

  /**
   * Writes all but the options, in about 200 bytes.
   *
   * @param out where to write
   * @throws IOException if that fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    out.writeInt(TAG);
    out.writeShort(VERSION);
    out.writeLong(events);
    out.writeLong(positiveFlips);
    out.writeLong(negativeFlips);
    out.writeBoolean(gainShown);
    out.writeByte(verdict.ordinal());
    losses.write(out);
  }

  /**
   * Reads what {@link #writeSnapshot} wrote; the test goes on bit for bit.
   *
   * @param options those of the test that was written
   * @param in where to read
   * @return the test
   * @throws IOException if that fails, or if what is read is no snapshot of a test
   */
  public static PairedTest restore(PairedTestOptions options, DataInput in) throws IOException {
    int tag = in.readInt();
    check(tag == TAG, "tag", tag);
    int version = in.readUnsignedShort();
    check(version == VERSION, "version", version);
    long events = in.readLong();
    check(events >= 0, "events", events);
    long positiveFlips = in.readLong();
    check(positiveFlips >= 0 && positiveFlips <= events, "positive flips", positiveFlips);
    long negativeFlips = in.readLong();
    check(
        negativeFlips >= 0 && negativeFlips <= events - positiveFlips,
        "negative flips",
        negativeFlips);
    boolean gainShown = in.readBoolean();
    int verdict = in.readUnsignedByte();
    check(verdict < Verdict.values().length, "verdict", verdict);
    PairedTest test = new PairedTest(options, LossWatch.read(in));
    test.events = events;
    test.positiveFlips = positiveFlips;
    test.negativeFlips = negativeFlips;
    test.gainShown = gainShown;
    test.verdict = Verdict.values()[verdict];
    return test;
  }

  private static void check(boolean valid, String field, long value) throws IOException {
    if (!valid) {
      throw new IOException("snapshot of a paired test has " + field + " " + value);
    }
  }
}
