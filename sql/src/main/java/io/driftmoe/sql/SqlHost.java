// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.flink.HostedMixture;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.table.runtime.operators.process.AbstractProcessTableOperator;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.jspecify.annotations.Nullable;

/** The operator of a process table function, as the mixture in it sees it. */
final class SqlHost implements HostedMixture.Host {
  private final AbstractProcessTableOperator operator;
  private final KeyedStateBackend<RowData> state;
  private final KeyFormat keys;
  private final StreamingRuntimeContext context;

  /** Of the latest call; it knows the current key and the present watermark. */
  private ProcessTableFunction.TimeContext<Long> time;

  private SqlHost(
      AbstractProcessTableOperator operator,
      KeyFormat keys,
      ProcessTableFunction.TimeContext<Long> time) {
    this.operator = operator;
    this.state = operator.getKeyedStateBackend();
    this.keys = keys;
    this.time = time;
    this.context = operator.getRuntimeContext();
    // Flink sets it for operators of one input only
    operator.getKeyedStateStore().ifPresent(context::setKeyedStateStore);
  }

  /**
   * That of the first call.
   *
   * @throws SuppressRestartsException when models cannot be kept in its state
   */
  static SqlHost of(ProcessTableFunction.Context first, KeyFormat keys) {
    AbstractProcessTableOperator operator = OperatorAccess.of(first);
    String backend = operator.getKeyedStateBackend().getBackendTypeIdentifier();
    String refusal = StateBackendCheck.refusalOf(backend);
    if (refusal != null) {
      throw new SuppressRestartsException(new IllegalStateException(refusal));
    }
    return new SqlHost(operator, keys, first.timeContext(Long.class));
  }

  /** Takes note of a call, before it does anything. */
  void at(ProcessTableFunction.TimeContext<Long> call) {
    time = call;
  }

  @Override
  public RuntimeContext context() {
    return context;
  }

  @Override
  public ProcessingTimeService clock() {
    return operator.getProcessingTimeService();
  }

  @Override
  public List<String> keysWith(String name) {
    try (Stream<RowData> all = state.getKeys(name, VoidNamespace.INSTANCE)) {
      return all.map(keys::text).filter(Objects::nonNull).toList();
    }
  }

  @Override
  public String currentKey() {
    return Objects.requireNonNull(keys.text(state.getCurrentKey()), "a model key");
  }

  @Override
  public void under(String key, HostedMixture.Action action) throws Exception {
    @Nullable RowData before = state.getCurrentKey();
    RowDataSerializer serializer = (RowDataSerializer) state.getKeySerializer();
    state.setCurrentKey(serializer.toBinaryRow(keys.row(key)).copy());
    try {
      action.run();
    } finally {
      if (before != null) {
        state.setCurrentKey(before);
      }
    }
  }

  @Override
  public long watermark() {
    Long reached = time.currentWatermark();
    return reached == null ? Long.MIN_VALUE : reached;
  }

  @Override
  public void setTimer(long at) {
    time.registerOnTime(at);
  }

  @Override
  public void deleteTimer(long at) {
    time.clearTimer(at);
  }
}
