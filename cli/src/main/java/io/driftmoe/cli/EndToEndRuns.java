// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Forecast;
import io.driftmoe.benchmarks.Learner;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalJob;
import io.driftmoe.local.LocalRig;
import io.driftmoe.local.Pacer;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Measures one learner, alone and in jobs, each job with topics and a cluster of its own. */
final class EndToEndRuns implements EndToEndMeasures {
  /** Events of a backlog, at most: about a third of a gigabyte on disk. */
  private static final int MOST_BACKLOG = 2_000_000;

  /** And at least: enough for the sender to show what it can do. */
  private static final int LEAST_BACKLOG = 200_000;

  /** Predictions that make a rate. */
  private static final int LEAST_PREDICTIONS = 1_000;

  private static final int EVENTS_PER_LOOK_AT_THE_CLOCK = 64;
  private static final long TICK_MILLIS = 10;
  private static final long HEAD_START_MILLIS = 200;
  private static final long PATIENCE_SECONDS = 30;

  private final EndToEndPlan plan;
  private final LearnerSpec learner;
  private final int keys;
  private final LocalRig rig;
  private final String bootstrap;
  private int runs;

  /**
   * @param keys how many model keys the events have in turn
   * @param rig with a broker
   * @param bootstrap address of the broker
   */
  EndToEndRuns(EndToEndPlan plan, LearnerSpec learner, int keys, LocalRig rig, String bootstrap) {
    this.plan = plan;
    this.learner = learner;
    this.keys = keys;
    this.rig = rig;
    this.bootstrap = bootstrap;
  }

  /**
   * A rig for all runs. They share a broker: Flink's Kafka sink never closes one of its clients,
   * and where the broker has gone these look for it with all the processor time they can get.
   */
  static LocalRig newRig() {
    // nothing to say on exit: the message of the command says why the process is ending
    return new LocalRig("bench", notClosed -> {});
  }

  private JobOptions createTopics() throws CommandException, LocalException, InterruptedException {
    String run =
        "%s-%s-%s%s"
            .formatted(
                plan.learners().indexOf(learner), keys, runs++, plan.asJson() ? "-json" : "");
    JobOptions options = plan.job(learner, bootstrap, run);
    rig.createTopics(options);
    return options;
  }

  @Override
  public double libraryRate() {
    libraryRate(plan.warmUpSeconds());
    return libraryRate(plan.seconds());
  }

  /** New learners, test-then-train in the calling thread, as warm as those of the job. */
  private double libraryRate(int seconds) {
    Learner[] alone = new Learner[keys];
    Arrays.setAll(alone, key -> learner.create(plan.events().schema(), plan.seed()));
    long events = 0;
    while (events < plan.warmUpEvents()) {
      learn(alone, events++);
    }
    long start = System.nanoTime();
    long elapsed = 0;
    while (elapsed < TimeUnit.SECONDS.toNanos(seconds)) {
      for (int k = 0; k < EVENTS_PER_LOOK_AT_THE_CLOCK; k++) {
        learn(alone, events++);
      }
      elapsed = System.nanoTime() - start;
    }
    return (events - plan.warmUpEvents()) * 1e9 / elapsed;
  }

  private void learn(Learner[] alone, long event) {
    Learner model = alone[(int) (event % keys)];
    LabeledExample example = plan.events().example(event);
    Forecast forecast = model.predict(example.features());
    model.learn(forecast, example.label());
  }

  @Override
  public Saturation saturate(double libraryRate)
      throws CommandException, LocalException, InterruptedException {
    int seconds = plan.warmUpSeconds() + plan.seconds();
    int events =
        plan.warmUpEvents()
            + (int) Math.max(LEAST_BACKLOG, Math.min(MOST_BACKLOG, libraryRate * seconds));
    Arrivals seen = new Arrivals(events);
    double producerRate;
    JobOptions options = createTopics();
    try {
      long start = System.nanoTime();
      rig.startSending(plan.producer(options, keys, 0), plan.events().stream(events), new Pacer(0));
      rig.awaitSent();
      producerRate = events * 1e9 / (System.nanoTime() - start);
      // reads from the start on, lest what the job does while it starts comes all at once
      try (PredictionTail tail = new PredictionTail(options, false, seen)) {
        rig.startJob(false, plan.topology(learner, options)).awaitRunning();
        await(plan.warmUpEvents() + 1, seen, tail);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        // a slow learner may take longer to begin, and a rate needs some predictions
        while (!seen.complete()
            && (System.nanoTime() < deadline
                || seen.count() < plan.warmUpEvents() + LEAST_PREDICTIONS)) {
          TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
          rig.check();
          tail.check();
        }
      }
    } finally {
      rig.endRun();
    }
    return new Saturation(
        producerRate,
        plan.warmUpEvents() == 0 ? seen.steadyRate() : seen.rateAfter(plan.warmUpEvents()));
  }

