// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.PrequentialEvaluator;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The measures of predictions. One line makes another one part of stored results, tables and pages.
 *
 * <p>Accuracy and kappas are those of {@link PrequentialEvaluator}, and with them MOA's.
 */
public enum ScoreMeasure {
  /** Share of right predictions, from 0 to 100. */
  ACCURACY(
      "Accuracy",
      "%",
      2,
      true,
      classes -> new EvaluatorScore(classes, PrequentialEvaluator.Scores::accuracy)),
  /** Against chance, up to 100. */
  KAPPA(
      "Kappa",
      "%",
      2,
      true,
      classes -> new EvaluatorScore(classes, PrequentialEvaluator.Scores::kappa)),
  /** Against the majority class, up to 100. */
  KAPPA_M(
      "Kappa-M",
      "%",
      2,
      true,
      classes -> new EvaluatorScore(classes, PrequentialEvaluator.Scores::kappaM)),
  /** Against repeating the previous label, up to 100. */
  KAPPA_T(
      "Kappa-temporal",
      "%",
      2,
      true,
      classes -> new EvaluatorScore(classes, PrequentialEvaluator.Scores::kappaT)),
  /** Mean recall of the classes that occurred, from 0 to 100. */
  BALANCED_ACCURACY("Balanced accuracy", "%", 2, true, BalancedAccuracy::new),
  /** Mean F1 of the classes that occurred or were predicted, from 0 to 100. */
  MACRO_F1("Macro F1", "%", 2, true, MacroF1::new),
  /** Mean negative natural logarithm of the probability given to the true class, from 0. */
  LOG_LOSS("Log loss", "nats", 3, false, classes -> new LogLoss()),
  /** Expected calibration error over 15 bins of equal width, from 0 to 100. */
  CALIBRATION_ERROR("Expected calibration error", "%", 2, false, classes -> new CalibrationError()),
  /** Share of the prediction sets that hold the true class, from 0 to 100. */
  COVERAGE(
      "Coverage of prediction sets", "%", 2, true, classes -> new SetCoverage(SetCoverage.Of.ALL)),
  /** The same in the window of 5,000 events where it is the least. */
  LEAST_COVERAGE(
      "Least coverage in a window of 5,000",
      "%",
      2,
      true,
      classes -> new SetCoverage(SetCoverage.Of.LEAST)),
  /** The same in the window of 5,000 events where it is the most. */
  MOST_COVERAGE(
      "Most coverage in a window of 5,000",
      "%",
      2,
      true,
      classes -> new SetCoverage(SetCoverage.Of.MOST)),
  /** Mean number of classes in prediction sets. */
  SET_SIZE("Classes in a prediction set", "classes", 3, false, classes -> new SetSize()),
  /** Mean difference of estimated and true accuracy in windows of 1,000 events, in points. */
  ESTIMATE_ERROR(
      "Error of the estimated accuracy", "points", 2, false, classes -> new EstimateError());

  private final String title;
  private final String unit;
  private final int decimals;
  private final boolean highIsGood;
  private final IntFunction<Score> score;

  /**
   * @param decimals shown in tables
   * @param score a new one for a number of classes
   */
  ScoreMeasure(
      String title, String unit, int decimals, boolean highIsGood, IntFunction<Score> score) {
    this.title = title;
    this.unit = unit;
    this.decimals = decimals;
    this.highIsGood = highIsGood;
    this.score = score;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** For people. */
  public String unit() {
    return unit;
  }

  /** How many decimals tables show. */
  public int decimals() {
    return decimals;
  }

  /** Whether more is better. */
  public boolean highIsGood() {
    return highIsGood;
  }

  /** Name of its column, such as {@code balanced_accuracy}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Name in stored results, such as {@code balancedAccuracy}. */
  String key() {
    String[] words = column().split("_");
    return words[0]
        + Arrays.stream(words, 1, words.length)
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
  }

  Score start(int classes) {
    return score.apply(classes);
  }
}
