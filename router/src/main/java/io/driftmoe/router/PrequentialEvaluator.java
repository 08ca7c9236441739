// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Scores predictions as their labels arrive, over all labels and over a sliding window of the last
 * ones.
 *
 * <p>Accuracy p; kappa against a classifier that guesses with the same class frequencies (Cohen);
 * kappa-M against the majority class so far (Bifet et al.: Efficient online evaluation of big data
 * stream classifiers, KDD 2015); kappa-temporal against repeating the previous label (Žliobaitė et
 * al.: Evaluation methods and decision theory for classification of streaming data with temporal
 * dependence, Machine Learning 98, 2015). Each kappa is (p - q) / (1 - q), q the accuracy of what
 * it compares with.
 *
 * <p>The numbers equal those of MOA's BasicClassificationPerformanceEvaluator (overall) and
 * WindowClassificationPerformanceEvaluator (window), peculiarities included: the majority class
 * counts the label that is being scored already (ties to the lowest class, the window's majority is
 * that of the window), and the label before the first is class 0. Where MOA gives NaN or minus
 * infinity, because the reference made no error (q = 1), the reference is counted as if it had made
 * one: 0 when there is no error on either side, -100 per own error otherwise.
 */
public final class PrequentialEvaluator {
  private static final String TAG = "EVAL";
  private static final int VERSION = 1;

  /** Labels that there is room for at first. */
  private static final int FIRST_LABELS = 8;

  private final int classes;
  private final ScoreCounts overall;
  private final ScoreCounts window;
  private final int windowSize;

  /** A ring once the window is full; until then it grows, for many windows never are. */
  private ScoredLabel[] recent;

  private int next;
  private int lastTruth;

  /**
   * Scores in per cent; a kappa is 100 for a perfect classifier, 0 for one as good as the reference
   * and negative for a worse one. All 0 when there is no label.
   *
   * @param labels number of labels scored
   * @param accuracy from 0 to 100
   * @param kappa against chance, at most 100
   * @param kappaM against the majority class, at most 100
   * @param kappaT against the previous label, at most 100
   */
  public record Scores(long labels, double accuracy, double kappa, double kappaM, double kappaT) {}

  /**
   * @param classes at least 2
   * @param window labels in the sliding window, at least 1
   */
  public PrequentialEvaluator(int classes, int window) {
    if (classes < 2) {
      throw new IllegalArgumentException("classes must be at least 2, got " + classes);
    }
    if (window < 1) {
      throw new IllegalArgumentException("window must be at least 1, got " + window);
    }
    this.classes = classes;
    this.overall = new ScoreCounts(classes);
    this.window = new ScoreCounts(classes);
    this.windowSize = window;
    this.recent = new ScoredLabel[Math.min(window, FIRST_LABELS)];
  }

  /**
   * Scores one prediction.
   *
   * @param truth class index
   * @param predicted class index
   */
  public void add(int truth, int predicted) {
    check("truth", truth);
    check("predicted", predicted);
    overall.add(overall.score(truth, predicted, lastTruth));
    if (window.labels() == windowSize) {
      window.remove(recent[next]);
    }
    keep(window.score(truth, predicted, lastTruth));
    lastTruth = truth;
  }

  private void keep(ScoredLabel scored) {
    window.add(scored);
    if (next == recent.length) {
      recent = Arrays.copyOf(recent, Math.min(windowSize, 2 * recent.length));
    }
    recent[next] = scored;
    next++;
    if (next == windowSize) {
      next = 0;
    }
  }

  /** {@return the scores over all labels} */
  public Scores overall() {
    return overall.scores();
  }

  /** {@return the scores over the last labels, as many as the window holds} */
  public Scores window() {
    return window.scores();
  }

  /**
   * Writes the counts and the window as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(classes);
    out.writeInt(windowSize);
    out.writeInt(lastTruth);
    overall.writeTo(out);
    int held = (int) window.labels();
    out.writeInt(held);
    for (int i = 0; i < held; i++) {
      recent[(next + windowSize - held + i) % windowSize].writeTo(out);
    }
  }

  /**
   * Reads what {@link #writeSnapshot} wrote. A window of another size keeps the newest labels, as
   * many as it holds.
   *
   * @param classes number of classes that was written
   * @param window labels to keep from now on, at least 1
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored scores
   * @throws IOException when the bytes are truncated, of an unknown version, or written for another
   *     number of classes
   */
  public static PrequentialEvaluator restore(int classes, int window, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    int foundClasses = in.readInt();
    int foundWindow = in.readInt();
    if (foundClasses != classes || foundWindow < 1) {
      throw new IOException(
          "snapshot evaluates %s classes over a window of %s, expected %s classes"
              .formatted(foundClasses, foundWindow, classes));
    }
    PrequentialEvaluator evaluator = new PrequentialEvaluator(classes, window);
    evaluator.lastTruth = in.readInt();
    evaluator.overall.readFrom(in);
    int held = in.readInt();
    if (held < 0 || held > foundWindow) {
      throw new IOException(
          "snapshot holds %s labels in a window of %s".formatted(held, foundWindow));
    }
    int kept = Math.min(held, window);
    for (int i = 0; i < held; i++) {
      ScoredLabel scored = ScoredLabel.readFrom(in, classes);
      if (i >= held - kept) {
        evaluator.keep(scored);
      }
    }
    return evaluator;
  }

  private void check(String field, int label) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "%s must be a class from 0 to %s, got %s".formatted(field, classes - 1, label));
    }
  }
}
