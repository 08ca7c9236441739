// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.router.LabelBudget;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A label budget in the comparison. */
class AskingLearnerTest {
  private static final long EVENTS = 3_000;

  private static CellResult run(String learner, LabelBudget.Choice choice, double share)
      throws Exception {
    LabelArrival labels =
        share == 1
            ? LabelArrival.IMMEDIATE
            : LabelArrival.IMMEDIATE.withBudget(new LabelBudget(share, choice));
    return Cells.run(Cells.withLabels(Cells.cell("sea_a", learner, EVENTS), labels));
  }

  @Test
  void fewerLabelsAreWorse_allPredictionsAreScored_andTheSeedDecides() throws Exception {
    double all = accuracy(run("HoeffdingTree", LabelBudget.Choice.RANDOM, 1));
    CellResult few = run("HoeffdingTree", LabelBudget.Choice.RANDOM, 0.01);
    assertThat(few.stream().events()).isEqualTo(EVENTS);
    assertThat(accuracy(few)).isLessThan(all);
    CellResult asked = run("paper-data", LabelBudget.Choice.UNCERTAIN, 0.1);
    assertThat(run("paper-data", LabelBudget.Choice.UNCERTAIN, 0.1).scores())
        .isEqualTo(asked.scores());
    assertThat(run("paper-data", LabelBudget.Choice.RANDOM, 0.1).scores())
        .isNotEqualTo(asked.scores());
  }

  private static double accuracy(CellResult result) {
    return result.scores().values().get("accuracy");
  }

  /** Results of cells from before still count: they are stored under the same names. */
  @Test
  void aBudget_isWrittenOnlyWhereThereIsOne() throws Exception {
    assertThat(Json.write(new LabelArrival(3, 5, Map.of(), 0.5))).doesNotContain("budget");
    LabelArrival asked = LabelArrival.TRUE_TIMES.withBudget(LabelBudget.of(0.05));
    assertThat(Json.read(Json.write(asked), LabelArrival.class)).isEqualTo(asked);
    assertThat(asked.budgetText()).isEqualTo("5 % uncertain");
    assertThat(LabelArrival.IMMEDIATE.budgetText()).isEmpty();
  }
}
