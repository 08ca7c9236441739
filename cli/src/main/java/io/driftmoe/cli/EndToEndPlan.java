// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.local.EventProducer;
import io.driftmoe.local.JsonEvents;
import io.driftmoe.router.settings.MixtureSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What is measured end to end.
 *
 * @param keys numbers of model keys, each with all learners; the keys have the events in turn
 * @param seed of stream and learners
 * @param seconds measured in each run, after a quarter as many (at least one) of warming up
 * @param warmUpEvents that the models have learned before either
 * @param rates at which latencies are measured, events a second; empty for parts of the highest
 *     sustainable one, which is looked for first
 * @param settings keys of {@code job.yaml} to values, beyond those that the measurement needs
 * @param asJson whether events are JSON, or else this project's own
 */
record EndToEndPlan(
    EventCycle events,
    List<LearnerSpec> learners,
    List<Integer> keys,
    long seed,
    int seconds,
    int warmUpEvents,
    Duration checkpointInterval,
    List<Double> rates,
    Map<String, String> settings,
    boolean asJson) {
  private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** The same with events in another format. */
  EndToEndPlan as(boolean json) {
    return new EndToEndPlan(
        events,
        learners,
        keys,
        seed,
        seconds,
        warmUpEvents,
        checkpointInterval,
        rates,
        settings,
        json);
  }

  /** The learner as a table names it. */
  String title(LearnerSpec learner) {
    return asJson ? learner.name() + ", JSON" : learner.name();
  }

  int warmUpSeconds() {
    return Math.max(1, seconds / 4);
  }

  /** Whether the learner runs as this project's own job, and not as a guest in its place. */
  static boolean isMixture(LearnerSpec learner) {
    return learner.kind() == LearnerSpec.Kind.MIXTURE;
  }

  /**
   * A job with one partition a topic.
   *
   * @param run part of the names of job and topics: jobs of other runs must not meet this one's
   */
  JobOptions job(LearnerSpec learner, String bootstrap, String run) {
    StreamSchema schema = events.schema();
    JobOptions needed = needed(learner, bootstrap, run, schema);
    return settings.isEmpty() ? needed : JobOptions.parse(needed.toYaml(), settings);
  }

  private JobOptions needed(
      LearnerSpec learner, String bootstrap, String run, StreamSchema schema) {
    return new JobOptions(
        new JobOptions.Kafka(bootstrap, "bench-" + run, null, null),
        new JobOptions.Topics(
            "features-" + run,
            "labels-" + run,
            "predictions-" + run,
            "drift-events-" + run,
            "metrics-" + run,
            "dead-letters-" + run,
            null,
            null,
            null),
        JobOptions.Schema.of(schema),
        new JobOptions.Learner(
            isMixture(learner) ? new MixtureSettings(learner.definition()) : null, seed),
        null,
        asJson ? JsonEvents.input() : null,
        null,
        new JobOptions.Job(
            "driftmoe-bench-" + run,
            1,
            null,
            checkpointInterval,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null),
        null,
        null,
        null);
  }

  /** The same topology for all learners, except for the operator in its middle. */
  Consumer<StreamExecutionEnvironment> topology(LearnerSpec learner, JobOptions options) {
    return isMixture(learner)
        ? environment -> MixtureJob.build(environment, options)
        : environment ->
            MixtureJob.build(
                environment,
                options,
                Map.of(),
                new LearnerFunction(learner, events.schema(), seed));
  }

  /**
   * How events are sent: each with its label, from one on, and at once. Otherwise Kafka's client
   * waits 5 ms for more, which is no delay of the job.
   */
  EventProducer.Settings producer(JobOptions options, int keys, long first) {
    return new EventProducer.Settings(
        new JobOptions.Kafka(
            options.kafka().bootstrap(), null, null, Map.of(ProducerConfig.LINGER_MS_CONFIG, "0")),
        options.topics().features(),
        options.topics().labels(),
        IntStream.range(0, keys).mapToObj(key -> "key-" + (first + key) % keys).toList(),
        first,
        START,
        INTERVAL,
        event -> 0,
        0,
        asJson);
  }
}
