// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.InputOrder;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.flink.ModelTemplate;
import io.driftmoe.local.EventProducer;
import io.driftmoe.local.LabelDelay;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.ModelOrigin;
import io.driftmoe.streams.LabelWaits;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a demo shows.
 *
 * @param overrides of the job's configuration, dotted keys to values
 * @param labelDelay in events, from 0
 * @param waits how labels come that come at the times that the stream recorded; null where they
 *     come labelDelay events later
 * @param rate events a second, 0 for as fast as possible
 * @param webUi whether the live page and the cluster's web UI are offered
 * @param verify whether the results are compared with the plain library's
 * @param stay whether broker, page and web UI stay when all has been shown, until the process is
 *     interrupted
 * @param modelFile receives what was learned, or null
 * @param template a saved model whose copy learns, with its settings and seed in place of preset
 *     and seed; or null
 */
record DemoPlan(
    Source source,
    Preset preset,
    long seed,
    Map<String, String> overrides,
    long labelDelay,
    @Nullable LabelWaits waits,
    double rate,
    InputOrder order,
    boolean webUi,
    boolean verify,
    boolean stay,
    @Nullable Path modelFile,
    @Nullable Path template) {

  /** Copies the overrides. */
  DemoPlan {
    overrides = Map.copyOf(overrides);
  }

  static final String MODEL_KEY = "default";

  /** Event time of the first event. */
  static final Instant START = Instant.parse("2020-01-01T00:00:00Z");

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Between two reports: a drift of some hundred events is seen at the rate of a demo's page. */
  private static final Duration REPORT_FOR_PAGE = Duration.ofMillis(100);

  private static final Duration REPORT = Duration.ofMillis(500);
  private static final int MAX_PENDING = 100_000;
  private static final int MOST_PENDING = 10_000_000;

  /** What a job may be told to wait for a label, less the hour that is added. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(3_649);

  /** Keys and sections of a configuration that a demo has of its own, and why. */
  private static final Map<String, String> OWN =
      Map.of(
          "kafka", "the demo starts a broker of its own",
          "schema", "the stream of the demo has its own attributes and classes",
          "input.order", "--order says it",
          "learner.fleet", "a demo has one model key");

  /** More than a prediction over some thousand attributes takes. */
  private static final long ENTRY_BYTES = 1L << 16;

  /** Both topics end with the stream: until then event time waits for the slower one. */
  private static final Duration NEVER = Duration.ofDays(1_000);

  /** Opens the same stream at its first event, as often as it is asked to. */
  @FunctionalInterface
  interface Source {
    LabeledStream open() throws CommandException;
  }

  /** The same, without what needs not be seen twice. */
  DemoPlan asWarmUp() {
    return new DemoPlan(
        source,
        preset,
        seed,
        overrides,
        labelDelay,
        waits,
        rate,
        order,
        false,
        false,
        false,
        null,
        template);
  }

  /**
   * Whether the page can delay labels, send what cannot be used and end the TaskManager. Such a job
   * is ended by the demo and not by its input, whose length is not known before; and neither a
   * comparison nor event time, which waits for the slower topic, goes with it.
   */
  boolean mayBeDisturbed() {
    return webUi && !verify && order == InputOrder.ARRIVAL;
  }

  /** How the stream is sent. */
  EventProducer.Settings producer(JobOptions options, LabelDelay delay) {
    EventProducer.Settings even = evenProducer(options, delay);
    return waits == null ? even : even.withRecordedTimes();
  }

  private EventProducer.Settings evenProducer(JobOptions options, LabelDelay delay) {
    return new EventProducer.Settings(
        options.kafka(),
        options.topics().features(),
        options.topics().labels(),
        List.of(MODEL_KEY),
        0,
        START,
        INTERVAL,
        delay,
        rate);
  }

  /**
   * The job over the stream, with one partition a topic.
   *
   * @throws UsageException naming the override at fault
   */
  JobOptions job(StreamSchema schema, String bootstrap) {
    for (String key : overrides.keySet()) {
      String plain = key.replaceFirst("^driftmoe\\.", "");
      Optional<String> own =
          OWN.entrySet().stream()
              .filter(of -> (plain + ".").startsWith(of.getKey() + "."))
              .map(Map.Entry::getValue)
              .findFirst();
      if (own.isPresent()) {
        throw new UsageException("-D%s: %s".formatted(key, own.get()));
      }
    }
    JobOptions options = JobFile.override(usual(schema, bootstrap), overrides);
    try {
      ModelTemplate.require(options);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          template == null
              ? "-D" + e.getMessage()
              : String.valueOf(e.getMessage()).replaceFirst("^models.template", "--load-model"),
          e);
    }
    return options;
  }

  /** As the saved model has it: most of its settings cannot be others. */
  private JobOptions.Learner learner() {
    if (template == null) {
      return new JobOptions.Learner(preset, seed);
    }
    try {
      ModelOrigin origin = ModelFile.read(template).origin();
      return new JobOptions.Learner(origin.settings(), origin.seed());
    } catch (IOException e) {
      throw new UsageException("--load-model %s: %s".formatted(template, FailureMessage.of(e)), e);
    }
  }

  private Duration latest() {
    if (waits == null) {
      return INTERVAL.multipliedBy(2 * labelDelay);
    }
    if (waits.longest().compareTo(LONGEST_WAIT) > 0) {
      throw new UsageException(
          "--label-delay true-times: a label comes %s days after its event, and a job waits %s at most"
              .formatted(waits.longest().toDays(), LONGEST_WAIT.toDays()));
    }
    return waits.longest();
  }

  /** Labels that are sent as records of their own. */
  private long separateLabels(long events) {
    return waits != null ? waits.later() : labelDelay > 0 ? events : 0;
  }

  private JobOptions usual(StreamSchema schema, String bootstrap) {
    // delayed labels that keep their delay must neither expire nor crowd each other out
    Duration timeout = Duration.ofHours(1).plus(latest());
    long waiting = waits == null ? labelDelay : waits.most();
    long pending = Math.min(MOST_PENDING, MAX_PENDING + 2 * waiting);
    return new JobOptions(
        new JobOptions.Kafka(bootstrap, null, null, null),
        null,
        JobOptions.Schema.of(schema),
        learner(),
        new JobOptions.Labels(timeout, (int) pending, pending * ENTRY_BYTES, null, null, null),
        new JobOptions.Input(order, Duration.ZERO, NEVER, null, null, null),
        null,
        new JobOptions.Job(
            "driftmoe-demo",
            1,
            null,
            Duration.ofSeconds(3),
            null,
            null,
            webUi ? REPORT_FOR_PAGE : REPORT,
            null,
            null,
            null,
            null,
            null,
            null),
        template == null
            ? null
            : new JobOptions.Models(null, null, null, null, template.toString(), null),
        null,
        null);
  }

  /**
   * A job that ends by itself, once it has read so many events and their labels; unless it may be
   * disturbed.
   */
  Consumer<StreamExecutionEnvironment> topology(JobOptions options, long events) {
    if (mayBeDisturbed()) {
      return environment -> MixtureJob.build(environment, options, Map.of(), modelFile);
    }
    Map<TopicPartition, Long> ends =
        Map.of(
            new TopicPartition(options.topics().features(), 0),
            events,
            new TopicPartition(options.topics().labels(), 0),
            separateLabels(events));
    return environment -> MixtureJob.build(environment, options, ends, modelFile);
  }
}
