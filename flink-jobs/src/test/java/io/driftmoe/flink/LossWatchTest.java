// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.util.Map;
import org.apache.flink.testutils.logging.LoggerAuditingExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.event.Level;

/** What the operator logs when more is lost than before. */
class LossWatchTest {
  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);

  @RegisterExtension
  private final LoggerAuditingExtension log =
      new LoggerAuditingExtension(LossWatch.class, Level.WARN);

  private MixtureHarness operator;
  private int next;

  @BeforeEach
  void open() throws Exception {
    operator =
        new MixtureHarness(
            Events.options(
                Map.of(
                    "learner.preset", "paper-data",
                    "learner.pool", "[naive-bayes, no-change]",
                    "learner.top-k", "1",
                    "learner.gates", "[fixed-share]",
                    "labels.timeout", "10 s")));
  }

  @AfterEach
  void close() throws Exception {
    operator.close();
  }

  private void event() throws Exception {
    operator.send(Events.features("k", next++, EXAMPLE, false));
  }

  private void label(int of) throws Exception {
    operator.send(Events.label("k", of, EXAMPLE, 0));
  }

  private void joined(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      event();
      label(next - 1);
    }
  }

  private void repeatedLabels(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      label(next - 1);
    }
  }

  @Test
  void orphansThatIncrease_areSaidOnce_andAgainWhenTheyReturn() throws Exception {
    joined(495);
    repeatedLabels(5);
    joined(375);
    repeatedLabels(125);
    assertThat(log.getMessages())
        .containsExactly(
            "orphan labels are 25.0 % of the last 500 labels, 1.0 % before: repeated 125;"
                + " the reason of each is in its dead letter");

    long later = LossWatch.PAUSE.toMillis() + 1;
    operator.processingTime(later);
    joined(375);
    repeatedLabels(125);
    assertThat(log.getMessages()).as("no more than before").hasSize(1);

    joined(3_000);
    repeatedLabels(500);
    assertThat(log.getMessages()).hasSize(2);
    joined(500);
    repeatedLabels(500);
    assertThat(log.getMessages()).as("too soon after that").hasSize(2);
  }

  @Test
  void predictionsWithoutLabels_areSaid() throws Exception {
    joined(500);
    for (int i = 0; i < 250; i++) {
      event();
      joined(1);
    }
    assertThat(log.getMessages())
        .singleElement()
        .asString()
        .startsWith("expired predictions are 4")
        .contains(" % of the last 500 events, 0.0 % before: no-label 2");
  }

  @Test
  void fewLosses_fewRecords_andTheEndOfTheInput_sayNothing() throws Exception {
    joined(495);
    repeatedLabels(5);
    joined(100);
    repeatedLabels(200);
    for (int i = 0; i < 5; i++) {
      event();
    }
    operator.watermark(Long.MAX_VALUE);
    assertThat(log.getMessages()).isEmpty();
  }

  /** Records of keys that may have no model are lost without a join. */
  @Test
  void refusedLabels_areSaid() throws Exception {
    try (MixtureHarness full = new MixtureHarness(Events.options(Map.of("models.max", "1")))) {
      full.send(Events.features("k", 0, EXAMPLE, true));
      for (int i = 0; i < 500; i++) {
        full.send(Events.label("other", i, EXAMPLE, 0));
      }
    }
    assertThat(log.getMessages())
        .containsExactly(
            "orphan labels are 100.0 % of the last 500 labels, 0.0 % before: models-max 500;"
                + " the reason of each is in its dead letter");
  }
}
