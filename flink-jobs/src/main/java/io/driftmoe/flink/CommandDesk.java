// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Where commands arrive: one subtask for the whole job. It numbers them, takes each id once, and
 * sends a command to the subtask of its model, or a copy to each key group.
 *
 * <p>Commands have no event time: behind it, the control topic is idle and holds nothing back.
 */
final class CommandDesk extends AbstractStreamOperator<SourceRecord>
    implements OneInputStreamOperator<SourceRecord, SourceRecord> {
  private static final long serialVersionUID = 1L;

  /** Ids that are remembered, the latest ones. */
  static final int MOST_IDS = 10_000;

  private final StateKeys stateKeys;
  private final int keyGroups;

  private transient ControlEncoder encoder;
  private transient LinkedHashSet<String> ids;
  private transient ListState<String> savedIds;
  private transient ListState<Long> savedNumber;

  /** Of the latest command. */
  private transient long number;

  /**
   * @param keyGroups the max parallelism
   */
  CommandDesk(StateKeys stateKeys, int keyGroups) {
    this.stateKeys = stateKeys;
    this.keyGroups = keyGroups;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    savedIds.update(new ArrayList<>(ids));
    savedNumber.update(List.of(number));
  }

  @Override
  public void open() throws Exception {
    super.open();
    encoder = new ControlEncoder();
    savedIds =
        getOperatorStateBackend()
            .getListState(new ListStateDescriptor<>("command-ids", Types.STRING));
    savedNumber =
        getOperatorStateBackend()
            .getListState(new ListStateDescriptor<>("command-number", Types.LONG));
    ids = new LinkedHashSet<>();
    savedIds.get().forEach(ids::add);
    for (long saved : savedNumber.get()) {
      number = Math.max(number, saved);
    }
    output.emitWatermarkStatus(WatermarkStatus.IDLE);
  }

  @Override
  public void processElement(StreamRecord<SourceRecord> element) {
    SourceRecord record = element.getValue();
    if (record instanceof SourceRecord.Rejected rejected) {
      letter(rejected.deadLetter());
    } else if (record instanceof SourceRecord.Refused refused) {
      letter(refused.deadLetter());
      answer(refused.answer());
    } else if (record instanceof SourceRecord.Control control) {
      take(control.command());
    }
  }

  private void take(Command given) {
    if (!ids.add(given.id())) {
      answer(
          encoder.refused(
              given,
              "commandId %s came before: a command is carried out once"
                  .formatted(QuotedText.of(given.id()))));
      return;
    }
    if (ids.size() > MOST_IDS) {
      ids.remove(ids.iterator().next());
    }
    // larger than those of another life of this job, which models may remember
    number = Math.max(number + 1, getProcessingTimeService().getCurrentProcessingTime() * 1_000);
    Command command = given.numbered(number);
    if (command.target().isPrefix()) {
      for (int group = 0; group < keyGroups; group++) {
        send(command, ControlKeys.of(group, keyGroups));
      }
    } else {
      send(command, stateKeys.of(command.target().text()));
    }
  }

  private void send(Command command, String stateKey) {
    output.collect(new StreamRecord<>(new SourceRecord.Control(command, stateKey)));
  }

  private void letter(OutputRecord letter) {
    output.collect(MixtureFunction.DEAD_LETTERS, new StreamRecord<>(letter));
  }

  private void answer(OutputRecord answer) {
    output.collect(MixtureFunction.DRIFT_EVENTS, new StreamRecord<>(answer));
  }

  @Override
  public void processWatermark(Watermark mark) {}

  @Override
  public void processWatermarkStatus(WatermarkStatus status) {}
}
