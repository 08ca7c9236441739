// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.jspecify.annotations.Nullable;

/**
 * Runs the mixture, and gives it what a function has not: sight of all its keys, and timers by the
 * clock that belong to no key. Those park idle models and publish models: a timer for each of a
 * hundred thousand keys would take more memory than a small model, and be in every checkpoint.
 */
class MixtureOperator
    extends KeyedCoProcessOperator<String, SourceRecord, SourceRecord, OutputRecord> {
  private static final long serialVersionUID = 1L;

  /** Whether a timer is set for files that are requested. */
  private transient boolean isRequested;

  MixtureOperator(MixtureFunction function) {
    super(function);
  }

  final MixtureFunction mixture() {
    return (MixtureFunction) userFunction;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    String pointer = mixture().takesOverFrom();
    if (pointer != null) {
      TakenOver.note(context.getOperatorStateStore(), pointer);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    mixture().open(new Keys());
    setParking(mixture().models(), mixture().models().parkingPeriodMillis());
    ModelPublisher publisher = mixture().publisher();
    if (publisher != null) {
      setPublishing(publisher, publisher.everyMillis(), true);
      publisher.onRequest(() -> setRequested(publisher));
    }
  }

  /** Writes what is requested, between rounds: a moment later, many requests at a time. */
  private void setRequested(ModelPublisher publisher) {
    if (!isRequested) {
      isRequested = true;
      goOnRequested(publisher, 0);
    }
  }

  private void goOnRequested(ModelPublisher publisher, long inMillis) {
    ProcessingTimeService clock = getProcessingTimeService();
    clock.registerTimer(
        clock.getCurrentProcessingTime() + inMillis,
        time -> {
          long pause = publisher.goOn(mixture().models()::file);
          isRequested = pause > 0;
          if (isRequested) {
            goOnRequested(publisher, pause);
          }
        });
  }

  @Override
  public void finish() throws Exception {
    super.finish();
    ModelPublisher publisher = mixture().publisher();
    if (publisher != null) {
      publisher.finish(mixture().models()::file);
    }
  }

  private void setPublishing(ModelPublisher publisher, long inMillis, boolean beginsRound) {
    ProcessingTimeService clock = getProcessingTimeService();
    clock.registerTimer(
        clock.getCurrentProcessingTime() + inMillis,
        time -> {
          if (beginsRound) {
            publisher.beginRound();
          }
          long pause = publisher.goOn(mixture().models()::file);
          setPublishing(publisher, pause > 0 ? pause : publisher.everyMillis(), pause == 0);
        });
  }

  private void setParking(KeyedModels models, long inMillis) {
    ProcessingTimeService clock = getProcessingTimeService();
    clock.registerTimer(
        clock.getCurrentProcessingTime() + inMillis,
        time -> {
          boolean more = models.parkIdle(clock.getCurrentProcessingTime());
          setParking(models, more ? 0 : models.parkingPeriodMillis()); // records come in between
        });
  }

  private final class Keys implements ModelKeys {
    @Override
    public List<String> withState(String state) {
      return MixtureOperator.this
          .<String>getKeyedStateBackend()
          .getKeys(state, VoidNamespace.INSTANCE)
          .toList();
    }

    @Override
    public String current() {
      return (String) getCurrentKey();
    }

    @Override
    public void under(String key, Action action) throws Exception {
      @Nullable Object before = getCurrentKey();
      setCurrentKey(key);
      try {
        action.run();
      } finally {
        if (before != null) {
          setCurrentKey(before);
        }
      }
    }
  }
}
