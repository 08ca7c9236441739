// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sums up what the key groups answer to a command, by its id: one drift event goes out when all of
 * them have.
 */
final class GroupAnswers extends KeyedProcessFunction<String, GroupAnswer, OutputRecord> {
  private static final long serialVersionUID = 1L;

  private final int keyGroups;

  private transient ValueState<Integer> answered;
  private transient ValueState<Long> models;
  private transient ControlEncoder encoder;

  /**
   * @param keyGroups how many will answer
   */
  GroupAnswers(int keyGroups) {
    this.keyGroups = keyGroups;
  }

  @Override
  public void open(OpenContext context) {
    answered =
        getRuntimeContext().getState(new ValueStateDescriptor<>("answered-groups", Types.INT));
    models =
        getRuntimeContext().getState(new ValueStateDescriptor<>("answered-models", Types.LONG));
    encoder = new ControlEncoder();
  }

  @Override
  public void processElement(GroupAnswer answer, Context context, Collector<OutputRecord> out)
      throws Exception {
    Integer groups = answered.value();
    Long before = models.value();
    int now = groups == null ? 1 : groups + 1;
    long sum = (before == null ? 0 : before) + answer.models();
    if (now < keyGroups) {
      answered.update(now);
      models.update(sum);
      return;
    }
    answered.clear();
    models.clear();
    // all groups hold the same standing commands, so all refuse or none
    out.collect(
        answer.refusal().isEmpty()
            ? encoder.ofSeveral(answer.command(), sum)
            : encoder.refused(answer.command(), answer.refusal()));
  }
}
