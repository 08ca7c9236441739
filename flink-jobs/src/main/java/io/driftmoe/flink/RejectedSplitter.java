// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Sends rejected records to the dead letters and lets the others pass.
 *
 * <p>Also ends event time when the input has ended: Flink drops the last watermark of a source that
 * is idle at that moment, and expiry and final reports downstream wait for it.
 */
final class RejectedSplitter extends AbstractStreamOperator<SourceRecord>
    implements OneInputStreamOperator<SourceRecord, SourceRecord> {
  private static final long serialVersionUID = 1L;

  private final OutputTag<OutputRecord> deadLetters;

  RejectedSplitter(OutputTag<OutputRecord> deadLetters) {
    this.deadLetters = deadLetters;
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
}
