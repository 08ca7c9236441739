// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

/** One partition of an input topic. */
class EventTimesTest implements WatermarkOutput {
  private static final JobOptions.Input INPUT =
      Events.options(Map.of("input.idleness", "5 s", "input.out-of-orderness", "1 s")).input();

  private final ManualClock clock = new ManualClock();
  private final List<String> said = new ArrayList<>();

  @Override
  public void emitWatermark(Watermark watermark) {
    said.add(Long.toString(watermark.getTimestamp()));
  }

  @Override
  public void markIdle() {
    said.add("idle");
  }

  @Override
  public void markActive() {
    said.add("active");
  }

  private WatermarkGenerator<SourceRecord> partition(WatermarkStrategy<SourceRecord> strategy)
      throws Exception {
    return InstantiationUtil.clone(strategy)
        .createWatermarkGenerator(
            new WatermarkGeneratorSupplier.Context() {
              @Override
              public MetricGroup getMetricGroup() {
                return new UnregisteredMetricsGroup();
              }

              @Override
              public RelativeClock getInputActivityClock() {
                return clock;
              }
            });
  }

  /** Else one producer of rubbish would hold back the event time of all partitions for good. */
  @Test
  void aPartitionOfRejectedRecordsIsIdle() throws Exception {
    WatermarkStrategy<SourceRecord> strategy = EventTimes.ofEndless(INPUT);
    WatermarkGenerator<SourceRecord> partition = partition(strategy);
    SourceRecord rejected = new SourceRecord.Rejected(new OutputRecord(null, new byte[] {1}));
    for (int second = 0; second < 20; second++) {
      clock.advanceTime(Duration.ofSeconds(1));
      partition.onEvent(rejected, Long.MIN_VALUE, this);
      partition.onPeriodicEmit(this);
    }
    assertThat(said).endsWith("idle");
    said.clear();

    SourceRecord.Features event = Events.features("k", 7, Events.examples(1).get(0), false);
    partition.onEvent(event, event.eventTime(), this);
    partition.onPeriodicEmit(this);
    assertThat(said).containsExactly("5999");
    said.clear();

    for (int second = 0; second < 20; second++) {
      clock.advanceTime(Duration.ofSeconds(1));
      partition.onEvent(rejected, Long.MIN_VALUE, this);
      partition.onPeriodicEmit(this);
    }
    assertThat(said).containsOnlyOnce("idle").endsWith("idle");
  }

  @Test
  void aPartitionWithAnEndIsNeverIdle() throws Exception {
    WatermarkGenerator<SourceRecord> partition = partition(EventTimes.ofEnding(INPUT));
    SourceRecord.Features event = Events.features("k", 7, Events.examples(1).get(0), false);
    partition.onEvent(event, event.eventTime(), this);
    clock.advanceTime(Duration.ofDays(1));
    partition.onPeriodicEmit(this);
    assertThat(said).containsExactly("5999");
  }

  @Test
  void theTimeOfARecordIsThatOfItsEvent() {
    SourceRecord.Features event = Events.features("k", 7, Events.examples(1).get(0), false);
    assertThat(
            EventTimes.ofEnding(INPUT)
                .createTimestampAssigner(() -> new UnregisteredMetricsGroup())
                .extractTimestamp(event, 99))
        .isEqualTo(7_000);
  }
}
