// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.local.EventProducer;
import io.driftmoe.router.settings.MixtureSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What is measured end to end.
 *
 * @param seed of stream and learners
 * @param seconds measured in each run, after a quarter as many (at least one) of warming up
 */
record EndToEndPlan(
    EventCycle events,
    List<LearnerSpec> learners,
    long seed,
    int seconds,
    Duration checkpointInterval) {
  private static final String MODEL_KEY = "default";
  private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  int warmUpSeconds() {
    return Math.max(1, seconds / 4);
  }

  /** Whether the learner runs as this project's own job, and not as a guest in its place. */
  static boolean isMixture(LearnerSpec learner) {
    return learner.kind() == LearnerSpec.Kind.MIXTURE;
  }

  /**
   * A job with one partition a topic and one model.
   *
   * @param run part of the names of job and topics: jobs of other runs must not meet this one's
   */
  JobOptions job(LearnerSpec learner, String bootstrap, String run) {
    StreamSchema schema = events.schema();
    return new JobOptions(
        new JobOptions.Kafka(bootstrap, "bench-" + run, null, null),
        new JobOptions.Topics(
            "features-" + run,
            "labels-" + run,
            "predictions-" + run,
            "drift-events-" + run,
            "metrics-" + run,
            "dead-letters-" + run),
        JobOptions.Schema.of(schema),
        new JobOptions.Learner(
            isMixture(learner) ? new MixtureSettings(learner.definition()) : null, seed),
        null,
        null,
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
            null),
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

  /** How events are sent: each with its label. */
  EventProducer.Settings producer(JobOptions options) {
    return new EventProducer.Settings(
        options.kafka(),
        options.topics().features(),
        options.topics().labels(),
        MODEL_KEY,
        0,
        START,
        INTERVAL,
        0,
        0);
  }
}
