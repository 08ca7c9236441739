// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Labels of a compacted table: each update of a row tells its label again. */
class ChangelogLabelsTest {
  private static JobOptions options(boolean changelog) {
    return Events.options(
        Map.of(
            "learner.preset", "paper-data",
            "learner.pool", "[hoeffding-tree]",
            "learner.gates", "[fixed-share]",
            "input.format", "json",
            "input.event", "{model-key: key, id: id, time: time, time-format: ms}",
            "input.labels",
                "{model-key: key, id: id, time: time, time-format: ms, label: outcome, changelog:"
                    + " %s}".formatted(changelog)));
  }

  private static String event(int id) {
    return "{\"key\":\"k\",\"id\":%s,\"time\":%s,\"price\":%s,\"day\":\"mon\",\"demand\":1}"
        .formatted(id, 1_000L * id, 0.01 * id);
  }

  private static String row(int id, String outcome) {
    return "{\"key\":\"k\",\"id\":%s,\"time\":%s,\"outcome\":\"%s\"}"
        .formatted(id, 1_000L * id, outcome);
  }

  /** Rows before their events and after, each several times, one corrected before its event. */
  private static MetricsEvent run(boolean changelog, List<DeadLetterKind> letters)
      throws Exception {
    JobOptions options = options(changelog);
    Decoding decoding = new Decoding(options);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (int id = 0; id < 20; id++) {
        operator.send(decoding.event(event(id)));
        for (int i = 0; i < 3; i++) {
          operator.send(decoding.label(row(id, "UP")));
        }
      }
      operator.send(decoding.label(row(20, "UP")));
      operator.send(decoding.label(row(20, "UP")));
      operator.send(decoding.label(row(20, "DOWN")));
      operator.send(decoding.event(event(20)));
      operator.watermark(Long.MAX_VALUE);
      operator.deadLetters().forEach(letter -> letters.add(letter.getKind()));
      List<MetricsEvent> metrics = operator.metrics();
      return metrics.get(metrics.size() - 1);
    }
  }

  @Test
  void aRepeatedLabelIsNoDeadLetter_andTheNewestOneOfThoseThatWaitCounts() throws Exception {
    List<DeadLetterKind> letters = new ArrayList<>();
    MetricsEvent metrics = run(true, letters);
    assertThat(letters).isEmpty();
    assertThat(metrics.getLabels()).isEqualTo(21);
    assertThat(metrics.getOrphanLabels()).isZero();
  }

  @Test
  void elsewhereItIs() throws Exception {
    List<DeadLetterKind> letters = new ArrayList<>();
    MetricsEvent metrics = run(false, letters);
    assertThat(letters).hasSize(42).containsOnly(DeadLetterKind.ORPHAN_LABEL);
    assertThat(metrics.getLabels()).isEqualTo(21);
  }
}
