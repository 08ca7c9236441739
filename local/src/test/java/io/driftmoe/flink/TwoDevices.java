// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Events and labels of two devices, one device after the other on the same topics and over the same
 * time, and the jobs that read them. Among the events is one of a wrong clock.
 */
final class TwoDevices {
  private static final List<String> DEVICES = List.of("meter-a", "meter-b");
  private static final int LABEL_DELAY = 50;
  private static final long YEAR_2090 = 3_786_912_000_000L;

  private final Broker broker;
  private final Path folder;
  private final String name;
  private final int events;
  private final List<LabeledExample> examples;
  private int jobs;

  /**
   * @param folder of the clusters
   * @param name that topics and jobs begin with
   * @param events of each device
   */
  TwoDevices(Broker broker, Path folder, String name, int events) {
    this.broker = broker;
    this.folder = folder;
    this.name = name;
    this.events = events;
    this.examples = Events.examples(events);
  }

  /** Reads one topic to its end before there is anything in the other. */
  void runLive(boolean eventsFirst) throws Exception {
    JobOptions options = options("arrival");
    JobClient job = start(options);
    send(options, eventsFirst);
    awaitRead(options, eventsFirst ? options.topics().features() : options.topics().labels());
    send(options, !eventsFirst);
    awaitEnd(job, options);
  }

  /** A fresh job over all that is there. */
  void replay(String order) throws Exception {
    JobOptions options = options(order);
    awaitEnd(start(options), options);
  }

  private JobOptions options(String order) {
    String job = name + "-" + jobs++;
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("kafka.group-id", job);
    keys.put("input.order", order);
    keys.put("job.name", job);
    keys.put("job.parallelism", "2");
    keys.put("job.checkpoint-interval", "200 ms");
    keys.put("learner.preset", "paper-data");
    keys.put("learner.pool", "[naive-bayes, no-change]");
    keys.put("learner.top-k", "1");
    keys.put("learner.gates", "[fixed-share]");
    keys.put("topics.features", name + ".features");
    keys.put("topics.labels", name + ".labels");
    for (String role : List.of("predictions", "drift-events", "metrics", "dead-letters")) {
      keys.put("topics." + role, job + "." + role);
    }
    return Events.options(keys);
  }

  private long features() {
    return (long) DEVICES.size() * events + 1;
  }

  private long labels() {
    return (long) DEVICES.size() * events;
  }

  private JobClient start(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve(options.job().name()), 2, 0);
    MixtureJob.build(
        environment,
        options,
        Map.of(
            new TopicPartition(options.topics().features(), 0),
            features(),
            new TopicPartition(options.topics().labels(), 0),
            labels()));
    return environment.executeAsync();
  }

  private void send(JobOptions options, boolean features) {
    for (String device : DEVICES) {
      byte[] key = device.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < events; i++) {
        if (features) {
          FeatureEvent event = Events.wireFeatures(device, i, examples.get(i), false);
          broker.send(options.topics().features(), key, Events.FEATURE_EVENTS.encode(event));
          if (i == events / 2 && device.equals(DEVICES.get(0))) {
            event.setEventId("of a wrong clock");
            event.setEventTime(YEAR_2090);
            broker.send(options.topics().features(), key, Events.FEATURE_EVENTS.encode(event));
          }
        } else {
          LabelEvent event =
              new LabelEvent(
                  device,
                  Integer.toString(i),
                  Events.SCHEMA.labels().name(examples.get(i).label()),
                  1000L * (i + LABEL_DELAY));
          broker.send(options.topics().labels(), key, Events.LABEL_EVENTS.encode(event));
        }
      }
    }
    broker.flush();
  }

  /** Until a checkpoint holds the end of a topic. */
  private void awaitRead(JobOptions options, String topic) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    long end = topic.equals(options.topics().labels()) ? labels() : features();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      WaitLimit.seconds(90)
          .until(
              () -> {
                OffsetAndMetadata read =
                    admin
                        .listConsumerGroupOffsets(options.kafka().groupId())
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition);
                return read != null && read.offset() == end;
              });
    }
  }

  private void awaitEnd(JobClient job, JobOptions options) throws Exception {
    WaitLimit.seconds(90).get(job.getJobExecutionResult());
    assertThat(broker.committed(options.topics().deadLetters(), DeadLetter.class))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getKind()).isEqualTo(DeadLetterKind.INVALID);
              assertThat(letter.getReason()).contains("input.max-ahead = 1 h");
            });
    List<MetricsEvent> last =
        broker.committed(options.topics().metrics(), MetricsEvent.class).stream()
            .filter(MetricsEvent::getFinalReport)
            .toList();
    assertThat(last)
        .extracting(MetricsEvent::getModelKey)
        .containsExactlyInAnyOrderElementsOf(DEVICES);
    for (MetricsEvent report : last) {
      assertThat(report.getEvents()).isEqualTo(events);
      assertThat(report.getLabels()).isEqualTo(events);
      assertThat(report.getOrphanLabels()).isZero();
      assertThat(report.getExpiredPredictions()).isZero();
    }
  }
}
