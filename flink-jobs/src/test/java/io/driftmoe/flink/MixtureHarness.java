// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStreamFactory;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFinalizer;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The mixture operator alone, on Flink's own test harness. */
final class MixtureHarness implements AutoCloseable {
  private final KeyedTwoInputStreamOperatorTestHarness<
          String, SourceRecord, SourceRecord, OutputRecord>
      harness;

  private final MixtureFunction function;

  private static final Subtask ALONE = new Subtask(0, 1, 1);

  /** Where in the job the operator runs, and how many groups of keys it has in all. */
  record Subtask(int index, int of, int keyGroups) {
    /** Its part of a checkpoint. */
    OperatorSubtaskState part(OperatorSubtaskState checkpoint, int ofBefore) {
      return AbstractStreamOperatorTestHarness.repartitionOperatorState(
          checkpoint, keyGroups, ofBefore, of, index);
    }
  }

  MixtureHarness(JobOptions options) throws Exception {
    this(new MixtureFunction(options), null, ALONE);
  }

  MixtureHarness(JobOptions options, Path modelFile) throws Exception {
    this(new MixtureFunction(options, modelFile), null, ALONE);
  }

  MixtureHarness(JobOptions options, OperatorSubtaskState checkpoint) throws Exception {
    this(new MixtureFunction(options), checkpoint, ALONE);
  }

  /** One subtask of several. */
  MixtureHarness(JobOptions options, OperatorSubtaskState checkpoint, Subtask subtask)
      throws Exception {
    this(new MixtureFunction(options), checkpoint, subtask);
  }

  /** The operator that the job would run. */
  MixtureHarness(JobOptions options, BackendSource backends, OperatorSubtaskState checkpoint)
      throws Exception {
    this(new MixtureFunction(options, null, backends), checkpoint, ALONE);
  }

  /** Another function in the operator that the job would run. */
  MixtureHarness(MixtureFunction function, OperatorSubtaskState checkpoint) throws Exception {
    this(function, checkpoint, ALONE);
  }

  private MixtureHarness(MixtureFunction function, OperatorSubtaskState checkpoint, Subtask subtask)
      throws Exception {
    this.function = function;
    TwoInputStreamOperator<SourceRecord, SourceRecord, OutputRecord> operator =
        MixtureJob.operator(function);
    StateKeys keys = function.stateKeys();
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            operator,
            record -> keys.of(((SourceRecord.Keyed) record).modelKey()),
            record ->
                record instanceof SourceRecord.Control control
                    ? control.stateKey()
                    : keys.of(((SourceRecord.Keyed) record).modelKey()),
            Types.STRING,
            subtask.keyGroups,
            subtask.of,
            subtask.index);
    // a task does that, the harness only for operators that are given by their factory
    ((AbstractStreamOperator<OutputRecord>) operator)
        .setMailboxExecutor(
            new MailboxExecutorImpl(
                harness.getTaskMailbox(),
                TaskMailbox.MIN_PRIORITY,
                StreamTaskActionExecutor.IMMEDIATE));
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

  /** A command as it comes from the desk, on its way to this subtask. */
  void command(SourceRecord.Control command) throws Exception {
    harness.processElement2(new StreamRecord<>(command));
  }

  /** What key groups have answered to commands. */
  List<GroupAnswer> answers() {
    Queue<StreamRecord<GroupAnswer>> output = harness.getSideOutput(ModelControl.ANSWERS);
    return output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
  }

  void watermark(long time) throws Exception {
    harness.processBothWatermarks(new Watermark(time));
  }

  void processingTime(long time) throws Exception {
    harness.setProcessingTime(time);
  }

  /** Processes what other threads have asked the task's to do. */
  void mails() throws Exception {
    TaskMailbox mailbox = harness.getTaskMailbox();
    for (Optional<Mail> mail = next(mailbox); mail.isPresent(); mail = next(mailbox)) {
      mail.get().run();
    }
  }

  boolean hasMail() {
    return harness.getTaskMailbox().hasMail();
  }

  /** Processes the next of these, and waits until there is one. */
  void awaitMail() throws Exception {
    harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }

