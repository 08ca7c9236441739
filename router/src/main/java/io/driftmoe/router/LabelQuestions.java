// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.LabelQuestion.Reason;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Decides of which events the labels are wanted, within a {@link LabelBudget}, and corrects what is
 * measured on the answers for this choice. It stands beside a learner of any kind:
 *
 * <pre>{@code
 * LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.05), 1, 1000);
 * Optional<LabelQuestion> question = questions.next(probabilities);   // once per event, in order
 * if (question.isPresent()) prediction = prediction.asking(question.get()); // of a mixture
 * question.ifPresent(asked -> questions.answer(asked, right));        // when its label comes
 * if (drift) questions.changed();                                     // when the stream changed
 * }</pre>
 *
 * <p><b>Which.</b> The margin m of a prediction is the difference between its two largest
 * probabilities. Its label is wanted with probability {@code p = f b + 1 / (1 + (m / t)^4)}: a
 * share f of the budget b goes to any event, drawn by lot, so that a change where the model is sure
 * is found, too; the rest to margins below the threshold t. The threshold moves after each event so
 * that the mean of p becomes b: {@code t (1 + (b' - p) / 4)}, b' being b corrected by what was
 * spent too much or too little. This is the variable threshold with randomisation and the split of
 * Žliobaitė, Bifet, Pfahringer and Holmes (Active learning with drifting streaming data, IEEE TNNLS
 * 25, 2014), with a probability that is known in place of a threshold that is multiplied by a
 * normal variable: answers can be weighed by it.
 *
 * <p><b>How many.</b> A question takes 1 from a purse that each event fills by b, from {@value
 * #ADVANCE} at the beginning; it never holds more than that, nor is there a question without 1 in
 * it. So of n events at most {@code b n + }{@value #ADVANCE} are asked for, at any time. The labels
 * of the first {@value #FIRST} events are all wanted, so that a new model learns something.
 *
 * <p><b>Drift.</b> A tenth of the budget is saved, at most {@value #MOST_SAVED} questions. When the
 * stream {@linkplain #changed has changed}, it is added to the budget of the next {@value #OPEN}
 * events.
 *
 * <p>Everything follows from the seed and the calls. Not thread-safe.
 */
public final class LabelQuestions {
  private static final String TAG = "QUES";
  private static final int VERSION = 1;

  /** Questions that may be asked before the budget has them. */
  static final int ADVANCE = 20;

  /** Events at the beginning whose labels are all wanted. */
  static final int FIRST = 10;

  /** Questions that are saved for a change, at most. */
  static final int MOST_SAVED = 100;

  /** Events after a change over which they are spent. */
  static final int OPEN = 500;

  /** What the purse should hold: half of the most, so that it is rarely empty or full. */
  private static final double USUAL = ADVANCE - FIRST;

  /** Part of the budget that is drawn by lot; docs/label-budget.md has the figures. */
  private static final double FREE = 0.2;

  /** Part of the budget that is saved for a change. */
  private static final double SAVED = 0.1;

  /** How far an event may move the threshold. */
  private static final double STEP = 0.25;

  /** Where margins are all alike, such as 0, chance decides, and not the threshold alone. */
  private static final double LEAST_MARGIN = 0.001;

  private static final double LOWEST = 1e-5;
  private static final double HIGHEST = 8;

  private final long seed;
  private final int window;
  private CorrectedAccuracy accuracy;

  private LabelBudget budget;

  private long events;
  private long asked;
  private double purse = ADVANCE;
  private double threshold = 1;
  private double saved;

  /** Events for which the budget is still larger, and by how much it is for each. */
  private int open;

  private double opened;

  /**
   * One that has asked for nothing.
   *
   * @param budget how many labels are asked for
   * @param seed of the draws; equal ones and equal calls give equal questions
   * @param window events that {@link #recentAccuracy} is about, at least 1
   */
  public LabelQuestions(LabelBudget budget, long seed, int window) {
    if (window < 1) {
      throw new IllegalArgumentException("window must be at least 1, got " + window);
    }
    this.budget = budget;
    this.seed = seed;
    this.window = window;
    this.accuracy = new CorrectedAccuracy(window);
  }

  /**
   * Decides whether the label of the next event is wanted.
   *
   * @param probabilities that the model gives the classes, at least 2; only read
   * @return the question; empty where it is not wanted
   */
  public Optional<LabelQuestion> next(double[] probabilities) {
    SplitMix64 draws = new SplitMix64(SplitMix64.derive(seed, events));
    events++;
    double share = fill();
    double free = 1;
    double wanted = 1;
    if (events > FIRST) {
      double target = share * (1 + (purse - USUAL) / (2 * USUAL));
      if (budget.choice() == LabelBudget.Choice.RANDOM) {
        free = Math.min(1, target);
        wanted = free;
      } else {
        free = FREE * share;
        double sharpness = (margin(probabilities) + LEAST_MARGIN) / threshold;
        double square = sharpness * sharpness;
        wanted = Math.min(1, free + 1 / (1 + square * square));
        double moved = threshold * (1 + STEP * (target - wanted));
        threshold = Math.max(LOWEST, Math.min(HIGHEST, moved));
      }
    }
    double draw = draws.nextDouble();
    if (purse < 1 || draw >= wanted) {
      return Optional.empty();
    }
    purse--;
    asked++;
    return Optional.of(new LabelQuestion(reason(draw, free), wanted, budget.share() / wanted));
  }

  /** Lets the event bring its share of the budget; what may be spent on it. */
  private double fill() {
    double share = budget.share();
    if (budget.choice() == LabelBudget.Choice.UNCERTAIN) {
      double put = Math.min(SAVED * share, MOST_SAVED - saved);
      saved += put;
      share -= put;
    }
    if (open > 0) {
      open--;
      share += opened;
    }
    purse = Math.min(ADVANCE, purse + share);
    return share;
  }

  private Reason reason(double draw, double free) {
    return draw < free ? Reason.RANDOM : open > 0 ? Reason.DRIFT : Reason.UNCERTAIN;
  }

  private static double margin(double[] probabilities) {
    double first = 0;
    double second = 0;
    for (double probability : probabilities) {
      if (probability > first) {
        second = first;
        first = probability;
      } else if (probability > second) {
        second = probability;
      }
    }
    return first - second;
  }

  /**
   * Takes back the latest question, once, because the label of its event is here already. It is not
   * counted as asked, and keeps its part of the budget: later questions do not depend on whether it
   * was here.
   */
  public void withdraw() {
    if (asked == 0) {
      throw new IllegalStateException("no question was asked");
    }
    asked--;
  }

  /** Takes note that the stream has changed: what was saved for that is spent from now on. */
  public void changed() {
    if (saved >= 1) {
      opened = (open * opened + saved) / OPEN;
      open = OPEN;
      saved = 0;
    }
  }

  /** Forgets what was measured, as another model is asked from now on; the budget goes on. */
  public void restartEvaluation() {
    accuracy = new CorrectedAccuracy(window);
  }

  /**
   * Takes the answer to a question, at most once.
   *
   * @param question that was asked
   * @param right whether the prediction of its event was
   */
  public void answer(LabelQuestion question, boolean right) {
    accuracy.add(question.probability(), right);
  }

  /** {@return events so far} */
  public long events() {
    return events;
  }

  /** {@return questions so far, at most share times events, and {@value #ADVANCE} more} */
  public long asked() {
    return asked;
  }

  /** {@return how many labels are asked for, and which} */
  public LabelBudget budget() {
    return budget;
  }

  /**
   * Estimates the share of right predictions among all events, whichever labels were asked for.
   *
   * @return from 0 to 1; empty before the first answer
   */
  public OptionalDouble accuracy() {
    return known(accuracy.overall());
  }

  /**
   * Estimates the error of {@link #accuracy}.
   *
   * @return one standard error, from 0; empty before the first answer
   */
  public OptionalDouble accuracyError() {
    return known(accuracy.error());
  }

  /**
   * Estimates the share of right predictions among the last events; older ones count exponentially
   * less.
   *
   * @return from 0 to 1; empty before the first answer
   */
  public OptionalDouble recentAccuracy() {
    return known(accuracy.recent());
  }

  private static OptionalDouble known(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /**
   * Goes on under another budget. What was asked counts as before, and no more than the advance is
   * asked for at once.
   *
   * @param other from the next event on
   */
  public void change(LabelBudget other) {
    budget = other;
  }

  /** {@return one that goes on like this one} */
  public LabelQuestions copy() {
    LabelQuestions copy = new LabelQuestions(budget, seed, window);
    copy.events = events;
    copy.asked = asked;
    copy.purse = purse;
    copy.threshold = threshold;
    copy.saved = saved;
    copy.open = open;
    copy.opened = opened;
    copy.accuracy.take(accuracy);
    return copy;
  }

  /**
   * Writes the whole state as versioned bytes, the budget included.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeDouble(budget.share());
    out.writeByte(budget.choice().ordinal());
    out.writeLong(seed);
    out.writeInt(window);
    out.writeLong(events);
    out.writeLong(asked);
    out.writeDouble(purse);
    out.writeDouble(threshold);
    out.writeDouble(saved);
    out.writeInt(open);
    out.writeDouble(opened);
    accuracy.writeSnapshot(out);
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return one that goes on bit for bit like the one that was written
   * @throws IOException when the bytes are truncated, of an unknown version or contradict
   *     themselves
   */
  public static LabelQuestions restore(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    double share = in.readDouble();
    int choice = in.readUnsignedByte();
    long seed = in.readLong();
    int window = in.readInt();
    LabelQuestions restored;
    try {
      LabelBudget.Choice[] choices = LabelBudget.Choice.values();
      if (choice >= choices.length) {
        throw new IOException("no choice of questions has the number " + choice);
      }
      restored = new LabelQuestions(new LabelBudget(share, choices[choice]), seed, window);
    } catch (IllegalArgumentException e) {
      throw new IOException("snapshot of questions: " + e.getMessage(), e);
    }
    restored.read(in);
    return restored;
  }

  private void read(DataInput in) throws IOException {
    events = count(in, Long.MAX_VALUE);
    asked = count(in, events);
    purse = number(in, 0, ADVANCE);
    threshold = number(in, LOWEST, HIGHEST);
    saved = number(in, 0, MOST_SAVED);
    open = in.readInt();
    opened = number(in, 0, MOST_SAVED);
    if (open < 0 || open > OPEN) {
      throw new IOException("snapshot of questions has %s events left".formatted(open));
    }
    accuracy.readSnapshot(in);
  }

  private static long count(DataInput in, long most) throws IOException {
    long value = in.readLong();
    if (value < 0 || value > most) {
      throw new IOException("snapshot of questions counts " + value);
    }
    return value;
  }

  private static double number(DataInput in, double least, double most) throws IOException {
    double value = in.readDouble();
    if (!(value >= least && value <= most)) {
      throw new IOException(
          "snapshot of questions holds %s, which must be from %s to %s"
              .formatted(value, least, most));
    }
    return value;
  }
}
