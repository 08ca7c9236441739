// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The mixture operator alone, on Flink's own test harness. */
final class MixtureHarness implements AutoCloseable {
  private final KeyedTwoInputStreamOperatorTestHarness<
          String, SourceRecord, SourceRecord, OutputRecord>
      harness;

  MixtureHarness(JobOptions options) throws Exception {
    this(new MixtureFunction(options), null);
  }

  MixtureHarness(JobOptions options, Path modelFile) throws Exception {
    this(new MixtureFunction(options, modelFile), null);
  }

  MixtureHarness(JobOptions options, OperatorSubtaskState checkpoint) throws Exception {
    this(new MixtureFunction(options), checkpoint);
  }

  private MixtureHarness(MixtureFunction function, OperatorSubtaskState checkpoint)
      throws Exception {
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(function),
            record -> ((SourceRecord.Keyed) record).modelKey(),
            record -> ((SourceRecord.Keyed) record).modelKey(),
            Types.STRING);
    harness.setStateBackend(new HashMapStateBackend());
    harness.setup(RecordTypeInfo.OUTPUT.createSerializer(new SerializerConfigImpl()));
    if (checkpoint != null) {
      harness.initializeState(checkpoint);
    }
    harness.open();
  }

  void send(SourceRecord.Keyed record) throws Exception {
    StreamRecord<SourceRecord> element = new StreamRecord<>(record, record.eventTime());
    if (record instanceof SourceRecord.Label) {
      harness.processElement2(element);
    } else {
      harness.processElement1(element);
    }
  }

  void watermark(long time) throws Exception {
    harness.processBothWatermarks(new Watermark(time));
  }

  void processingTime(long time) throws Exception {
    harness.setProcessingTime(time);
  }

  OperatorSubtaskState checkpoint(long id) throws Exception {
    return harness.snapshot(id, id);
  }

  OperatorSubtaskState savepoint(long id) throws Exception {
    return harness
        .snapshotWithLocalState(id, id, SavepointType.savepoint(SavepointFormatType.CANONICAL))
        .getJobManagerOwnedState();
  }

  int eventTimeTimers() {
    return harness.numEventTimeTimers();
  }

  int processingTimeTimers() {
    return harness.numProcessingTimeTimers();
  }

  int stateEntries() {
    return harness.numKeyedStateEntries();
  }

  List<PredictionEvent> predictions() throws Exception {
    List<OutputRecord> records = new ArrayList<>(harness.extractOutputValues());
    return decode(records, PredictionEvent.class);
  }

  List<DeadLetter> deadLetters() throws Exception {
    return side(MixtureFunction.DEAD_LETTERS, DeadLetter.class);
  }

  List<DriftEvent> driftEvents() throws Exception {
    return side(MixtureFunction.DRIFT_EVENTS, DriftEvent.class);
  }

  List<MetricsEvent> metrics() throws Exception {
    return side(MixtureFunction.METRICS, MetricsEvent.class);
  }

  private <T extends SpecificRecord> List<T> side(OutputTag<OutputRecord> tag, Class<T> type)
      throws Exception {
    Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(tag);
    List<OutputRecord> records = new ArrayList<>();
    if (output != null) {
      output.forEach(record -> records.add(record.getValue()));
    }
    return decode(records, type);
  }

  private static <T extends SpecificRecord> List<T> decode(
      List<OutputRecord> records, Class<T> type) throws Exception {
    SingleObjectCodec<T> codec = SingleObjectCodec.of(type);
    List<T> decoded = new ArrayList<>();
    for (OutputRecord record : records) {
      decoded.add(codec.decode(record.value()));
    }
    return decoded;
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
