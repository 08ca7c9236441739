// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drift of inputs in a job: told at the event that showed it, once, also across restarts. */
class InputDriftTest {
  private static final int SHIFT = 3_000;
  private static final int EVENTS = 4_000;
  private static final List<LabeledExample> EXAMPLES = examples();
  private static final Map<String, String> SETTINGS =
      Map.of(
          "learner.preset", "adaptive",
          "learner.pool", "[naive-bayes, no-change]",
          "learner.input-watch", "100000");

  /** The first feature is higher by far from some event on. */
  private static List<LabeledExample> examples() {
    List<LabeledExample> changed = new ArrayList<>();
    for (LabeledExample example : Events.examples(EVENTS)) {
      double[] values = new double[example.features().size()];
      for (int a = 0; a < values.length; a++) {
        values[a] = example.features().get(a);
      }
      values[0] = changed.size() < SHIFT ? values[0] : values[0] + 100;
      changed.add(new LabeledExample(FeatureVector.of(values), example.label()));
    }
    return changed;
  }

  /** No label of an event comes: nothing else than the inputs can tell. */
  private static void send(MixtureHarness operator, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), false));
    }
  }

  private static List<DriftEvent> inputDrifts(MixtureHarness operator) throws Exception {
    return operator.driftEvents().stream()
        .filter(event -> event.getKind() == DriftKind.INPUT_DRIFT)
        .toList();
  }

  @Test
  void isToldAtTheEventThatShowedIt_withTheFeatureThatMoved() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(Events.options(SETTINGS))) {
      send(operator, "a", 0, SHIFT);
      assertThat(inputDrifts(operator)).isEmpty();
      send(operator, "a", SHIFT, EVENTS);
      List<DriftEvent> drifts = inputDrifts(operator);
      assertThat(drifts).hasSize(1);
      DriftEvent drift = drifts.get(0);
      String feature = Events.SCHEMA.attributes().get(0).name();
      assertThat(drift.getDetector()).isEqualTo("input-feature");
      assertThat(drift.getDescription())
          .startsWith(
              "inputs have changed without labels saying so yet: %s up, mean rank ("
                  .formatted(feature))
          .contains("false with probability");
      assertThat(drift.getEventTime()).isBetween(1_000L * SHIFT, 1_000L * EVENTS);
      assertThat(drift.getSinceVersion()).isZero(); // nothing was learned
      assertThat(drift.getFalseAlarmProbability()).isBetween(0.0, 0.01);
      assertThat(drift.getWhere()).isNotEmpty();
    }
  }

  /** Before, while and after the sample is taken; just before the alarm; and just after it. */
  @ParameterizedTest
  @ValueSource(ints = {50, 128, 2_000, SHIFT + 20, EVENTS - 1})
  void isToldOnce_andAlikeAfterARestart(int restart) throws Exception {
    List<DriftEvent> expected;
    try (MixtureHarness operator = new MixtureHarness(Events.options(SETTINGS))) {
      send(operator, "a", 0, EVENTS);
      expected = inputDrifts(operator);
    }
    List<DriftEvent> found = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(Events.options(SETTINGS))) {
      send(operator, "a", 0, restart);
      found.addAll(inputDrifts(operator));
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(Events.options(SETTINGS), checkpoint)) {
      send(operator, "a", restart, EVENTS);
      found.addAll(inputDrifts(operator));
    }
    assertThat(found).isEqualTo(expected).hasSize(1);
  }

  @Test
  void eachModelKeyHasItsOwn() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(Events.options(SETTINGS))) {
      for (int i = 0; i < EVENTS; i++) {
        send(operator, "moves", i, i + 1);
        int before = i % SHIFT;
        operator.send(Events.features("stays", i, EXAMPLES.get(before), false));
      }
      assertThat(inputDrifts(operator))
          .hasSize(1)
          .allSatisfy(drift -> assertThat(drift.getModelKey()).hasToString("moves"));
    }
  }

  @Test
  void withoutTheSetting_nothingIsTold() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(Events.options(Map.of()))) {
      send(operator, "a", 0, EVENTS);
      assertThat(inputDrifts(operator)).isEmpty();
    }
  }
}
