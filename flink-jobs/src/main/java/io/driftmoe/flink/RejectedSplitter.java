// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends rejected records to the dead letters and lets the others pass. The first is said in the
 * log, then each number that is ten times the one before: a topic whose records belong to another
 * job shows nothing else.
 *
 * <p>Also ends event time when the input has ended: Flink drops the last watermark of a source that
 * is idle at that moment, and expiry and final reports downstream wait for it.
 *
 * <p>That of the features is also where the job is the owner of its name, and where its states get
 * their checksums: it runs wherever the job does.
 */
final class RejectedSplitter extends AbstractStreamOperator<SourceRecord>
    implements OneInputStreamOperator<SourceRecord, SourceRecord> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(RejectedSplitter.class);

  private final OutputTag<OutputRecord> deadLetters;
  private final String topic;
  private final @Nullable JobOptions owned;

  private transient @Nullable JobOwner owner;
  private transient @Nullable CompletedNote note;
  private transient @Nullable ChecksumWriter checksums;
  private transient Counter rejectedRecords;

  private transient long accepted;
  private transient long rejected;
  private transient long nextSaid;

  /**
   * @param topic of the records, for the log
   */
  RejectedSplitter(OutputTag<OutputRecord> deadLetters, String topic) {
    this(deadLetters, topic, null);
  }

  /**
   * @param owned the job that the first subtask keeps others of its name from; null for a splitter
   *     that does not
   */
  RejectedSplitter(OutputTag<OutputRecord> deadLetters, String topic, @Nullable JobOptions owned) {
    this.deadLetters = deadLetters;
    this.topic = topic;
    this.owned = owned;
  }

  @Override
  public void open() throws Exception {
    super.open();
    rejectedRecords =
        JobMetric.REJECTED_RECORDS.counter(
            getRuntimeContext().getMetricGroup().addGroup(MixtureFunction.METRIC_GROUP));
    if (owned != null && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      Environment task = getContainingTask().getEnvironment();
      note = new CompletedNote(task.getJobConfiguration());
      if (ChecksumWriter.isFor(task.getJobConfiguration())) {
        checksums = ChecksumWriter.of(task.getJobConfiguration(), task.getJobID());
      }
      owner =
          JobOwner.join(owned, cause -> task.failExternally(new SuppressRestartsException(cause)));
    }
  }

  @Override
  public void processElement(StreamRecord<SourceRecord> element) {
    if (element.getValue() instanceof SourceRecord.Rejected record) {
      rejected++;
      rejectedRecords.inc();
      if (rejected > nextSaid) {
        nextSaid = Math.max(9, 10 * nextSaid + 9);
        say(record);
      }
      output.collect(deadLetters, new StreamRecord<>(record.deadLetter()));
    } else {
      accepted++;
      output.collect(element);
    }
  }

  private void say(SourceRecord.Rejected record) {
    String reason;
    try {
      byte[] letter = record.deadLetter().value();
      reason = SingleObjectCodec.of(DeadLetter.class).decode(letter).getReason();
    } catch (WireFormatException e) {
      reason = "see its dead letter"; // cannot happen: this job has written it
    }
    LOG.warn(
        "{} of the first {} records of {} rejected, as the dead letters say; the latest: {}",
        rejected,
        accepted + rejected,
        topic,
        reason);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    if (note != null) {
      note.checkpointCompleted();
    }
    if (checksums != null) {
      checksums.checkpointCompleted(checkpointId);
    }
  }

  @Override
  public void finish() {
    output.emitWatermarkStatus(WatermarkStatus.ACTIVE);
    output.emitWatermark(Watermark.MAX_WATERMARK);
  }

  @Override
  public void close() throws Exception {
    if (owner != null) {
      owner.leave();
      owner = null;
    }
    if (checksums != null) {
      checksums.close();
      checksums = null;
    }
    super.close();
  }
}
