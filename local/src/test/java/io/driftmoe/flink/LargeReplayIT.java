// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.local.EventProducer;
import io.driftmoe.local.InputProgress;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many events through a real job, with late labels, and all made again. How many, of how many keys
 * and with which learner, properties may say: docs/replay.md. What it took is written to {@code
 * target/replay.csv}.
 */
@Tag("long")
class LargeReplayIT {
  private static final int EVENTS = Integer.getInteger("driftmoe.replay.events", 1_000_000);
  private static final int KEYS = Integer.getInteger("driftmoe.replay.keys", 4);
  private static final boolean ADAPTIVE = Boolean.getBoolean("driftmoe.replay.adaptive");
  private static final int LABEL_DELAY = 50;
  private static final String STREAM = "led_a";

  @TempDir static Path folder;

  private static JobOptions options(String bootstrap) {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap", "'" + bootstrap + "'");
    options.put("job.checkpoint-interval", "2 s");
    options.put("job.parallelism", Integer.toString(Math.min(2, KEYS)));
    options.put("labels.timeout", "3650 d");
    if (!ADAPTIVE) { // a cheap learner: nearly all of the time is that of job and replay
      options.put("learner.pool", "[naive-bayes, majority-class]");
      options.put("learner.gates", "[fixed-share]");
    }
    try (LabeledStream stream = StreamCatalog.open(STREAM, 1, 0)) {
      JobOptions.Schema schema = JobOptions.Schema.of(stream.schema());
      return JobOptions.parse(
          new JobOptions(null, null, schema, null, null, null, null, null, null, null, null)
              .toYaml(),
          options);
    }
  }

  private static LabeledStream stream() {
    return StreamCatalog.open(STREAM, EVENTS, 1);
  }

  @Test
  void everyPredictionOfManyEventsIsMadeAgain() throws Exception {
    try (Broker broker = new Broker(folder)) {
      JobOptions options = options(broker.bootstrap());
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(options.job().parallelism(), (short) 1);
      }
      StreamExecutionEnvironment environment =
          EmbeddedFlink.environment(folder.resolve("cluster"), options.job().parallelism(), 0);
      MixtureJob.build(environment, options);
      JobClient job = environment.executeAsync();
      send(options);
      try (InputProgress input = new InputProgress(options)) {
        WaitLimit.seconds(7_200).until(input::hasReadAll);
      }
      WaitLimit.seconds(120)
          .get(
              job.stopWithSavepoint(
                  true,
                  folder.resolve("savepoints").toUri().toString(),
                  SavepointFormatType.CANONICAL));

      double library = library(options);
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = system.getProcessCpuTime();
      long time = System.nanoTime();
      ReplayResult result =
          JobReplay.run(
              options,
              new JobReplay.Scope(null, null, Runtime.getRuntime().availableProcessors(), null),
              compared -> {});
      double seconds = (System.nanoTime() - time) / 1e9;
      double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9; // that of the broker included
      Files.writeString(
          Path.of("target", "replay.csv"),
          String.format(
              Locale.ROOT,
              "reproduced,predictions,keys,seconds,cpu_seconds,events_per_cpu_second,library%n"
                  + "%d,%d,%d,%.1f,%.1f,%.0f,%.0f%n",
              result.reproduced(),
              result.predictions(),
              result.keys(),
              seconds,
              cpuSeconds,
              EVENTS / cpuSeconds,
              library));

      assertThat(result.differences()).isEmpty();
      assertThat(result.reproduced()).isEqualTo(EVENTS);
      assertThat(result.keys()).isEqualTo(KEYS);
      assertThat(result.withoutPrediction()).isZero();
    }
  }

  private static void send(JobOptions options) throws Exception {
    List<String> keys = IntStream.range(0, KEYS).mapToObj(key -> "key-" + key).toList();
    EventProducer.Settings settings =
        new EventProducer.Settings(
            options.kafka(),
            options.topics().features(),
            options.topics().labels(),
            keys,
            0,
            Instant.EPOCH,
            Duration.ofMillis(1),
            event -> LABEL_DELAY * (long) KEYS,
            0);
    try (EventProducer producer = new EventProducer(settings);
        LabeledStream events = stream()) {
      producer.send(events);
    }
  }

  /**
   * Events per CPU second of the plain library: the same events for as many models, with labels as
   * late. The job before has had the code compiled.
   */
  private static double library(JobOptions options) {
    List<MixtureOfExperts> mixtures =
        IntStream.range(0, KEYS).mapToObj(key -> ModelTemplate.newMixture(options)).toList();
    Queue<PendingPrediction> predictions = new ArrayDeque<>();
    Queue<Integer> labels = new ArrayDeque<>();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long begun = system.getProcessCpuTime(); // collecting garbage included, as for the replay
    try (LabeledStream events = stream()) {
      for (int i = 0; i < EVENTS; i++) {
        LabeledExample example = events.next();
        predictions.add(mixtures.get(i % KEYS).predict(example.features()));
        labels.add(example.label());
        if (labels.size() > LABEL_DELAY * KEYS) {
          int learns = (i - LABEL_DELAY * KEYS) % KEYS;
          mixtures.get(learns).learn(predictions.remove(), labels.remove());
        }
      }
    }
    return EVENTS / ((system.getProcessCpuTime() - begun) / 1e9);
  }
}
