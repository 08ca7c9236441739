// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** The ids of learned events under all model keys together. */
class RecentIdsBudgetTest {
  private static final long LIMIT = 1 << 17;
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
                "input.duplicate-bytes", Long.toString(LIMIT)));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(options);
  }

  private static void learn(MixtureHarness operator, String key, int i) throws Exception {
    operator.send(Events.features(key, i, EXAMPLES.get(i % EXAMPLES.size()), true));
  }

  private static long counted(MixtureHarness operator) {
    return operator.models().memory().recentIds();
  }

  private static boolean isDuplicate(MixtureHarness operator, String key, int i) throws Exception {
    int before = operator.deadLetters().size();
    learn(operator, key, i);
    List<DeadLetter> letters = operator.deadLetters();
    assertThat(letters.subList(before, letters.size()))
        .allMatch(letter -> letter.getKind() == DeadLetterKind.DUPLICATE)
        .hasSizeLessThan(2);
    return letters.size() > before;
  }

  @Test
  void keysWithManyIdsForgetTheirOldest_andOthersNone() throws Exception {
    int events = 12_000;
    try (MixtureHarness operator = new MixtureHarness(options())) {
      for (int key = 0; key < 20; key++) {
        learn(operator, "calm-" + key, 0);
      }
      for (int i = 0; i < events; i++) {
        learn(operator, "flood-" + i % 2, i);
        assertThat(counted(operator)).isBetween(1L, LIMIT);
      }
      assertThat(counted(operator)).isGreaterThan(LIMIT / 4 * 3);
      assertThat(operator.deadLetters()).isEmpty();
      for (int key = 0; key < 20; key++) {
        assertThat(isDuplicate(operator, "calm-" + key, 0)).isTrue();
      }
      for (int i = events - 2_000; i < events; i++) {
        assertThat(isDuplicate(operator, "flood-" + i % 2, i)).isTrue();
      }
      assertThat(isDuplicate(operator, "flood-0", 0)).isFalse();
    }
  }

  @Test
  void keysThatAreGoneTakeNothing() throws Exception {
    try (MixtureHarness operator =
        new MixtureHarness(options("models.max", "1", "models.when-full", "drop-idle"))) {
      learn(operator, "key-0", 10); // ids of two digits
      long one = counted(operator);
      for (int i = 11; i < 100; i++) {
        learn(operator, "key-" + i % 10, i);
        assertThat(counted(operator)).isEqualTo(one);
      }
    }
  }

  /** What is recognised of events of many keys, each of which comes twice. */
  private static List<String> recognised(boolean restored) throws Exception {
    JobOptions options = options();
    List<String> said = new ArrayList<>();
    MixtureHarness operator = new MixtureHarness(options, null, ALONE);
    for (int i = 0; i < 12_000; i++) {
      learn(operator, "key-" + i % (1 + i % 20), i);
      int again = Math.max(0, i - 5_000);
      learn(operator, "key-" + again % (1 + again % 20), again);
      if (i % 1_300 == 600) {
        OperatorSubtaskState checkpoint = operator.checkpoint(i);
        if (restored) {
          long before = counted(operator);
          said.addAll(ids(operator));
          operator.cancel();
          operator = new MixtureHarness(options, checkpoint, ALONE);
          assertThat(counted(operator)).isEqualTo(before);
        }
      }
    }
    assertThat(counted(operator)).isLessThanOrEqualTo(LIMIT);
    said.addAll(ids(operator));
    operator.cancel();
    return said;
  }

  private static List<String> ids(MixtureHarness operator) throws Exception {
    return operator.deadLetters().stream()
        .map(
            letter ->
                StandardCharsets.UTF_8.decode(letter.getKey().duplicate()) + letter.getReason())
        .toList();
  }

  @Test
  void aRestoredJobRecognisesTheSame() throws Exception {
    List<String> expected = recognised(false);
    assertThat(expected).hasSizeBetween(6_000, 11_900);
    assertThat(recognised(true)).isEqualTo(expected);
  }

  @Test
  void aLoweredBoundHoldsForWhatIsRestored() throws Exception {
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator =
        new MixtureHarness(options("input.duplicate-bytes", "10000000"), null, ALONE)) {
      for (int i = 0; i < 9_000; i++) {
        learn(operator, "key-" + i % 3, i);
      }
      assertThat(counted(operator)).isGreaterThan(LIMIT);
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(), checkpoint, ALONE)) {
      learn(operator, "key-0", 9_000);
      assertThat(counted(operator)).isLessThanOrEqualTo(LIMIT);
      for (int i = 8_000; i < 9_000; i++) {
        assertThat(isDuplicate(operator, "key-" + i % 3, i)).isTrue();
      }
    }
  }
}
