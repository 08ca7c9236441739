// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Sends rejected records to the dead letters and lets the others pass. */
final class RejectedSplitter extends ProcessFunction<SourceRecord, SourceRecord> {
  private static final long serialVersionUID = 1L;

  private final OutputTag<OutputRecord> deadLetters;

  RejectedSplitter(OutputTag<OutputRecord> deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Override
  public void processElement(SourceRecord record, Context context, Collector<SourceRecord> out) {
    if (record instanceof SourceRecord.Rejected rejected) {
      context.output(deadLetters, rejected.deadLetter());
    } else {
      out.collect(record);
    }
  }
}
