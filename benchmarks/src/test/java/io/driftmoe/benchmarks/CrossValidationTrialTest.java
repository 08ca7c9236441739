// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossValidationTrialTest {
  private static final int FOLDS = 10;
  private static final int EVENTS = 5_000;

  private static final class Fold implements Learner {
    private final List<Integer> learned = new ArrayList<>();

    @Override
    public Forecast predict(FeatureVector features) {
      return new Forecast(1, new double[] {0, 1}, (int) features.get(0));
    }

    @Override
    public boolean learn(Forecast forecast, int label) {
      learned.add((int) forecast.kept());
      return false;
    }

    @Override
    public Object model() {
      return learned;
    }
  }

  @Test
  void everyEventTrainsAllLearnersButTheOneItTests() {
    List<Learner> folds = new ArrayList<>();
    for (int i = 0; i < FOLDS; i++) {
      folds.add(new Fold());
    }
    CrossValidationTrial trial = new CrossValidationTrial(folds, 3);
    List<Trial.Lesson> lessons = new ArrayList<>();
    int[] missing = new int[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      trial.next(i, new LabeledExample(FeatureVector.of(i), i % 2), null, lessons);
    }

    for (Learner fold : folds) {
      List<Integer> learned = ((Fold) fold).learned;
      assertThat(learned).isSorted().doesNotHaveDuplicates();
      // a tenth of the events tests each fold, five sigma of the binomial distribution are 106
      assertThat(EVENTS - learned.size()).isBetween(500 - 106, 500 + 106);
      for (int i = 0; i < EVENTS; i++) {
        missing[i]++;
      }
      learned.forEach(event -> missing[event]--);
    }
    assertThat(missing).containsOnly(1);
    assertThat(lessons).hasSize(EVENTS);
    assertThat(lessons.stream().filter(Trial.Lesson::error).count()).isEqualTo(EVENTS / 2);
  }

  @Test
  void scoresOfACell_areCloseToThoseWithoutFolds() throws Exception {
    Cell plain = Cells.cell("sea_a", "NaiveBayes", 5_000);
    Cell folded =
        new Cell(
            plain.stream(),
            plain.learner(),
            plain.seed(),
            plain.events(),
            plain.labels(),
            FOLDS,
            plain.window(),
            List.of(),
            0);

    double difference =
        Cells.run(folded).scores().of(ScoreMeasure.ACCURACY)
            - Cells.run(plain).scores().of(ScoreMeasure.ACCURACY);

    assertThat(Math.abs(difference)).isBetween(1e-9, 1.5);
  }
}
