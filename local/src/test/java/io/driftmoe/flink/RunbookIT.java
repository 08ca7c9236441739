// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runbooks of docs/operations.md promise. */
@Tag("slow")
class RunbookIT {
  private static final int SECONDS = 120;
  private static final int GOOD = 60;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "kafka.properties", "{partition.discovery.interval.ms: '200'}",
          "learner.preset", "paper-data",
          "learner.pool", "[naive-bayes, {type: hoeffding-tree, grace-period: 20}, no-change]",
          "learner.combination", "soft",
          "learner.gates", "[{type: mlp-nll, hidden: [8], batch-size: 4}, fixed-share]");

  @TempDir static Path folder;
  private static Broker broker;
  private static Admin admin;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }

  @AfterAll
  static void stopBroker() throws Exception {
    admin.close();
    broker.close();
  }

  private static TopicPartition labels(JobOptions options) {
    return new TopicPartition(options.topics().labels(), 0);
  }

  private static long end(TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .all()
        .get()
        .get(partition)
        .offset();
  }

  /** Until a checkpoint holds all of a topic. */
  private static void awaitAllRead(JobOptions options, TopicPartition partition) {
    WaitLimit.seconds(60)
        .until(
            () -> {
              OffsetAndMetadata read =
                  admin
                      .listConsumerGroupOffsets(options.kafka().groupId())
                      .partitionsToOffsetAndMetadata()
                      .get()
                      .get(partition);
              return read != null && read.offset() == end(partition);
            });
  }

  @Test
  void wrongLabelsLearned_aSavepointFromBefore_andAReplay() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, 1, SECONDS);
    JobOptions options = stream.options("wrong", SETTINGS);
    stream.createTopics(options);
    JobClient job = stream.start(options, null);
    stream.send(options, 0, GOOD);
    awaitAllRead(options, labels(options));
    String before = stream.stop(job, false);
    job = stream.start(options, before);
    stream.sendFeatures(options, GOOD, 90);
    stream.sendLabels(options, GOOD, 90, true);
    awaitAllRead(options, labels(options));
    stream.stop(job, false);

    admin
        .deleteRecords(Map.of(labels(options), RecordsToDelete.beforeOffset(end(labels(options)))))
        .all()
        .get();
    job = stream.start(options, before);
    stream.sendLabels(options, GOOD - 20, SECONDS, false);
    stream.sendFeatures(options, 90, SECONDS);
    awaitAllRead(options, labels(options));
    awaitAllRead(options, new TopicPartition(options.topics().features(), 0));
    stream.stop(job, true);

    List<PredictionEvent> all = stream.predictions(options);
    Map<List<String>, PredictionEvent> newest = new LinkedHashMap<>();
    for (PredictionEvent event : all) {
      newest.remove(List.of(event.getModelKey(), event.getEventId()));
      newest.put(List.of(event.getModelKey(), event.getEventId()), event);
    }
    assertThat(newest).as("some come twice").hasSizeLessThan(all.size());
    stream.assertPredictionsOfTheLibrary(options, 0, new ArrayList<>(newest.values()));
    assertThat(broker.committed(options.topics().deadLetters(), DeadLetter.class))
        .filteredOn(letter -> letter.getKind() == DeadLetterKind.ORPHAN_LABEL)
        .as("labels that were sent again")
        .isNotEmpty()
        .allSatisfy(letter -> assertThat(letter.getReason()).contains("label"));
  }

  @Test
  void lostTopic_madeAnew_fromTheLastCheckpoint() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, 1, SECONDS);
    JobOptions options = stream.options("lost", SETTINGS);
    stream.createTopics(options);
    JobClient job = stream.start(options, null);
    stream.send(options, 0, GOOD);
    awaitAllRead(options, labels(options));
    admin.deleteTopics(Set.of(options.topics().labels())).all().get();
    assertThatThrownBy(() -> WaitLimit.seconds(60).get(job.getJobExecutionResult()))
        .hasStackTraceContaining("topics.labels: the topic lost.labels was deleted");

    stream.createTopics(options);
    JobClient again = stream.start(options, newestCheckpoint(folder.resolve("lost-0")));
    stream.send(options, GOOD, 70); // fewer labels than were read of the old topic
    stream.awaitPredictions(options, 0, 70);
    stream.send(options, 70, SECONDS);
    awaitAllRead(options, labels(options));
    awaitAllRead(options, new TopicPartition(options.topics().features(), 0));
    stream.stop(again, true);
    stream.assertPredictionsOfTheLibrary(options);
  }

  @Test
  void newBuildBesideTheJob_thenInItsPlace() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, 1, SECONDS);
    JobOptions options = stream.options("live", SETTINGS);
    JobOptions beside = stream.options("live", beside("trial"));
    JobClient job = startBeforeBeside(stream, options, beside);
    String savepoint =
        WaitLimit.seconds(60)
            .get(
                job.triggerSavepoint(
                    folder.resolve("beside").toUri().toString(), SavepointFormatType.CANONICAL));
    assertThatThrownBy(() -> ReadBefore.of(stream.options("live", inPlace("trial", savepoint))))
        .hasMessageContaining("is no savepoint with which that job was stopped");
    JobClient trial = stream.start(beside, savepoint);
    stream.send(options, GOOD, 80);
    for (JobOptions reader : List.of(options, beside)) {
      awaitAllRead(reader, labels(options));
      awaitAllRead(reader, features(options));
    }
    String warm = stream.stop(trial, false);

    stream.send(options, 80, 100);
    awaitAllRead(options, features(options));
    String last = stream.stop(job, false);
    stream.send(options, 100, 110);

    JobOptions inPlace = stream.options("live", inPlace("trial", last));
    ReadBefore.require(inPlace, warm);
    JobClient next = stream.start(inPlace, warm);
    awaitAllRead(inPlace, labels(options));
    awaitAllRead(inPlace, features(options));
    assertThat(RestoreCheck.needsTakeOver(inPlace, warm)).isTrue();
    String own = stream.stop(next, false);
    assertThat(RestoreCheck.needsTakeOver(inPlace, own)).isFalse();
    ReadBefore.require(inPlace, own); // with the key that it still has
    assertThatThrownBy(
            () -> ReadBefore.require(stream.options("live", inPlace("trial", savepoint)), own))
        .as("it has not taken over from there")
        .hasMessageContaining("this one has predicted more");
    next = stream.start(inPlace, own);
    stream.send(options, 110, SECONDS);
    awaitAllRead(inPlace, labels(options));
    awaitAllRead(inPlace, features(options));
    stream.stop(next, true);
    stream.assertPredictionsOfTheLibrary(options);
    stream.assertPredictedAlike(beside, options);
  }

  /**
   * Flink's sink aborts what is open under ids that begin with its prefix, or with that of its
   * state. Outputs that nobody has written to made it look at all topics.
   */
  @Test
  void newBuildBesideTheJob_leavesTransactionsOfOthersOpen() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, 1, SECONDS);
    JobOptions options = stream.options("busy", SETTINGS);
    JobOptions beside = stream.options("busy", beside("second"));
    JobClient job = startBeforeBeside(stream, options, beside);
    String savepoint = stream.stop(job, false);

    try (KafkaProducer<byte[], byte[]> ofTheJob = producer("busy-predictions:-0-99");
        KafkaProducer<byte[], byte[]> ofItsOldBuild = producer("busy-predictions-0-99");
        KafkaProducer<byte[], byte[]> ofAnother = producer("second-metrics-metrics:-0-0")) {
      List<KafkaProducer<byte[], byte[]>> others = List.of(ofTheJob, ofItsOldBuild, ofAnother);
      for (KafkaProducer<byte[], byte[]> other : others) {
        other.beginTransaction();
        other.send(new ProducerRecord<>(options.topics().deadLetters(), new byte[1]));
        other.flush();
      }
      JobClient second = stream.start(beside, savepoint);
      stream.send(options, GOOD, 80);
      awaitAllRead(beside, features(options));
      stream.stop(second, false);
      for (KafkaProducer<byte[], byte[]> other : others) {
        assertThatCode(other::commitTransaction).doesNotThrowAnyException();
      }
    }
  }

  /** Starts a job that another will run beside, and lets it read the first events. */
  private static JobClient startBeforeBeside(
      KeyedStream stream, JobOptions options, JobOptions beside) throws Exception {
    stream.createTopics(options);
    stream.createTopics(beside);
    JobClient job = stream.start(options, null);
    stream.send(options, 0, GOOD);
    awaitAllRead(options, labels(options));
    return job;
  }

  private static KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", transactionalId),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  /** The same inputs; a name, a group and outputs of its own. */
  private static Map<String, String> beside(String name) {
    Map<String, String> keys = new HashMap<>(inPlace(name, "null"));
    for (String role : List.of("predictions", "drift-events", "metrics", "dead-letters")) {
      keys.put("topics." + role, name + "." + role);
    }
    return keys;
  }

  private static Map<String, String> inPlace(String name, String takesOverFrom) {
    Map<String, String> keys = new HashMap<>(SETTINGS);
    keys.put("job.name", name);
    keys.put("kafka.group-id", name);
    keys.put("job.takes-over-from", takesOverFrom);
    return keys;
  }

  private static TopicPartition features(JobOptions options) {
    return new TopicPartition(options.topics().features(), 0);
  }

  private static String newestCheckpoint(Path cluster) throws Exception {
    try (Stream<Path> files = Files.walk(cluster.resolve("checkpoints"))) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .map(Path::getParent)
          .findFirst()
          .orElseThrow()
          .toUri()
          .toString();
    }
  }
}
