// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * How far event time has come in one partition of an input topic. A rejected record says nothing
 * about it, not even that its partition is in use: a partition of nothing but rejected records is
 * idle, or it would hold back the event time of all others for good.
 */
final class EventTimes implements WatermarkGenerator<SourceRecord> {
  private final WatermarkGenerator<SourceRecord> ofAccepted;

  private EventTimes(WatermarkGenerator<SourceRecord> ofAccepted) {
    this.ofAccepted = ofAccepted;
  }

  /** Of a job without end: a silent partition is idle after {@code input.idleness}. */
  static WatermarkStrategy<SourceRecord> ofEndless(JobOptions.Input input) {
    return of(bounded(input).withIdleness(input.idleness()));
  }

  /**
   * Of a job that ends: the other partitions may have ended, and one without news would end event
   * time if it were idle.
   */
  static WatermarkStrategy<SourceRecord> ofEnding(JobOptions.Input input) {
    return of(bounded(input));
  }

  private static WatermarkStrategy<SourceRecord> bounded(JobOptions.Input input) {
    return WatermarkStrategy.forBoundedOutOfOrderness(input.outOfOrderness());
  }

  private static WatermarkStrategy<SourceRecord> of(WatermarkStrategy<SourceRecord> ofAccepted) {
    return WatermarkStrategy.<SourceRecord>forGenerator(
            context -> new EventTimes(ofAccepted.createWatermarkGenerator(context)))
        .withTimestampAssigner(
            (record, kafkaTime) ->
                record instanceof SourceRecord.Keyed accepted
                    ? accepted.eventTime()
                    : Long.MIN_VALUE);
  }

  @Override
  public void onEvent(SourceRecord record, long eventTime, WatermarkOutput output) {
    if (record instanceof SourceRecord.Keyed) {
      ofAccepted.onEvent(record, eventTime, output);
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    ofAccepted.onPeriodicEmit(output);
  }
}
