// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.common.functions.util.RuntimeUDFContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/** What the mixture asks its task for, where there is no task: keyed state in this process. */
final class ReplayContext extends RuntimeUDFContext {
  private final KeyedStateBackend<String> state;

  /**
   * @param job whose memory it counts against
   * @param keyGroups the max parallelism
   */
  ReplayContext(JobID job, String name, int keyGroups, KeyedStateBackend<String> state) {
    super(
        new JobInfoImpl(job, name),
        new TaskInfoImpl(name, keyGroups, 0, 1, 0),
        ReplayContext.class.getClassLoader(),
        new ExecutionConfig(),
        Map.of(),
        Map.of(),
        UnregisteredMetricsGroup.createOperatorMetricGroup());
    this.state = state;
  }

  private <S extends State, T> S open(StateDescriptor<S, T> descriptor) {
    try {
      return state.getPartitionedState(
          VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(descriptor.getName() + ": " + FailureMessage.of(e), e);
    }
  }

  @Override
  public <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor) {
    return open(descriptor);
  }

  @Override
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    return open(descriptor);
  }
}
