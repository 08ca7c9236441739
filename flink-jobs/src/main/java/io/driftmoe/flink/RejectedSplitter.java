// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Sends rejected records to the dead letters and lets the others pass.
 *
 * <p>Also ends event time when the input has ended: Flink drops the last watermark of a source that
 * is idle at that moment, and expiry and final reports downstream wait for it.
 *
 * <p>That of the features is also where the job is the owner of its name: it runs wherever the job
 * does.
 */
final class RejectedSplitter extends AbstractStreamOperator<SourceRecord>
    implements OneInputStreamOperator<SourceRecord, SourceRecord> {
  private static final long serialVersionUID = 1L;

  private final OutputTag<OutputRecord> deadLetters;
  private final @Nullable JobOptions owned;

  private transient @Nullable JobOwner owner;

  /**
   * @param owned the job that the first subtask keeps others of its name from; null for a splitter
   *     that does not
   */
  RejectedSplitter(OutputTag<OutputRecord> deadLetters, @Nullable JobOptions owned) {
    this.deadLetters = deadLetters;
    this.owned = owned;
  }

  @Override
  public void open() throws Exception {
    super.open();
    if (owned != null && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      Environment task = getContainingTask().getEnvironment();
      owner =
          JobOwner.join(owned, cause -> task.failExternally(new SuppressRestartsException(cause)));
    }
  }

  @Override
  public void processElement(StreamRecord<SourceRecord> element) {
    if (element.getValue() instanceof SourceRecord.Rejected rejected) {
      output.collect(deadLetters, new StreamRecord<>(rejected.deadLetter()));
    } else {
      output.collect(element);
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
    }
    super.close();
  }
}
