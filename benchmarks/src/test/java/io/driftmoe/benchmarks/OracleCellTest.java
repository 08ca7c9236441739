// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Learners that are told the sources of the events. */
class OracleCellTest {

  @ParameterizedTest
  @ValueSource(strings = {"oracle-source", "oracle-posterior"})
  void streamIsWhatTheOthersSee(String oracle) throws IOException {
    CellResult told = Cells.run(Cells.cell("regime_s4o", oracle, 400));
    CellResult plain = Cells.run(Cells.cell("regime_s4o", "majority", 400));

    assertThat(told.stream()).isEqualTo(plain.stream());
    assertThat(told.stream().attributes()).isEqualTo(13);
    assertThat(told.experts()).isNull();
  }

  @Test
  void trueSource_isWorthMoreThanThePosterior_whereSourcesOverlap() throws IOException {
    double source = accuracy(Cells.cell("regime_s8o", "oracle-source", 8_000));
    double posterior = accuracy(Cells.cell("regime_s8o", "oracle-posterior", 8_000));
    double unaware = accuracy(Cells.cell("regime_s8o", "HoeffdingTree", 8_000));

    assertThat(source).isGreaterThan(posterior + 1);
    assertThat(posterior).isGreaterThan(unaware + 1);
  }

  private static double accuracy(Cell cell) throws IOException {
    return Cells.run(cell).scores().of(ScoreMeasure.ACCURACY);
  }

  @Test
  void warmUp_lateLabels_andFolds_workAsForOthers() throws IOException {
    Cell cell = Cells.cell("regime_s4s", "oracle-source", 1_500);

    double atOnce = accuracy(cell);
    double late = accuracy(Cells.withLabels(cell, new LabelArrival(700, 700, Map.of(), 1)));
    Cell warm =
        new Cell(
            cell.stream(),
            cell.learner(),
            cell.seed(),
            cell.events(),
            cell.labels(),
            1,
            cell.window(),
            List.of(),
            200);
    Cell folded =
        new Cell(
            cell.stream(),
            cell.learner(),
            cell.seed(),
            cell.events(),
            cell.labels(),
            3,
            cell.window(),
            List.of(),
            0);

    assertThat(accuracy(warm)).isEqualTo(atOnce);
    assertThat(late).isLessThan(atOnce - 1);
    assertThat(Cells.run(folded).foldAccuracies()).hasSize(3).allMatch(fold -> fold > 50);
  }

  @Test
  void configuration_namesWhatIsToldAndTheSpecialists() {
    assertThat(LearnerCatalog.named("oracle-posterior").configuration(3))
        .startsWith("told POSTERIOR, one specialist a source, each SpecialistConfig[")
        .endsWith(", seed 3");
  }

  @Test
  void streamWithoutSources_andALearnerThatIsToldNothing_areErrors() {
    Cell cell = Cells.cell("led_a", "oracle-source", 10);
    LearnerSpec oracle = cell.learner();

    assertThatThrownBy(() -> Cells.run(cell))
        .hasMessage("the sources of stream 'led_a' are not known");
    assertThatThrownBy(() -> oracle.create(null, 1))
        .hasMessage("learner oracle-source must be told the sources of the events");
  }
}
