// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commands from the bytes of their topic to the key groups, and their answers back. */
class CommandDeskTest {
  private static final int GROUPS = 8;

  private static JobOptions options(Map<String, String> more) {
    return Events.options(more);
  }

  private static ControlEvent event(
      String id, ControlCommand command, @Nullable String key, @Nullable String prefix) {
    return new ControlEvent(id, command, key, prefix, 77L, "", "");
  }

  private static SourceRecord decode(JobOptions options, byte[] value) {
    ControlDecoder decoder = new ControlDecoder(options);
    decoder.open();
    List<SourceRecord> records = new ArrayList<>();
    decoder.deserialize(
        new ConsumerRecord<>("commands", 0, 5, null, value), new ListCollector<>(records));
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private static SourceRecord decode(JobOptions options, ControlEvent event) {
    return decode(options, SingleObjectCodec.of(ControlEvent.class).encode(event));
  }

  private static final class Desk implements AutoCloseable {
    private final OneInputStreamOperatorTestHarness<SourceRecord, SourceRecord> harness;

    Desk(@Nullable OperatorSubtaskState state) throws Exception {
      harness =
          new OneInputStreamOperatorTestHarness<>(
              new CommandDesk(StateKeys.PLAIN, GROUPS),
              RecordTypeInfo.SOURCE.createSerializer(new SerializerConfigImpl()));
      harness.setup(RecordTypeInfo.SOURCE.createSerializer(new SerializerConfigImpl()));
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
    }

    List<SourceRecord.Control> take(SourceRecord record) throws Exception {
      int before = harness.extractOutputValues().size();
      harness.processElement(record, 0);
      List<SourceRecord> all = harness.extractOutputValues();
      return all.subList(before, all.size()).stream()
          .map(SourceRecord.Control.class::cast)
          .toList();
    }

    List<DriftEvent> answers() throws Exception {
      List<DriftEvent> answers = new ArrayList<>();
      for (OutputRecord record : side(MixtureFunction.DRIFT_EVENTS)) {
        answers.add(SingleObjectCodec.of(DriftEvent.class).decode(record.value()));
      }
      return answers;
    }

    List<DeadLetter> letters() throws Exception {
      List<DeadLetter> letters = new ArrayList<>();
      for (OutputRecord record : side(MixtureFunction.DEAD_LETTERS)) {
        letters.add(SingleObjectCodec.of(DeadLetter.class).decode(record.value()));
      }
      return letters;
    }

    private List<OutputRecord> side(OutputTag<OutputRecord> tag) {
      Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(tag);
      return output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
    }

    @Override
    public void close() {
      try {
        harness.close();
      } catch (Exception e) {
        throw new IllegalStateException("the harness did not close", e);
      }
    }
  }

  @Test
  void aCommandGoesToItsModel_orToEachKeyGroup_withGrowingNumbers() throws Exception {
    try (Desk desk = new Desk(null)) {
      List<SourceRecord.Control> one =
          desk.take(
              decode(options(Map.of()), event("1", ControlCommand.FREEZE, "turbine 7", null)));
      assertThat(one).singleElement().matches(control -> control.stateKey().equals("turbine 7"));
      assertThat(one.get(0).command().time()).isEqualTo(77);
      List<SourceRecord.Control> all =
          desk.take(decode(options(Map.of()), event("2", ControlCommand.THAW, null, "")));
      assertThat(all).hasSize(GROUPS);
      for (int group = 0; group < GROUPS; group++) {
        assertThat(ControlKeys.groupOf(all.get(group).stateKey(), GROUPS)).isEqualTo(group);
        assertThat(RecordLimits.idFault("modelKey", all.get(group).stateKey())).isNotNull();
        assertThat(all.get(group).command().number()).isEqualTo(all.get(0).command().number());
      }
      assertThat(all.get(0).command().number()).isGreaterThan(one.get(0).command().number());
    }
  }

  @Test
  void anIdIsTakenOnce_alsoAfterARestore() throws Exception {
    SourceRecord freeze =
        decode(options(Map.of()), event("same", ControlCommand.FREEZE, null, "a"));
    OperatorSubtaskState state;
    long number;
    try (Desk desk = new Desk(null)) {
      desk.harness.setProcessingTime(1_000_000);
      number = desk.take(freeze).get(0).command().number();
      assertThat(desk.take(freeze)).isEmpty();
      state = desk.harness.snapshot(1, 1);
    }
    try (Desk desk = new Desk(state)) {
      assertThat(desk.take(freeze)).isEmpty();
      assertThat(desk.answers())
          .singleElement()
          .matches(answer -> answer.getKind() == DriftKind.REFUSE)
          .matches(answer -> answer.getDescription().startsWith("commandId 'same' came before"));
      SourceRecord other =
          decode(options(Map.of()), event("other", ControlCommand.RESET, "a", null));
      // the clock of the harness has gone back
      assertThat(desk.take(other).get(0).command().number()).isGreaterThan(number);
    }
  }

  @Test
  void theTopicHoldsBackNoEventTime() throws Exception {
    try (Desk desk = new Desk(null)) {
      desk.harness.processWatermark(new Watermark(9));
      desk.harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      desk.harness.processWatermark(Watermark.MAX_WATERMARK);
      desk.harness.endInput();
      assertThat(desk.harness.getOutput()).containsExactly(WatermarkStatus.IDLE);
    }
  }

  @Test
  void whatIsNoCommand_isADeadLetterAndAnswered_namingTheField() throws Exception {
    assertRefused(event("1", ControlCommand.UNKNOWN, null, ""), "command is none that this build");
    assertRefused(
        event("1", ControlCommand.FREEZE, null, null), "modelKey and keyPrefix are both null");
    assertRefused(
        event("1", ControlCommand.FREEZE, "a", ""), "modelKey and keyPrefix are both given");
    assertRefused(event("1", ControlCommand.FREEZE, "", null), "modelKey is empty");
    assertRefused(
        event("1", ControlCommand.FREEZE, null, "x".repeat(513)), "keyPrefix has 513 bytes");
    assertRefused(
        event("1", ControlCommand.SNAPSHOT, null, ""), "models.publish is not configured");
    try (Desk desk = new Desk(null)) {
      desk.take(decode(options(Map.of()), event("", ControlCommand.FREEZE, "a", null)));
      desk.take(decode(options(Map.of()), "freeze".getBytes(StandardCharsets.UTF_8)));
      assertThat(desk.answers()).isEmpty(); // to whom?
      assertThat(desk.letters())
          .extracting(DeadLetter::getKind)
          .containsExactly(DeadLetterKind.INVALID, DeadLetterKind.UNDECODABLE);
      assertThat(desk.letters().get(0).getReason()).isEqualTo("commandId is empty");
    }
    SourceRecord accepted =
        decode(
            options(Map.of("models.publish.folder", "f")),
            event("1", ControlCommand.SNAPSHOT, null, ""));
    assertThat(accepted).isInstanceOf(SourceRecord.Control.class);
  }

  private static void assertRefused(ControlEvent event, String words) throws Exception {
    try (Desk desk = new Desk(null)) {
      assertThat(desk.take(decode(options(Map.of()), event))).isEmpty();
      assertThat(desk.answers())
          .singleElement()
          .matches(answer -> answer.getEventId().equals("1") && answer.getModels() == 0);
      assertThat(desk.answers().get(0).getDescription()).contains(words);
      assertThat(desk.letters()).singleElement().matches(letter -> letter.getOffset() == 5);
      assertThat(desk.letters().get(0).getReason()).contains(words);
    }
  }

  @Test
  void manyAnswersBecomeOne_alsoOverARestore() throws Exception {
    Command command = new Command("7", Command.Kind.FREEZE, new Command.Target(true, "t/"), 77, 3);
    KeyedOneInputStreamOperatorTestHarness<String, GroupAnswer, OutputRecord> before = sums();
    before.open();
    for (int group = 0; group < 5; group++) {
      before.processElement(new GroupAnswer(command, group, ""), 0);
    }
    assertThat(before.extractOutputValues()).isEmpty();
    OperatorSubtaskState state = before.snapshot(1, 1);
    before.close();
    KeyedOneInputStreamOperatorTestHarness<String, GroupAnswer, OutputRecord> after = sums();
    after.initializeState(state);
    after.open();
    for (int group = 5; group < GROUPS; group++) {
      after.processElement(new GroupAnswer(command, group, ""), 0);
    }
    assertThat(after.extractOutputValues()).hasSize(1);
    DriftEvent answer =
        SingleObjectCodec.of(DriftEvent.class).decode(after.extractOutputValues().get(0).value());
    assertThat(answer.getKind()).isEqualTo(DriftKind.FREEZE);
    assertThat(answer.getModels()).isEqualTo(28);
    assertThat(answer.getModelKey()).isEmpty();
    assertThat(answer.getDescription())
        .isEqualTo(
            "learns nothing from now on, and goes on predicting; keys that begin with 't/',"
                + " those to come included");
    assertThat(after.numKeyedStateEntries()).isZero();
    after.close();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, GroupAnswer, OutputRecord> sums()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new GroupAnswers(GROUPS)),
        answer -> answer.command().id(),
        Types.STRING);
  }
}
