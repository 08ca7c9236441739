// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What waits under all model keys together. */
class WaitingBudgetTest {
  private static final long MIB = 1 << 20;
  private static final List<LabeledExample> EXAMPLES = Events.examples(200);
  private static final MixtureHarness.Subtask ALONE = new MixtureHarness.Subtask(0, 1, 8);

  /** With a learner that costs little. */
  private static JobOptions options(String... keysAndValues) {
    Map<String, String> options =
        new HashMap<>(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.top-k", "1",
                "learner.gates", "[fixed-share]",
                "labels.total-pending-bytes", Long.toString(MIB)));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(options);
  }

  private static void event(MixtureHarness operator, String key, int i) throws Exception {
    operator.send(Events.features(key, i, EXAMPLES.get(i % EXAMPLES.size()), false));
  }

  private static void label(MixtureHarness operator, String key, int i) throws Exception {
    operator.send(Events.label(key, i, EXAMPLES.get(i % EXAMPLES.size()), 1));
  }

  private static long waiting(MixtureHarness operator) {
    return operator.models().memory().waiting();
  }

  private static String key(DeadLetter letter) {
    return StandardCharsets.UTF_8.decode(letter.getKey().duplicate()).toString();
  }

  @Test
  void thousandsOfKeysHaveABoundTogether_andThoseThatWaitedForLongestGo() throws Exception {
    int keys = 3_000;
    try (MixtureHarness operator = new MixtureHarness(options())) {
      for (int key = 0; key < keys; key++) {
        event(operator, "key-" + key, key);
        assertThat(waiting(operator)).isLessThanOrEqualTo(MIB);
      }
      assertThat(waiting(operator)).isGreaterThan(MIB / 16 * 14);
      List<DeadLetter> letters = operator.deadLetters();
      assertThat(letters)
          .hasSizeBetween(keys / 3, keys - 100)
          .allMatch(letter -> letter.getKind() == DeadLetterKind.EXPIRED_PREDICTION)
          .allMatch(letter -> letter.getReason().contains("labels.total-pending-bytes = 1048576"));
      List<String> gone = letters.stream().map(WaitingBudgetTest::key).toList();
      List<String> first = new ArrayList<>();
      for (int key = 0; key < gone.size(); key++) {
        first.add("key-" + key);
      }
      assertThat(gone).isEqualTo(first);
      int before = letters.size();
      for (int key = gone.size(); key < keys; key++) {
        label(operator, "key-" + key, key);
      }
      assertThat(waiting(operator)).isZero();
      assertThat(operator.deadLetters()).hasSize(before);
    }
  }

  @Test
  void aKeyThatFloodsTakesNothingFromOthers() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options())) {
      for (int key = 0; key < 20; key++) {
        event(operator, "calm-" + key, 0);
        label(operator, "calm-" + key, 1);
      }
      for (int i = 0; i < 3_000; i++) {
        event(operator, "flood", i);
        label(operator, "labels only", i);
      }
      assertThat(waiting(operator)).isLessThanOrEqualTo(MIB);
      assertThat(operator.deadLetters())
          .hasSizeGreaterThan(3_000)
          .extracting(WaitingBudgetTest::key)
          .containsOnly("flood", "labels only");
      assertThat(operator.deadLetters())
          .extracting(DeadLetter::getKind)
          .contains(DeadLetterKind.EXPIRED_PREDICTION, DeadLetterKind.ORPHAN_LABEL);
      int before = operator.deadLetters().size();
      for (int key = 0; key < 20; key++) {
        label(operator, "calm-" + key, 0);
        event(operator, "calm-" + key, 1);
      }
      assertThat(operator.deadLetters()).hasSize(before);
      operator.processingTime(10_000);
      assertThat(operator.metrics())
          .filteredOn(metrics -> metrics.getModelKey().equals("flood"))
          .first()
          .satisfies(
              metrics ->
                  assertThat(metrics.getLosses())
                      .containsKey("expiredPredictions.total-pending-bytes"));
    }
  }

  /** What is given up under keys of different rates, whose models are parked now and then. */
  private static List<String> givenUp(boolean restored) throws Exception {
    JobOptions options = options("models.park-after", "10 s");
    List<String> said = new ArrayList<>();
    MixtureHarness operator = new MixtureHarness(options, null, ALONE);
    for (int i = 0; i < 3_000; i++) {
      event(operator, "key-" + i % (1 + i % 40), i);
      label(operator, "late-" + i % (1 + i % 7), i);
      if (i % 700 == 0) {
        operator.processingTime(i * 1_000L);
        OperatorSubtaskState checkpoint = operator.checkpoint(i);
        if (restored) {
          long before = waiting(operator);
          operator.deadLetters().forEach(letter -> said.add(letter.getReason()));
          operator.cancel();
          operator = new MixtureHarness(options, checkpoint, ALONE);
          operator.processingTime(i * 1_000L);
          assertThat(waiting(operator)).isEqualTo(before);
        }
      }
    }
    operator.deadLetters().forEach(letter -> said.add(letter.getReason()));
    assertThat(waiting(operator)).isLessThanOrEqualTo(MIB);
    operator.cancel();
    return said;
  }

  @Test
  void aRestoredJobGivesUpTheSame() throws Exception {
    List<String> expected = givenUp(false);
    assertThat(expected).hasSizeGreaterThan(1_000);
    assertThat(givenUp(true)).isEqualTo(expected);
  }

  @Test
  void otherSubtasksCountWhatTheyTakeOver_andALoweredBudgetHolds() throws Exception {
    OperatorSubtaskState checkpoint;
    long before;
    try (MixtureHarness operator =
        new MixtureHarness(
            options("labels.total-pending-bytes", Long.toString(10 * MIB)), null, ALONE)) {
      for (int i = 0; i < 3_000; i++) {
        event(operator, "key-" + i % 100, i);
      }
      before = waiting(operator);
      assertThat(before).isGreaterThan(MIB);
      checkpoint = operator.checkpoint(1);
    }
    MixtureHarness.Subtask one = new MixtureHarness.Subtask(0, 2, 8);
    MixtureHarness.Subtask other = new MixtureHarness.Subtask(1, 2, 8);
    try (MixtureHarness first = new MixtureHarness(options(), one.part(checkpoint, 1), one);
        MixtureHarness second = new MixtureHarness(options(), other.part(checkpoint, 1), other);
        JobMemory.Share besideFirst = first.otherSubtask();
        JobMemory.Share besideSecond = second.otherSubtask()) {
      assertThat(waiting(first) + waiting(second)).isEqualTo(before);
      assertThat(List.of(besideFirst, besideSecond)).allMatch(share -> share.partOf(2) == 1);
      for (MixtureHarness operator : List.of(first, second)) {
        Set<String> keys = new HashSet<>();
        for (int key = 0; key < 100; key++) {
          if (operator.models().has("key-" + key)) {
            event(operator, "key-" + key, 9_000 + key);
            keys.add("key-" + key);
          }
        }
        assertThat(waiting(operator)).isLessThanOrEqualTo(MIB / 2);
        assertThat(operator.deadLetters())
            .isNotEmpty()
            .extracting(WaitingBudgetTest::key)
            .allMatch(keys::contains);
      }
    }
  }
}
