// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A features topic that is a table: its key is the event id, and the class comes with an update.
 */
class ChangelogEventsTest {
  private static JobOptions options(String event, InputOrder order) {
    return Events.options(
        Map.of(
            "learner.preset", "paper-data",
            "learner.pool", "[hoeffding-tree]",
            "learner.gates", "[fixed-share]",
            "input.order", order == InputOrder.ARRIVAL ? "arrival" : "event-time",
            "input.format", "json",
            "input.event", event));
  }

  private static JobOptions table(boolean changelog, InputOrder order) {
    return options(
        "{model-key: {constant: all}, id: 'key:', time: time, time-format: ms, label: status,"
            + " changelog: %s}".formatted(changelog),
        order);
  }

  private static List<SourceRecord> row(Decoding decoding, int id, String status) {
    String row =
        "{\"time\":%s,\"price\":%s,\"day\":\"mon\",\"demand\":1,\"status\":%s}"
            .formatted(1_000L * id, 0.01 * id, status);
    byte[] value = status == null ? null : Decoding.utf8(row);
    return decoding.decode(false, Decoding.utf8("order-" + id), value, Decoding.KAFKA_TIME);
  }

  @Test
  void theFirstRowIsTheEvent_andALaterOneBringsItsLabel() throws Exception {
    JobOptions options = table(true, InputOrder.ARRIVAL);
    Decoding decoding = new Decoding(options);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (int id = 0; id < 30; id++) {
        for (String status : new String[] {"null", "null", "\"UP\"", "\"UP\"", null}) {
          for (SourceRecord record : row(decoding, id, status)) {
            operator.send((SourceRecord.Features) record);
          }
        }
      }
      operator.send((SourceRecord.Features) row(decoding, 30, "\"DOWN\"").get(0));
      operator.send((SourceRecord.Features) row(decoding, 30, "\"DOWN\"").get(0));
      operator.watermark(Long.MAX_VALUE);

      assertThat(operator.deadLetters()).isEmpty();
      assertThat(operator.predictions()).hasSize(31);
      assertThat(operator.predictions().get(0).getEventId()).isEqualTo("order-0");
      MetricsEvent last = operator.metrics().get(operator.metrics().size() - 1);
      assertThat(last.getEvents()).isEqualTo(31);
      assertThat(last.getLabels()).isEqualTo(31);
      assertThat(last.getLosses()).isEmpty();
    }
  }

  @Test
  void elsewhereAnIdThatComesAgainIsADuplicate() throws Exception {
    JobOptions options = table(false, InputOrder.ARRIVAL);
    Decoding decoding = new Decoding(options);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      operator.send((SourceRecord.Features) row(decoding, 1, "null").get(0));
      operator.send((SourceRecord.Features) row(decoding, 1, "\"UP\"").get(0));
      assertThat(operator.deadLetters())
          .extracting(DeadLetter::getKind)
          .containsExactly(DeadLetterKind.DUPLICATE);
      assertThat(Decoding.refusal(DeadLetterKind.UNDECODABLE, row(decoding, 1, null)))
          .contains("input.event.changelog: true");
    }
  }

  /** Without a time of its own, a row has the time at which it came to Kafka. */
  @Test
  void aRowWhoseLabelComesTooLateIsADeadLetterOfItsOwnTopic() throws Exception {
    JobOptions options =
        options(
            "{model-key: {constant: all}, id: 'key:', label: status, changelog: true}",
            InputOrder.ARRIVAL);
    Decoding decoding = new Decoding(options);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      byte[] key = Decoding.utf8("order-1");
      byte[] open = Decoding.utf8("{\"price\":1,\"status\":null}");
      byte[] done = Decoding.utf8("{\"price\":1,\"status\":\"UP\"}");
      long tooLate = Decoding.KAFKA_TIME + 7_200_000;
      operator.send(
          (SourceRecord.Features) decoding.decode(false, key, open, Decoding.KAFKA_TIME).get(0));
      operator.send((SourceRecord.Features) decoding.decode(false, key, done, tooLate).get(0));
      assertThat(operator.deadLetters())
          .filteredOn(letter -> letter.getKind() == DeadLetterKind.ORPHAN_LABEL)
          .singleElement()
          .satisfies(
              letter -> assertThat(letter.getTopic()).isEqualTo(options.topics().features()));
    }
  }

  @Test
  void aTableHasNoEventTimeOrder() {
    assertThatThrownBy(() -> table(true, InputOrder.EVENT_TIME))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input.event.changelog does not go with input.order: event-time");
  }

  @Test
  void aTableNeedsAnId() {
    assertThatThrownBy(() -> options("{label: status, changelog: true}", InputOrder.ARRIVAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input.event")
        .hasMessageContaining("id is missing");
  }
}
