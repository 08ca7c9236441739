// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.clock.SystemClock;
import org.jspecify.annotations.Nullable;

/**
 * What runs the mixture of a replay. There are no timers: records are handed over in the order in
 * which the job processed them, and the input never ends.
 */
final class ReplayHost implements HostedMixture.Host {
  private final RuntimeContext context;
  private final KeyedStateBackend<String> state;
  private final ReplayClock clock = new ReplayClock();

  ReplayHost(RuntimeContext context, KeyedStateBackend<String> state) {
    this.context = context;
    this.state = state;
  }

  @Override
  public RuntimeContext context() {
    return context;
  }

  @Override
  public ProcessingTimeService clock() {
    return clock;
  }

  @Override
  public List<String> keysWith(String name) {
    return state.getKeys(name, VoidNamespace.INSTANCE).toList();
  }

  @Override
  public String currentKey() {
    return state.getCurrentKey();
  }

  @Override
  public void under(String key, HostedMixture.Action action) throws Exception {
    @Nullable String before = state.getCurrentKey();
    state.setCurrentKey(key);
    try {
      action.run();
    } finally {
      if (before != null) {
        state.setCurrentKey(before);
      }
    }
  }

  /** Beyond all events: none has to wait. */
  @Override
  public long watermark() {
    return Long.MAX_VALUE - 1;
  }

  @Override
  public void setTimer(long time) {}

  @Override
  public void deleteTimer(long time) {}

  /** Tells the time, and does nothing at any. */
  private static final class ReplayClock implements ProcessingTimeService {
    @Override
    public org.apache.flink.util.clock.Clock getClock() {
      return SystemClock.getInstance();
    }

    @Override
    public java.util.concurrent.ScheduledFuture<?> registerTimer(
        long time, ProcessingTimeCallback target) {
      throw new UnsupportedOperationException("a replay has no timers");
    }

    @Override
    public java.util.concurrent.ScheduledFuture<?> scheduleAtFixedRate(
        ProcessingTimeCallback callback, long delay, long period) {
      throw new UnsupportedOperationException("a replay has no timers");
    }

    @Override
    public java.util.concurrent.ScheduledFuture<?> scheduleWithFixedDelay(
        ProcessingTimeCallback callback, long delay, long period) {
      throw new UnsupportedOperationException("a replay has no timers");
    }

    @Override
    public java.util.concurrent.CompletableFuture<Void> quiesce() {
      return java.util.concurrent.CompletableFuture.completedFuture(null);
    }
  }
}
