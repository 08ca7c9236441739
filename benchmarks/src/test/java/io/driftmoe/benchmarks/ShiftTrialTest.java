// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.report.ShiftReport;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShiftTrialTest {
  private static final LearnerSpec WATCH =
      new LearnerSpec(
          "watch",
          LearnerSpec.Kind.MIXTURE,
          "{\"preset\": \"adaptive\", \"pool\": [\"naive-bayes\"], \"input-watch\": 100000}");

  private static ShiftResult run(String stream, PlantedShift shift) throws IOException {
    return new ShiftTrial(8_000, true, 0)
        .run(StreamSource.catalogued(stream), shift, WATCH, 2)
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(
      value = PlantedShift.class,
      names = {"MEAN", "GROUP", "SPREAD", "DEPENDENCE", "MISSING"})
  void changesOfInputs_areNoticedAndNamed(PlantedShift shift) throws IOException {
    ShiftResult result = run("hyperplane", shift);
    assertThat(result.inputsBefore()).isZero();
    assertThat(result.inputDelay()).isBetween(0, 2_000);
    assertThat(result.namedDelay()).isEqualTo(result.inputDelay());
    assertThat(result.firstIsRight()).isTrue();
    assertThat(result.groupIsRight()).isEqualTo(shift == PlantedShift.GROUP);
  }

  @ParameterizedTest
  @EnumSource(
      value = PlantedShift.class,
      names = {"NONE", "CLASSES"})
  void changesOfClassesAlone_areNoAlarmOfInputs_butOfErrors(PlantedShift shift) throws IOException {
    ShiftResult result = run("hyperplane", shift);
    assertThat(result.inputsBefore() + result.inputsAfter()).isZero();
    assertThat(result.labelDelay() >= 0).isEqualTo(shift == PlantedShift.CLASSES);
    assertThat(result.outputDelay() >= 0).isEqualTo(shift == PlantedShift.CLASSES);
  }

  @Test
  void featuresThatAStreamLacks_areNotChanged() throws IOException {
    assertThat(
            new ShiftTrial(2_000, false, 0)
                .run(StreamSource.catalogued("hyperplane"), PlantedShift.VALUE, WATCH, 1))
        .isEmpty();
  }

  @Test
  void learnersThatDoNotWatch_areRefused() {
    LearnerSpec blind =
        new LearnerSpec("blind", LearnerSpec.Kind.MIXTURE, "{\"preset\": \"adaptive\"}");
    assertThat(ShiftTrial.suits(blind)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ShiftTrial(2_000, false, 0)
                    .run(StreamSource.catalogued("hyperplane"), PlantedShift.NONE, blind, 1))
        .withMessageContaining("'blind' does not watch");
  }

  /** Each feature on its own keeps its values; only their order is another. */
  @Test
  void dependenceChangesNoFeatureAlone() throws IOException {
    List<LabeledExample> events = new ArrayList<>();
    StreamSchema schema;
    try (LabeledStream stream = StreamSource.catalogued("hyperplane").open(4_000, 1)) {
      schema = stream.schema();
      while (stream.hasNext() && events.size() < 4_000) {
        events.add(stream.next());
      }
    }
    PlantedShift.Planted planted = PlantedShift.DEPENDENCE.plant(schema, events, 3).orElseThrow();
    List<String> names = schema.attributes().stream().map(one -> one.name()).toList();
    int moved = names.indexOf(planted.moved().get(0));
    int other = names.indexOf(planted.moved().get(1));
    for (int a = 0; a < schema.features(); a++) {
      assertThat(sorted(planted.examples(), a)).isEqualTo(sorted(events, a));
    }
    assertThat(correlation(events, moved, other)).isCloseTo(0, within(0.1));
    assertThat(correlation(planted.examples(), moved, other)).isGreaterThan(0.9);
  }

  private static double[] sorted(List<LabeledExample> events, int a) {
    return events.subList(2_000, 4_000).stream()
        .mapToDouble(event -> event.features().get(a))
        .sorted()
        .toArray();
  }

  private static double correlation(List<LabeledExample> events, int a, int b) {
    List<LabeledExample> later = events.subList(2_000, 4_000);
    double[] x = later.stream().mapToDouble(event -> event.features().get(a)).toArray();
    double[] y = later.stream().mapToDouble(event -> event.features().get(b)).toArray();
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }

  @Test
  void reportHasAllRuns_andARowOverAllStreams() throws IOException {
    List<ShiftResult> results =
        List.of(run("hyperplane", PlantedShift.MEAN), run("sea_a", PlantedShift.MEAN));
    String report = new ShiftReport(results, Cells.NOBODY).markdown();
    assertThat(report)
        .contains("| hyperplane | watch | mean | 1 | 0.0 |")
        .contains("| all | watch | mean | 2 | 0.0 |")
        .contains(" | 100 % | ");
  }
}
