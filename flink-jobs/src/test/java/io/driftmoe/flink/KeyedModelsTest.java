// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedModelsTest {
  private static final int EVENTS = 180;
  private static final List<LabeledExample> EXAMPLES = Events.examples(EVENTS);
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");

  private static JobOptions options(String... keysAndValues) {
    Map<String, String> options = new HashMap<>(Map.of("learner.preset", "paper-data"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(options);
  }

  private static void event(MixtureHarness operator, String key, int i) throws Exception {
    operator.send(Events.features(key, i, EXAMPLES.get(i), true));
  }

  /**
   * What is predicted under keys in turns, with labels that come late.
   *
   * @param disturbed now and then all models are parked while a checkpoint is written, and restored
   */
  private static List<PredictionEvent> inTurns(
      JobOptions options, List<String> keys, int events, boolean disturbed) throws Exception {
    List<PredictionEvent> predictions = new ArrayList<>();
    MixtureHarness operator = new MixtureHarness(options);
    try {
      for (int i = 0; i < events; i++) {
        for (String key : keys) {
          operator.send(Events.features(key, i, EXAMPLES.get(i), false));
          if (i >= 3) {
            operator.send(Events.label(key, i - 3, EXAMPLES.get(i - 3), 3));
          }
        }
        if (disturbed && i % 53 == 20) {
          OperatorSnapshotFutures running = operator.startCheckpoint(i);
          operator.processingTime(i * 1_000_000L);
          assertThat(operator.models().live()).isZero();
          OperatorSubtaskState checkpoint = MixtureHarness.finish(running);
          predictions.addAll(operator.predictions());
          operator.cancel();
          operator = new MixtureHarness(options, checkpoint);
          operator.processingTime(i * 1_000_000L);
        }
      }
      predictions.addAll(operator.predictions());
      assertThat(operator.deadLetters()).isEmpty();
    } finally {
      operator.cancel();
    }
    predictions.forEach(prediction -> prediction.setLatencyMicros(0));
    return predictions;
  }

  @ParameterizedTest
  @ValueSource(strings = {"paper-data", "adaptive"})
  void parkingChangesNoBit(String preset) throws Exception {
    List<String> keys = KEYS.subList(0, 2);
    List<PredictionEvent> live = inTurns(options("learner.preset", preset), keys, EVENTS, false);
    assertThat(live).hasSize(keys.size() * EVENTS);
    JobOptions parking = options("learner.preset", preset, "models.park-after", "10 s");
    assertThat(inTurns(parking, keys, EVENTS, true)).isEqualTo(live);
  }

  @Test
  void modelsBeyondTheMemoryAreParked_withTheSameResults() throws Exception {
    JobOptions little = options("models.live-bytes", "1048576");
    try (MixtureHarness operator = new MixtureHarness(little)) {
      for (String key : KEYS) {
        event(operator, key, 0);
        assertThat(operator.models().live()).isEqualTo(1);
      }
      assertThat(operator.models().parked()).isEqualTo(KEYS.size() - 1);
    }
    assertThat(inTurns(little, KEYS, 20, false)).isEqualTo(inTurns(options(), KEYS, 20, false));
  }

  @Test
  void anIdleModelIsParked_andLiveAgainAtItsNextEvent() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("models.park-after", "1 min"))) {
      event(operator, "a", 0);
      operator.processingTime(50_000);
      event(operator, "b", 0);
      operator.processingTime(80_000);
      assertThat(operator.models().live()).isEqualTo(1);
      assertThat(operator.models().parked()).isEqualTo(1);
      event(operator, "a", 1);
      assertThat(operator.models().live()).isEqualTo(2);
      operator.processingTime(600_000);
      assertThat(operator.models().live()).isZero();
      assertThat(operator.models().parked()).isEqualTo(2);
      operator.endInput();
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.metrics()).filteredOn(m -> m.getFinalReport()).hasSize(2);
    }
  }

  @Test
  void manyIdleModelsAreParkedAFewAtATime() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("models.park-after", "1 min"))) {
      for (int key = 0; key < 50; key++) {
        event(operator, "k" + key, 0);
      }
      assertThat(operator.models().parkIdle(1_000_000)).isTrue();
      assertThat(operator.models().live()).isEqualTo(50 - 16);
      operator.processingTime(1_000_000);
      assertThat(operator.models().live()).isZero();
      assertThat(operator.models().parkIdle(2_000_000)).isFalse();
    }
  }

  @Test
  void aLabelMakesNoModel_andOfKeysWithLabelsOnlyThoseGoThatWaitedForLongest() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("models.max", "2"))) {
      for (String key : KEYS) {
        operator.send(Events.label(key, 1, EXAMPLES.get(1), 0));
        operator.send(Events.label(key, 2, EXAMPLES.get(2), key.equals("a") ? 9 : 0));
      }
      assertThat(operator.models().live() + operator.models().parked()).isZero();
      assertThat(operator.deadLetters())
          .hasSize(2 * 3)
          .allMatch(letter -> letter.getKind() == DeadLetterKind.REFUSED)
          .allMatch(letter -> letter.getReason().contains("models.max = 2 are reached"))
          .extracting(letter -> new String(letter.getKey().array(), StandardCharsets.UTF_8))
          .containsExactly("a", "a", "b", "b", "c", "c");
      operator.send(Events.features("d", 1, EXAMPLES.get(1), false));
      assertThat(operator.models().live()).isEqualTo(1);
      operator.send(Events.label("c", 1, EXAMPLES.get(1), 0)); // d has made room
      assertThat(operator.deadLetters()).hasSize(2 * 3);
      operator.send(Events.features("f", 1, EXAMPLES.get(1), false));
      assertThat(operator.models().refused()).isZero();
      operator.send(Events.label("g", 1, EXAMPLES.get(1), 0)); // no event of it could come
      assertThat(operator.models().refused()).isEqualTo(1);
    }
  }

  @Test
  void nothingIsKeptOfAKeyWhoseLabelsHaveGone() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("labels.max-wait", "1 min"))) {
      for (int i = 0; i < 50; i++) {
        operator.send(Events.label("key " + i, 1, EXAMPLES.get(1), 0));
      }
      assertThat(operator.stateEntries()).isEqualTo(2 * 50);
      operator.processingTime(60_000);
      operator.processingTime(120_000);
      assertThat(operator.deadLetters())
          .hasSize(50)
          .allMatch(letter -> letter.getReason().contains("labels.max-wait"));
      assertThat(operator.stateEntries()).isZero();
      assertThat(operator.eventTimeTimers()).isZero();
      assertThat(operator.models().memory().waiting()).isZero();
    }
  }

  @Test
  void nothingIsKeptOfADroppedKey() throws Exception {
    JobOptions options =
        options("models.max", "1", "models.when-full", "drop-idle", "labels.max-wait", "1 min");
    try (MixtureHarness operator = new MixtureHarness(options)) {
      operator.send(Events.features("a", 1, EXAMPLES.get(1), false));
      int entries = operator.stateEntries();
      int timers = operator.eventTimeTimers() + operator.processingTimeTimers();
      for (int i = 0; i < 20; i++) {
        operator.send(Events.features("b" + i, 1, EXAMPLES.get(1), false));
      }
      assertThat(operator.stateEntries()).isEqualTo(entries);
      assertThat(operator.eventTimeTimers() + operator.processingTimeTimers()).isEqualTo(timers);
    }
  }

  @Test
  void aNewKeyBeyondTheMaximumIsRefused_andLeavesNothing() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("models.max", "2"))) {
      event(operator, "a", 0);
      event(operator, "b", 0);
      int entries = operator.stateEntries();
      int timers = operator.eventTimeTimers() + operator.processingTimeTimers();
      event(operator, "c", 0);
      operator.send(Events.label("d", 1, EXAMPLES.get(1), 0));
      assertThat(operator.stateEntries()).isEqualTo(entries);
      assertThat(operator.eventTimeTimers() + operator.processingTimeTimers()).isEqualTo(timers);
      assertThat(operator.deadLetters())
          .allMatch(letter -> letter.getKind() == DeadLetterKind.REFUSED)
          .extracting(DeadLetter::getReason)
          .containsExactly(
              "event id '0' of the new model key 'c' is refused: models.max = 2 are reached (2 in"
                  + " this subtask)",
              "models.max = 2 are reached (2 in this subtask)");
      event(operator, "a", 1);
      assertThat(operator.predictions()).hasSize(3);
      assertThat(operator.models().refused()).isEqualTo(2);
    }
  }

  /** After each event a checkpoint is restored, or not. */
  private static List<Object> dropped(boolean restored) throws Exception {
    JobOptions options = options("models.max", "3", "models.when-full", "drop-idle");
    List<Object> said = new ArrayList<>();
    MixtureHarness operator = new MixtureHarness(options);
    List<String> order = List.of("a", "b", "c", "a", "d", "b", "c", "c", "e", "a", "f");
    for (int i = 0; i < order.size(); i++) {
      operator.send(Events.features(order.get(i), i, EXAMPLES.get(i), false));
      assertThat(operator.models().live() + operator.models().parked()).isLessThanOrEqualTo(3);
      OperatorSubtaskState checkpoint = operator.checkpoint(i);
      for (DriftEvent event : operator.driftEvents()) {
        assertThat(event.getKind()).isEqualTo(DriftKind.RETIRE);
        said.add(event.getModelKey() + " for " + event.getEventId() + event.getDescription());
      }
      for (DeadLetter letter : operator.deadLetters()) {
        said.add(letter.getKind() + " " + letter.getReason());
      }
      if (restored || i == order.size() - 1) {
        operator.cancel();
        operator = new MixtureHarness(options, checkpoint);
      } else {
        said.clear();
      }
    }
    operator.cancel();
    return said.stream()
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .toList();
  }

  @Test
  void theModelUnusedForLongestIsDropped_alsoAfterRestores() throws Exception {
    List<Object> said = dropped(false);
    assertThat(dropped(true)).isEqualTo(said);
    assertThat(said)
        .filteredOn(line -> line.toString().contains(" for "))
        .filteredOn(line -> !line.toString().startsWith("EXPIRED"))
        .extracting(line -> line.toString().substring(0, 7))
        .containsExactly("a for 6", "b for 4", "b for 9", "c for 1", "c for 5", "d for 8");
    assertThat(said).filteredOn(line -> line.toString().startsWith("EXPIRED")).hasSize(8);
  }

  /** There the record that brings the new key is processed by a timer, which has its own key. */
  @Test
  void inEventTimeOrder_whatIsDroppedIsSaidUnderItsOwnKey() throws Exception {
    JobOptions options =
        options("models.max", "1", "models.when-full", "drop-idle", "input.order", "event-time");
    try (MixtureHarness operator = new MixtureHarness(options)) {
      operator.send(Events.features("a", 1, EXAMPLES.get(1), false));
      operator.send(Events.features("b", 2, EXAMPLES.get(2), false));
      operator.watermark(2_000);
      assertThat(operator.driftEvents())
          .singleElement()
          .satisfies(event -> assertThat(event.getModelKey()).isEqualTo("a"));
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getKind()).isEqualTo(DeadLetterKind.EXPIRED_PREDICTION);
                assertThat(letter.getKey().array()).containsExactly('a');
                assertThat(letter.getReason()).startsWith("event id '1' of model key 'a': ");
              });
      operator.send(Events.label("b", 2, EXAMPLES.get(2), 1));
      operator.watermark(10_000);
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.deadLetters()).hasSize(1);
    }
  }

  @Test
  void otherSubtasksGoOnWithTheModels() throws Exception {
    JobOptions options = options("models.park-after", "1 s", "models.max", "100");
    OperatorSubtaskState checkpoint;
    List<PredictionEvent> expected = new ArrayList<>();
    try (MixtureHarness operator =
        new MixtureHarness(options, null, new MixtureHarness.Subtask(0, 1, 8))) {
      for (int i = 0; i < 20; i++) {
        for (String key : KEYS) {
          event(operator, key, i);
        }
      }
      operator.processingTime(60_000); // the timers of their metrics as well
      operator.processingTime(120_000);
      assertThat(operator.models().parked()).isEqualTo(KEYS.size());
      checkpoint = operator.checkpoint(1);
      for (String key : KEYS) {
        event(operator, key, 20);
      }
      expected.addAll(operator.predictions().subList(20 * KEYS.size(), 21 * KEYS.size()));
    }
    int parked = 0;
    List<PredictionEvent> found = new ArrayList<>();
    for (int index = 0; index < 2; index++) {
      MixtureHarness.Subtask subtask = new MixtureHarness.Subtask(index, 2, 8);
      try (MixtureHarness operator =
          new MixtureHarness(options, subtask.part(checkpoint, 1), subtask)) {
        parked += operator.models().parked();
        for (String key : KEYS) {
          if (operator.models().has(key)) {
            event(operator, key, 20);
          }
        }
        found.addAll(operator.predictions());
      }
    }
    assertThat(parked).isEqualTo(KEYS.size());
    expected.forEach(prediction -> prediction.setLatencyMicros(0));
    found.forEach(prediction -> prediction.setLatencyMicros(0));
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }
}