  private static Optional<Mail> next(TaskMailbox mailbox) {
    return mailbox.tryTake(TaskMailbox.MIN_PRIORITY);
  }

  void idle() throws Exception {
    harness.processWatermarkStatus1(WatermarkStatus.IDLE);
    harness.processWatermarkStatus2(WatermarkStatus.IDLE);
  }

  void endInput() throws Exception {
    harness.endAllInputs();
  }

  void finish() throws Exception {
    harness.getOperator().finish();
  }

  /** Null where training steps are taken at once. */
  GatheredSteps steps() {
    return function.steps();
  }

  /** What is shared with other subtasks; null where training steps are taken at once. */
  StepGatherer gatherer() {
    return function.gatherer();
  }

  /** Where there is much of it. */
  void forgetOutput() {
    harness.getOutput().clear();
    for (OutputTag<OutputRecord> side :
        List.of(
            MixtureFunction.DRIFT_EVENTS,
            MixtureFunction.METRICS,
            MixtureFunction.DEAD_LETTERS,
            MixtureFunction.EXPLANATIONS,
            MixtureFunction.QUESTIONS)) {
      Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(side);
      if (output != null) {
        output.clear();
      }
    }
  }

  /** Null where models are not published. */
  ModelPublisher publisher() {
    return function.publisher();
  }

  /** With keyed state. */
  AbstractStreamOperator<?> operator() {
    return harness.getOperator();
  }

  /** Takes the part of one more subtask of this job: harnesses are jobs of their own. */
  JobMemory.Share otherSubtask() {
    return JobMemory.open(operator().getRuntimeContext().getJobInfo().getJobId());
  }

  KeyedModels models() {
    return function.models();
  }

  /** Records that are held now; 0 where none ever are. */
  long held() {
    return harness.getOperator() instanceof GatheringOperator gathering ? gathering.held() : 0;
  }

  /** Predictions, watermarks and their status, in the order of output. */
  List<Object> output() {
    return new ArrayList<>(harness.getOutput());
  }

  OperatorSubtaskState checkpoint(long id) throws Exception {
    harness.prepareSnapshotPreBarrier(id);
    return harness.snapshot(id, id);
  }

  /** A checkpoint that is being written until it is finished. */
  OperatorSnapshotFutures startCheckpoint(long id) throws Exception {
    return startCheckpoint(id, new MemCheckpointStreamFactory(Integer.MAX_VALUE));
  }

  /** A checkpoint in files, of any size. */
  OperatorSubtaskState checkpoint(long id, Path folder) throws Exception {
    return finish(startCheckpoint(id, folder));
  }

  /** One that is being written to files until it is finished. */
  OperatorSnapshotFutures startCheckpoint(long id, Path folder) throws Exception {
    org.apache.flink.core.fs.Path target = new org.apache.flink.core.fs.Path(folder.toUri());
    return startCheckpoint(
        id,
        new FsCheckpointStreamFactory(
            FileSystem.getLocalFileSystem(), target, target, 1_000, 1 << 16));
  }

  private OperatorSnapshotFutures startCheckpoint(long id, CheckpointStreamFactory target)
      throws Exception {
    harness.prepareSnapshotPreBarrier(id);
    return harness
        .getOperator()
        .snapshotState(id, id, CheckpointOptions.forCheckpointWithDefaultLocation(), target);
  }

  static OperatorSubtaskState finish(OperatorSnapshotFutures checkpoint) throws Exception {
    return OperatorSnapshotFinalizer.create(checkpoint).getJobManagerOwnedState();
  }

  OperatorSubtaskState savepoint(long id) throws Exception {
    harness.prepareSnapshotPreBarrier(id);
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

  List<Explanation> explanations() throws Exception {
    return side(MixtureFunction.EXPLANATIONS, Explanation.class);
  }

  List<Question> questions() throws Exception {
    return side(MixtureFunction.QUESTIONS, Question.class);
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

  /** As a task ends that failed or is cancelled. */
  void cancel() throws Exception {
    harness.getOperator().close();
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
