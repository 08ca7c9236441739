// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * The outputs of one record, kept until all is computed: what fails when they are sent is no fault
 * of the record.
 */
final class HeldOutputs
    extends KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context
    implements Collector<OutputRecord> {
  private final KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context
      context;
  private final List<Runnable> sideOutputs = new ArrayList<>(0);
  private final List<OutputRecord> predictions = new ArrayList<>(1);

  /**
   * @param function whose context this is
   */
  HeldOutputs(
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord> function,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    function.super();
    this.context = context;
  }

  void send(Collector<OutputRecord> target) {
    for (OutputRecord prediction : predictions) {
      target.collect(prediction);
    }
    for (Runnable sideOutput : sideOutputs) {
      sideOutput.run();
    }
  }

  @Override
  public void collect(OutputRecord prediction) {
    predictions.add(prediction);
  }

  @Override
  public <X> void output(OutputTag<X> tag, X value) {
    sideOutputs.add(() -> context.output(tag, value));
  }

  @Override
  public Long timestamp() {
    return context.timestamp();
  }

  @Override
  public TimerService timerService() {
    return context.timerService();
  }

  @Override
  public String getCurrentKey() {
    return context.getCurrentKey();
  }

  @Override
  public void close() {}
}
