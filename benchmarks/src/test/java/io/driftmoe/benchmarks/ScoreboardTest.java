// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.CellResult.Point;
import io.driftmoe.benchmarks.CellResult.Scores;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScoreboardTest {
  private static final double TINY = 1e-12;

  @Test
  void scoresASequenceWorkedOutByHand() {
    Scoreboard board = new Scoreboard(4, 3);
    board.add(0, 0, 0.5, 0.5);
    board.add(0, 1, 0.25, 0.5);
    board.add(1, 1, 1, 1);
    board.add(0, 0, 0.8, 0.8);
    board.add(2, 0, 0, 0.9);

    Scores scores = board.scores(List.of(7L, -1L));

    assertThat(scores.of(ScoreMeasure.ACCURACY)).isCloseTo(60, within(TINY));
    // recalls 2/3, 1 and 0; class 3 did not occur
    assertThat(scores.of(ScoreMeasure.BALANCED_ACCURACY)).isCloseTo(500 / 9.0, within(TINY));
    // F1 4/6, 2/3 and 0
    assertThat(scores.of(ScoreMeasure.MACRO_F1)).isCloseTo(400 / 9.0, within(TINY));
    // ln 2 + ln 4 + 0 + ln 1.25 + 15 ln 10
    assertThat(scores.of(ScoreMeasure.LOG_LOSS)).isCloseTo(Math.log(10e15) / 5, within(TINY));
    // two events at 0.5, one right: |1 - 1.0|; then |1 - 1|, |1 - 0.8| and |0 - 0.9|
    assertThat(scores.of(ScoreMeasure.CALIBRATION_ERROR)).isCloseTo(100 * 1.1 / 5, within(TINY));
    // chance 3/5 * 3/5 + 1/5 * 2/5 = 0.44
    assertThat(scores.of(ScoreMeasure.KAPPA)).isCloseTo(100 * (0.6 - 0.44) / 0.56, within(TINY));
    // class 0 is the majority at every event: right three times
    assertThat(scores.of(ScoreMeasure.KAPPA_M)).isCloseTo(0, within(TINY));
    // the label before is right twice, class 0 standing before the first
    assertThat(scores.of(ScoreMeasure.KAPPA_T)).isCloseTo(100 * (0.6 - 0.4) / 0.6, within(TINY));
    assertThat(scores.recovery()).containsExactly(7L, -1L);
  }

  @Test
  void macroF1_countsAClassThatWasOnlyPredicted() {
    Scoreboard board = new Scoreboard(3, 10);
    board.add(0, 0, 1, 1);
    board.add(0, 2, 0, 1);

    assertThat(board.scores(List.of()).of(ScoreMeasure.MACRO_F1))
        .isCloseTo(100 * (2 / 3.0) / 2, within(TINY));
    assertThat(board.scores(List.of()).of(ScoreMeasure.BALANCED_ACCURACY)).isEqualTo(50);
  }

  @Test
  void calibrationError_ofAConfidenceThatComesTrueIsZero() {
    Scoreboard board = new Scoreboard(2, 10);
    for (int i = 0; i < 8; i++) {
      board.add(i < 6 ? 1 : 0, 1, i < 6 ? 0.75 : 0.25, 0.75);
    }

    assertThat(board.scores(List.of()).of(ScoreMeasure.CALIBRATION_ERROR)).isZero();
  }

  @Test
  void calibrationBins_areClosedAtTheirUpperEnd() {
    for (int bin = 1; bin < 15; bin++) {
      double end = bin / 15.0;
      // one bin: the errors +(1 - end) and -end add up; two bins: their sizes do
      assertThat(errorOfRightAndWrong(end, Math.nextDown(end)))
          .isCloseTo(100 * Math.abs(1 - 2 * end) / 2, within(1e-9));
      assertThat(errorOfRightAndWrong(end, Math.nextUp(Math.nextUp(end))))
          .isCloseTo(50, within(1e-9));
    }
  }

  private static double errorOfRightAndWrong(double rightConfidence, double wrongConfidence) {
    Scoreboard board = new Scoreboard(2, 10);
    board.add(0, 0, rightConfidence, rightConfidence);
    board.add(0, 1, 0, wrongConfidence);
    return board.scores(List.of()).of(ScoreMeasure.CALIBRATION_ERROR);
  }

  @Test
  void series_hasOnePointPerWindowAndTheRestAtTheEnd() {
    Scoreboard board = new Scoreboard(2, 4);
    int[] truths = {0, 0, 1, 1, 1, 1, 1, 1, 0};
    int[] predicted = {0, 0, 1, 0, 1, 0, 1, 0, 0};
    for (int i = 0; i < truths.length; i++) {
      board.add(truths[i], predicted[i], 0.5, 0.5);
    }

    assertThat(board.series())
        .containsExactly(
            new Point(4, 75, 50), // the majority is right twice of four
            new Point(8, 50, -200), // one class only: two errors against one that is lent
            new Point(9, 100, 0));
    assertThat(board.series()).as("asked again").hasSize(3);
  }

  @Test
  void series_withoutARest_endsWithTheLastFullWindow() {
    Scoreboard board = new Scoreboard(2, 1);
    board.add(0, 0, 1, 1);
    board.add(1, 0, 0, 1);

    assertThat(board.series()).containsExactly(new Point(1, 100, 0), new Point(2, 0, -100));
  }

  @Test
  void withoutEvents_allIsZeroAndTheSeriesEmpty() {
    Scoreboard board = new Scoreboard(2, 10);

    assertThat(board.scores(List.of()).values())
        .hasSize(ScoreMeasure.values().length)
        .allSatisfy((measure, value) -> assertThat(value).isIn(0.0, Double.NaN));
    assertThat(board.scores(List.of()).of(ScoreMeasure.ACCURACY)).isZero();
    assertThat(board.scores(List.of()).of(ScoreMeasure.COVERAGE)).as("no sets").isNaN();
    assertThat(board.series()).isEmpty();
  }

  @Test
  void predictionSets_areScoredInAllAndByWindowsOf5000() {
    Scoreboard board = new Scoreboard(3, 10);
    for (int i = 0; i < 12_000; i++) {
      int[] set = i < 5_000 && i % 10 == 0 ? new int[0] : new int[] {1, 2};
      Forecast forecast = new Forecast(1, new double[] {0, 1, 0}, "", set, Double.NaN, null);
      board.add(SetOutcome.of(forecast, i % 2 + 1));
    }
    Scores scores = board.scores(List.of());
    assertThat(scores.of(ScoreMeasure.COVERAGE)).isEqualTo(100 * (11_500 / 12_000.0));
    assertThat(scores.of(ScoreMeasure.LEAST_COVERAGE)).isEqualTo(90);
    assertThat(scores.of(ScoreMeasure.MOST_COVERAGE)).isEqualTo(100);
    assertThat(scores.of(ScoreMeasure.SET_SIZE)).isEqualTo(2 * 11_500 / 12_000.0);
  }

  @Test
  void whatWasExpected_isComparedByWindowsOf1000() {
    Scoreboard board = new Scoreboard(2, 10);
    board.addExpected(true, 0.75);
    assertThat(board.scores(List.of()).of(ScoreMeasure.ESTIMATE_ERROR)).isEqualTo(25);
    for (int i = 1; i < 2_500; i++) {
      // 0.75 of the first thousand are right, and half of the others, of which the last do not
      // count
      board.addExpected(i < 1_000 ? i % 4 != 3 : i % 2 == 0, 0.75);
    }
    assertThat(board.scores(List.of()).of(ScoreMeasure.ESTIMATE_ERROR)).isEqualTo(12.5);
  }

  @Test
  void fewPredictionSets_areOneWindow() {
    Scoreboard board = new Scoreboard(2, 10);
    assertThat(SetOutcome.of(new Forecast(1, new double[] {0, 1}, ""), 1)).isNull();
    for (int label : new int[] {0, 1, 1, 1}) {
      int[] set = {1};
      Forecast forecast = new Forecast(1, new double[] {0, 1}, "", set, Double.NaN, null);
      board.add(SetOutcome.of(forecast, label));
    }
    assertThat(board.scores(List.of()).of(ScoreMeasure.LEAST_COVERAGE)).isEqualTo(75);
    assertThat(board.scores(List.of()).of(ScoreMeasure.MOST_COVERAGE)).isEqualTo(75);
  }

  @Test
  void probabilityJustAboveOne_isRounding() {
    Scoreboard board = new Scoreboard(2, 10);
    board.add(0, 0, Math.nextUp(1.0), Math.nextUp(1.0));

    assertThat(board.scores(List.of()).of(ScoreMeasure.LOG_LOSS)).isZero();
    assertThat(board.scores(List.of()).of(ScoreMeasure.CALIBRATION_ERROR)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.001, 1.001, Double.POSITIVE_INFINITY})
  void whatIsNoProbability_isRejectedByNameAndCountsNowhere(double value) {
    Scoreboard board = new Scoreboard(2, 10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> board.add(0, 0, value, 1))
        .withMessage("probabilityOfTruth must be from 0 to 1, got " + value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> board.add(0, 0, 1, value))
        .withMessage("confidence must be from 0 to 1, got " + value);
    assertThat(board.series()).isEmpty();
  }

  @Test
  void sizesAndClasses_areCheckedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scoreboard(2, 0))
        .withMessage("window must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scoreboard(1, 1))
        .withMessageContaining("classes must be at least 2");
    Scoreboard board = new Scoreboard(2, 10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> board.add(2, 0, 1, 1))
        .withMessageContaining("truth");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> board.add(0, 2, 1, 1))
        .withMessageContaining("predicted");
    assertThat(board.series()).isEmpty();
  }
}
