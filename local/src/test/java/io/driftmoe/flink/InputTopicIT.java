// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the topics that a job reads while it runs. */
class InputTopicIT {
  @TempDir static Path folder;
  private static Broker broker;
  private static AdminClient admin;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
    admin = AdminClient.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }

  @AfterAll
  static void stopBroker() throws Exception {
    admin.close();
    broker.close();
  }

  private static void create(String topic) throws Exception {
    admin.createTopics(Set.of(new NewTopic(topic, 1, (short) 1))).all().get();
    awaitSeen(topic, true);
  }

  private static void delete(String topic) throws Exception {
    admin.deleteTopics(Set.of(topic)).all().get();
    awaitSeen(topic, false);
  }

  private static void awaitSeen(String topic, boolean there) {
    WaitLimit.seconds(30).until(() -> admin.listTopics().names().get().contains(topic) == there);
  }

  private static void addPartition(String topic) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();
    WaitLimit.seconds(30)
        .until(
            () ->
                admin
                        .describeTopics(Set.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic)
                        .partitions()
                        .size()
                    == 2);
  }

  @Test
  void newPartitionsAreFound() throws Exception {
    create("growing");
    InputTopic topic = new InputTopic("topics.features", "growing", List.of());
    assertThat(topic.getSubscribedTopicPartitions(admin))
        .containsExactly(new TopicPartition("growing", 0));
    addPartition("growing");
    assertThat(topic.getSubscribedTopicPartitions(admin))
        .containsExactlyInAnyOrder(
            new TopicPartition("growing", 0), new TopicPartition("growing", 1));
  }

  @Test
  void topicThatIsNotThere_canStillCome() throws Exception {
    InputTopic topic = new InputTopic("topics.labels", "later", List.of());
    assertThatIllegalStateException()
        .isThrownBy(() -> topic.getSubscribedTopicPartitions(admin))
        .withMessage("topics.labels: there is no topic later");
    create("later");
    assertThat(topic.getSubscribedTopicPartitions(admin)).hasSize(1);
  }

  @Test
  void deletedTopic_endsTheJobAtTheSecondLook() throws Exception {
    create("deleted");
    InputTopic topic = new InputTopic("topics.labels", "deleted", List.of());
    topic.getSubscribedTopicPartitions(admin);
    delete("deleted");
    assertThat(topic.getSubscribedTopicPartitions(admin)).hasSize(1);
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> topic.getSubscribedTopicPartitions(admin))
        .withStackTraceContaining("topics.labels: the topic deleted was deleted while the job ran")
        .withStackTraceContaining("docs/operations.md, 'Lost topic'");
  }

  @Test
  void topicThatWasMadeAnew_endsTheJob_alsoAfterARestartInItsJobManager() throws Exception {
    create("anew");
    InputTopic topic = new InputTopic("topics.labels", "anew", List.of());
    topic.getSubscribedTopicPartitions(admin);
    delete("anew");
    create("anew");
    for (InputTopic restarted : List.of(topic, copy(topic))) {
      assertThatExceptionOfType(SuppressRestartsException.class)
          .isThrownBy(() -> restarted.getSubscribedTopicPartitions(admin))
          .withStackTraceContaining("anew was deleted and made anew while the job ran");
    }
  }

  private static InputTopic copy(InputTopic topic) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(topic);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (InputTopic) in.readObject();
    }
  }

  @Test
  void brokersThatDoNotAnswer_areNoReasonToEnd() throws Exception {
    create("unreachable");
    InputTopic topic = new InputTopic("topics.labels", "unreachable", List.of());
    topic.getSubscribedTopicPartitions(admin);
    Map<String, Object> nobody =
        Map.of(
            "bootstrap.servers", "127.0.0.1:1",
            "request.timeout.ms", "200",
            "default.api.timeout.ms", "200");
    try (Admin unanswered = Admin.create(nobody)) {
      for (int look = 0; look < 3; look++) {
        assertThat(topic.getSubscribedTopicPartitions((AdminClient) unanswered)).hasSize(1);
      }
    }
  }

  @Test
  void aRunningJobReadsAddedPartitions_andEndsWithTheNameOfADeletedTopic() throws Exception {
    JobOptions options = options("running");
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
    StreamExecutionEnvironment environment = EmbeddedFlink.environment(folder.resolve("job"), 1, 0);
    MixtureJob.build(environment, options);
    JobClient job = environment.executeAsync();
    send(options, 0);
    awaitPredictions(options, 1);
    addPartition(options.topics().features());
    send(options, 1);
    awaitPredictions(options, 2);

    delete(options.topics().labels());

    assertThatThrownBy(() -> WaitLimit.seconds(30).get(job.getJobExecutionResult()))
        .hasStackTraceContaining("topics.labels: the topic running.labels was deleted");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOutputThatIsDeleted_orMadeAnew_endsTheJobWithItsName(boolean anew) throws Exception {
    JobOptions options = options("outputs-" + anew);
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve("outputs-" + anew), 1, 0);
    MixtureJob.build(environment, options);
    JobClient job = environment.executeAsync();
    send(options, 0);
    awaitPredictions(options, 1);
    String lost = anew ? options.topics().deadLetters() : options.topics().predictions();

    delete(lost);
    if (anew) {
      create(lost);
    }

    assertThatThrownBy(() -> WaitLimit.seconds(30).get(job.getJobExecutionResult()))
        .hasStackTraceContaining(
            "topics.%s: the topic %s was deleted"
                .formatted(anew ? "dead-letters" : "predictions", lost));
  }

  private static JobOptions options(String name) {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("kafka.properties", "{partition.discovery.interval.ms: '200'}");
    keys.put("job.name", name);
    keys.put("job.checkpoint-interval", "300 ms");
    keys.put("learner.preset", "paper-data");
    keys.put("learner.pool", "[naive-bayes, no-change]");
    keys.put("learner.top-k", "1");
    keys.put("learner.gates", "[fixed-share]");
    for (String role :
        List.of("features", "labels", "predictions", "drift-events", "metrics", "dead-letters")) {
      keys.put("topics." + role, name + "." + role);
    }
    return Events.options(keys);
  }

  /** By a producer that has just learned of all partitions. */
  private static void send(JobOptions options, int partition) throws Exception {
    LabeledExample example = Events.examples(2).get(partition);
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap()), bytes, bytes)) {
      producer
          .send(
              new ProducerRecord<>(
                  options.topics().features(),
                  partition,
                  "k".getBytes(StandardCharsets.UTF_8),
                  Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", partition, example, true))))
          .get();
    }
  }

  private static void awaitPredictions(JobOptions options, int count) {
    WaitLimit.seconds(60)
        .until(
            () ->
                broker.committed(options.topics().predictions(), PredictionEvent.class).size()
                    == count);
  }
}
