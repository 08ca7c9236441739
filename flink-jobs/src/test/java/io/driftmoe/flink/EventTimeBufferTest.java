// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** One topic that is read far ahead of the other, in event-time order. */
class EventTimeBufferTest {
  private static final long MIB = 1 << 20;
  private static final int RECORDS = 9_000;
  private static final List<LabeledExample> EXAMPLES = Events.examples(500);
  private static final MixtureHarness.Subtask ALONE = new MixtureHarness.Subtask(0, 1, 8);

  private static JobOptions options(String... keysAndValues) {
    Map<String, String> options =
        new HashMap<>(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.top-k", "1",
                "input.order", "event-time",
                "labels.total-pending-bytes", Long.toString(MIB)));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(options);
  }

  private static SourceRecord.Keyed event(int i) {
    // not in the order of their times
    int of = i % 10 < 9 ? i + 1 : i - 9;
    return Events.features("key-" + i % 3, of, EXAMPLES.get(i % EXAMPLES.size()), true);
  }

  private static String said(PredictionEvent prediction) {
    return prediction.getModelKey() + prediction.getEventId() + prediction.getProbabilities();
  }

  private static long memory(MixtureHarness operator) {
    return operator.models().memory().waiting() + operator.models().memory().buffered();
  }

  /** What is predicted of all events before the watermark moves. */
  private static List<String> run(MixtureHarness first, JobOptions options, int restoreAfter)
      throws Exception {
    List<String> said = new ArrayList<>();
    MixtureHarness operator = first;
    for (int i = 0; i < RECORDS; i++) {
      operator.send(event(i));
      assertThat(memory(operator)).isLessThan(MIB + 1_000);
      if (i == restoreAfter) {
        OperatorSubtaskState checkpoint = operator.checkpoint(1);
        operator.predictions().forEach(prediction -> said.add(said(prediction)));
        long before = memory(operator);
        operator.cancel();
        operator = new MixtureHarness(options, checkpoint, ALONE);
        assertThat(memory(operator)).isEqualTo(before);
      }
    }
    operator.checkpoint(2);
    List<PredictionEvent> early = operator.predictions();
    assertThat(early).hasSizeGreaterThan(RECORDS / 3).hasSizeLessThan(RECORDS - 1_000);
    operator.watermark(1000L * (RECORDS + 10));
    assertThat(operator.models().memory().buffered()).isZero();
    operator.watermark(Long.MAX_VALUE);
    operator.endInput();
    operator.finish();
    assertThat(operator.eventTimeTimers()).isZero();
    operator.predictions().forEach(prediction -> said.add(said(prediction)));
    assertThat(operator.deadLetters()).isEmpty();
    assertThat(operator.metrics()).hasSize(3).allMatch(last -> last.getLabels() == RECORDS / 3);
    operator.cancel();
    return said;
  }

  @Test
  void itsRecordsAreProcessedEarly_eachOnce_theEarliestFirst() throws Exception {
    JobOptions options = options();
    List<String> expected = run(new MixtureHarness(options, null, ALONE), options, -1);
    assertThat(expected).hasSize(RECORDS).doesNotHaveDuplicates();
    assertThat(run(new MixtureHarness(options, null, ALONE), options, RECORDS / 2))
        .isEqualTo(expected);
  }

  @Test
  void modelsWhoseStepsAreGatheredSeeTheSame() throws Exception {
    JobOptions plain = options("learner.batch-size", "16");
    List<String> expected = run(new MixtureHarness(plain, null, ALONE), plain, -1);
    JobOptions gathering =
        options(
            "learner.batch-size", "16",
            "router.backend", "opencl",
            "router.gather-delay", "0 ms");
    BackendSource device = ObservedDevices.of(() -> new ObservedBackend());
    assertThat(run(new MixtureHarness(gathering, device, null), gathering, -1))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void withRoomForAllTheOrderIsThatOfEventTime() throws Exception {
    try (MixtureHarness operator =
        new MixtureHarness(options("labels.total-pending-bytes", Long.toString(100 * MIB)))) {
      for (int i = 0; i < 2_000; i++) {
        operator.send(event(i));
      }
      assertThat(operator.predictions()).isEmpty();
      assertThat(operator.models().memory().buffered()).isGreaterThan(2_000 * 400L);
      operator.watermark(1000L * 2_000);
      assertThat(operator.predictions())
          .hasSize(2_000)
          .extracting(PredictionEvent::getEventTime)
          .isSorted();
    }
  }
}