  private void await(int predictions, Arrivals seen, PredictionTail tail)
      throws CommandException, LocalException, InterruptedException {
    while (seen.count() < predictions) {
      TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
      rig.check();
      tail.check();
    }
  }

  @Override
  public boolean sustains(double rate)
      throws CommandException, LocalException, InterruptedException {
    return offer(rate, false).sustained();
  }

  @Override
  public Steady measure(double rate) throws CommandException, LocalException, InterruptedException {
    Offered offered = offer(rate, true);
    OfferedLoad load = offered.load();
    return new Steady(
        rate,
        load.achievedRate(offered.seen()),
        offered.sustained(),
        load.measured(),
        load.latencies(offered.seen()),
        load.latencies(offered.committed()),
        load.operatorLatencies(offered.seen()),
        LatencyTrace.of(load, offered.seen(), offered.acknowledged(), offered.beside()));
  }

  private record Offered(
      OfferedLoad load,
      Arrivals seen,
      Arrivals committed,
      long[] acknowledged,
      LatencyTrace.Beside beside,
      boolean sustained) {}

  /**
   * @param toTheEnd whether to wait until all is predicted and committed, or else only as long as
   *     the job may still prove to keep up
   */
  private Offered offer(double rate, boolean toTheEnd)
      throws CommandException, LocalException, InterruptedException {
    int learned = plan.warmUpEvents();
    int warmUp = learned + (int) Math.round(rate * plan.warmUpSeconds());
    int events = warmUp + (int) Math.ceil(rate * plan.seconds());
    Arrivals seen = new Arrivals(events);
    Arrivals committed = new Arrivals(events);
    long[] acknowledged = new long[events];
    JobOptions options = createTopics();
    try {
      LocalJob job = rig.startJob(false, plan.topology(learner, options));
      job.awaitRunning();
      try (PredictionTail early = new PredictionTail(options, false, seen);
          PredictionTail late = new PredictionTail(options, true, committed)) {
        if (learned > 0) {
          rig.startSending(
              plan.producer(options, keys, 0), plan.events().stream(learned), new Pacer(0));
          rig.awaitSent();
          await(learned, seen, early);
        }
        try (PauseWatch pauses = new PauseWatch()) {
          long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HEAD_START_MILLIS);
          long sinceFirst = (long) (learned / rate * TimeUnit.SECONDS.toNanos(1));
          OfferedLoad load = new OfferedLoad(rate, warmUp, events, start - sinceFirst);
          rig.startSending(
              plan.producer(options, keys, learned),
              plan.events().stream(learned, events - learned),
              new Pacer(rate, start),
              event -> acknowledged[learned + (int) event] = System.nanoTime());
          boolean decided = await(load, toTheEnd, seen, committed, early, late);
          Spans checkpoints = new Spans();
          for (LocalJob.Checkpoint checkpoint : job.checkpoints()) {
            checkpoints.add(checkpoint.fromNanos(), checkpoint.toNanos());
          }
          return new Offered(
              load,
              seen,
              committed,
              acknowledged,
              new LatencyTrace.Beside(
                  pauses.collections(), checkpoints, pauses.heldUp(), pauses.coresUsed()),
              decided && load.sustainedBy(seen));
        }
      }
    } finally {
      rig.endRun();
    }
  }

  /** Whether all came that is waited for: false as soon as the load has proved to be too much. */
  private boolean await(
      OfferedLoad load,
      boolean toTheEnd,
      Arrivals seen,
      Arrivals committed,
      PredictionTail early,
      PredictionTail late)
      throws CommandException, LocalException, InterruptedException {
    long deadline = load.end() + TimeUnit.SECONDS.toNanos(patienceSeconds());
    while (!seen.complete() || (toTheEnd && !committed.complete())) {
      long now = System.nanoTime();
      if (!toTheEnd && now - load.end() > 0 && load.overwhelms(seen.count())) {
        return false;
      }
      if (now - deadline > 0) {
        throw new CommandException(
            String.format(
                Locale.ROOT,
                "%s at %.0f events/s: %d s after the last of %d events was due, %d have a"
                    + " prediction and %d a committed one; is the machine busy?",
                learner.name(),
                load.rate(),
                patienceSeconds(),
                seen.events(),
                seen.count(),
                committed.count()));
      }
      TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
      rig.check();
      early.check();
      late.check();
    }
    return true;
  }

  private long patienceSeconds() {
    return PATIENCE_SECONDS + plan.seconds() + 2 * plan.checkpointInterval().toSeconds();
  }
}
