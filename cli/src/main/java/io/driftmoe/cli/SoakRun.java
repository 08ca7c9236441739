// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalRig;
import io.driftmoe.local.Pacer;
import io.driftmoe.local.TopicReader;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One job for a long time, under half of the load that it sustains and, on request, a burst. */
final class SoakRun {
  /** Of what the job sustains, while nothing else goes on. */
  static final double SHARE = 0.5;

  /** Of what the job sustains. */
  static final int BURST = 10;

  private static final int SAMPLES = 240;
  private static final int LEAST_SECONDS_PER_SAMPLE = 2;
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final EndToEndPlan plan;
  private final double sustained;
  private final int seconds;
  private final int burstSeconds;
  private final LocalRig rig;
  private final String bootstrap;
  private final PrintWriter progress;

  /**
   * @param samples in their order
   * @param rate of the steady load, events a second
   * @param burstRate that the sender reached, 0 without a burst
   * @param caughtUpSeconds from the end of the burst until no more than a second of load waited; -1
   *     when that did not come
   */
  record Result(List<SoakSample> samples, double rate, double burstRate, int caughtUpSeconds) {}

  /**
   * @param sustained that the job keeps up with, events a second
   * @param seconds in all
   * @param burstSeconds after a quarter of it; 0 for no burst
   */
  SoakRun(
      EndToEndPlan plan,
      double sustained,
      int seconds,
      int burstSeconds,
      LocalRig rig,
      String bootstrap,
      PrintWriter progress) {
    this.plan = plan;
    this.sustained = sustained;
    this.seconds = seconds;
    this.burstSeconds = burstSeconds;
    this.rig = rig;
    this.bootstrap = bootstrap;
    this.progress = progress;
  }

  /** Counts what comes, and notes nothing of it: a long run has more events than memory. */
  private static final class Counter implements AutoCloseable {
    private final TopicReader reader;
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::follow, "count-predictions");
    private volatile boolean closed;

    private Counter(JobOptions options) {
      reader =
          TopicReader.open(options.kafka(), List.of(options.topics().predictions()), false, true);
      thread.start();
    }

    private void follow() {
      try (reader) {
        while (!closed) {
          count.addAndGet(reader.poll(PATIENCE).count());
        }
      } catch (RuntimeException e) {
        failure.set(e);
      }
    }

    private long count() throws CommandException {
      RuntimeException fault = failure.get();
      if (fault != null) {
        throw new CommandException("reading predictions: " + FailureMessage.of(fault), fault);
      }
      return count.get();
    }

    @Override
    public void close() {
      closed = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        // it ends all the same, within a moment
        Thread.currentThread().interrupt();
      }
    }
  }

  Result run() throws CommandException, LocalException, InterruptedException {
    LearnerSpec learner = plan.learners().get(0);
    JobOptions options = plan.job(learner, bootstrap, "soak");
    rig.createTopics(options);
    try {
      rig.startJob(false, plan.topology(learner, options)).awaitRunning();
      try (Counter predicted = new Counter(options)) {
        return new Course(options, predicted).run();
      }
    } finally {
      rig.endRun();
    }
  }

  /** What happens, from the first event on. */
  private final class Course {
    private final JobOptions options;
    private final Counter predicted;
    private final List<SoakSample> samples = new ArrayList<>();
    private final long start = System.nanoTime();
    private final int period = Math.max(LEAST_SECONDS_PER_SAMPLE, seconds / SAMPLES);
    private final double rate = SHARE * sustained;
    private final AtomicLong sent = new AtomicLong();
    private int caughtUp = -1;
    private int burstEnd = -1;

    private Course(JobOptions options, Counter predicted) {
      this.options = options;
      this.predicted = predicted;
    }

    private Result run() throws CommandException, LocalException, InterruptedException {
      double burstRate = 0;
      if (burstSeconds > 0) {
        send(SoakSample.Phase.STEADY, rate, seconds / 4);
        int begin = second();
        long before = sent.get();
        send(SoakSample.Phase.BURST, BURST * sustained, burstSeconds);
        burstEnd = second();
        burstRate = (double) (sent.get() - before) / Math.max(1, burstEnd - begin);
        send(SoakSample.Phase.AFTER, rate, Math.max(1, seconds - burstEnd));
      } else {
        send(SoakSample.Phase.STEADY, rate, seconds);
      }
      return new Result(samples, rate, burstRate, caughtUp);
    }

    private int second() {
      return (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    }

    /** Sends for so long, a period at a time, and takes a sample after each. */
    private void send(SoakSample.Phase phase, double events, int forSeconds)
        throws CommandException, LocalException, InterruptedException {
      long phaseStart = System.nanoTime();
      long first = sent.get();
      long inAll = Math.round(events * forSeconds);
      rig.startSending(
          plan.producer(options, plan.keys().get(0), first),
          plan.events().stream(first, inAll),
          new Pacer(events, phaseStart),
          event -> sent.incrementAndGet());
      long next = System.nanoTime();
      // a sender that is slower than it should be is not waited for: a burst has its time
      while (System.nanoTime() - phaseStart < TimeUnit.SECONDS.toNanos(forSeconds)) {
        TimeUnit.MILLISECONDS.sleep(50);
        rig.check();
        if (System.nanoTime() - next >= 0) {
          sample(phase);
          next += TimeUnit.SECONDS.toNanos(period);
        }
      }
      rig.stopSending();
    }

    private void sample(SoakSample.Phase phase) throws CommandException {
      SoakSample sample =
          new SoakSample(
              second(),
              phase,
              sent.get(),
              predicted.count(),
              ProcessMemory.heapAfterCollection(),
              ProcessMemory.threads(),
              ProcessMemory.files());
      samples.add(sample);
      if (phase == SoakSample.Phase.AFTER && caughtUp < 0 && sample.backlog() <= rate) {
        caughtUp = sample.second() - burstEnd;
      }
      progress.println(
          String.format(
              Locale.ROOT,
              "%4d s, %s: %,d sent, %,d wait, %,d MB of heap after a collection, %d threads, %d"
                  + " files",
              sample.second(),
              phase.name().toLowerCase(Locale.ROOT),
              sample.sent(),
              sample.backlog(),
              sample.heapAfterCollection() >> 20,
              sample.threads(),
              sample.files()));
      progress.flush();
    }
  }
}
