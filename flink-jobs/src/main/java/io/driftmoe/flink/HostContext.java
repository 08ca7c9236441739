// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** The context of records and timers of a {@link HostedMixture}, and what takes its predictions. */
final class HostContext
    extends KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.OnTimerContext
    implements Collector<OutputRecord> {
  private final HostedMixture.Host host;
  private final Consumer<OutputRecord> predictions;
  private final BiConsumer<OutputTag<?>, OutputRecord> others;
  private final Timers timers = new Timers();

  /**
   * @param function whose context this is
   * @param others receives the side outputs
   */
  HostContext(
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord> function,
      HostedMixture.Host host,
      Consumer<OutputRecord> predictions,
      BiConsumer<OutputTag<?>, OutputRecord> others) {
    function.super();
    this.host = host;
    this.predictions = predictions;
    this.others = others;
  }

  @Override
  public void collect(OutputRecord prediction) {
    predictions.accept(prediction);
  }

  @Override
  public <X> void output(OutputTag<X> tag, X value) {
    others.accept(tag, (OutputRecord) value);
  }

  @Override
  public String getCurrentKey() {
    return host.currentKey();
  }

  /** The mixture has times of its own. */
  @Override
  public Long timestamp() {
    throw new UnsupportedOperationException("records of a host have no timestamp");
  }

  /** A host has no other timers. */
  @Override
  public TimeDomain timeDomain() {
    return TimeDomain.EVENT_TIME;
  }

  @Override
  public TimerService timerService() {
    return timers;
  }

  @Override
  public void close() {}

  /** Those of event time; by the clock there are none, and nothing depends on them. */
  private final class Timers implements TimerService {
    @Override
    public long currentProcessingTime() {
      return host.clock().getCurrentProcessingTime();
    }

    @Override
    public long currentWatermark() {
      return host.watermark();
    }

    @Override
    public void registerEventTimeTimer(long time) {
      host.setTimer(time);
    }

    @Override
    public void deleteEventTimeTimer(long time) {
      host.deleteTimer(time);
    }

    @Override
    public void registerProcessingTimeTimer(long time) {}

    @Override
    public void deleteProcessingTimeTimer(long time) {}
  }
}
