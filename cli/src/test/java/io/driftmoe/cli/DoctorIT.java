// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.local.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** doctor against a real broker; each test has topics of its own. */
class DoctorIT {
  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  private static Path config(String prefix, String bootstrap) throws IOException {
    List<String> args = new ArrayList<>(List.of("job", "--init", "--stream", "sea_a"));
    args.add("-Dkafka.bootstrap=" + bootstrap);
    args.add("-Djob.name=" + prefix);
    args.add("-Djob.checkpoint-dir=" + folder.resolve("checkpoints"));
    for (TopicRole role : EnumSet.complementOf(EnumSet.of(TopicRole.CONTROL))) {
      args.add("-Dtopics.%s=%s.%s".formatted(role.key(), prefix, role.key()));
    }
    return Files.writeString(folder.resolve(prefix + ".yaml"), driftmoe(args).out());
  }

  private static Run doctor(Path config, String... more) {
    return driftmoe(
        Stream.concat(Stream.of("doctor", "--config", config.toString()), Stream.of(more))
            .toList());
  }

  private static void set(String topic, String key, String value) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      AlterConfigOp change =
          new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
    }
  }

  @Test
  void wellJob_hasALineForEachSubject_andNothingToMend() throws Exception {
    Path config = config("well", kafka.bootstrap());
    driftmoe("topics", "--partitions", "2", "--config", config.toString());

    Run run = doctor(config);
    Run json = doctor(config, "--json");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.outLines()).noneMatch(line -> line.startsWith("mend"));
    for (String subject :
        List.of("brokers", "versions", "clock", "transactions", "sizes", "rights")) {
      assertThat(run.outLines()).anyMatch(line -> line.matches("(ok|note) +" + subject + " .*"));
    }
    assertThat(run.out())
        .containsPattern("ok +topics.features +well.features: 2 partitions, 1 replicas, kept for 7")
        .containsPattern("ok +clock +less than a second")
        .containsPattern("ok +transactions +job.transaction-timeout = 10 min, the brokers allow 15")
        .containsPattern("ok +rights +to use transactional ids that begin with well-")
        .containsPattern("(ok|note) +job.checkpoint-dir +\\S+checkpoints.*MiB free");
    assertThat(run.outLines().get(run.outLines().size() - 1)).startsWith("0 to mend");
    JsonNode tree = new ObjectMapper().readTree(json.out());
    assertThat(json.exitCode()).isZero();
    assertThat(tree.path("well").asBoolean()).isTrue();
    assertThat(tree.path("findings")).hasSizeGreaterThanOrEqualTo(14);
  }

  @Test
  void whatIsWrong_isSaidInOneLineEach_withAWayOut() throws Exception {
    Path config = config("ill", kafka.bootstrap());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      List<NewTopic> topics =
          Stream.of("features", "labels", "predictions", "drift-events", "metrics")
              .map(role -> new NewTopic("ill." + role, 1, (short) 1))
              .toList();
      admin.createTopics(topics).all().get();
    }
    set("ill.features", "retention.ms", "60000");
    set("ill.labels", "cleanup.policy", "compact");
    set("ill.predictions", "min.insync.replicas", "2");

    Run run =
        doctor(
            config,
            "-Djob.transaction-timeout=16 min",
            "-Djob.parallelism=4",
            "-Djob.checkpoint-dir=" + Files.createFile(folder.resolve("file")));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("mend +topics.features .*retention.ms = 60000 .*labels.timeout = 1 h")
        .containsPattern("note +topics.features .*1 partitions feed 1 of job.parallelism = 4")
        .containsPattern("mend +topics.labels .*cleanup.policy = compact.*set it to delete")
        .containsPattern("mend +topics.predictions .*1 of 1 replicas.*min.insync.replicas = 2")
        .containsPattern("mend +topics.dead-letters +no topic ill.dead-letters: 'driftmoe topics")
        .containsPattern("mend +transactions .*exceeds the brokers' transaction.max.timeout.ms")
        .containsPattern("mend +transactions +the brokers refuse job.transaction-timeout = 16 min")
        .containsPattern("mend +job.checkpoint-dir .*is a file: name a folder");
  }

  @Test
  void topicTooSmall_isNamed() throws Exception {
    Path config = config("small", kafka.bootstrap());
    driftmoe("topics", "--config", config.toString());
    set("small.dead-letters", "max.message.bytes", "1000");

    assertThat(doctor(config).out())
        .containsPattern("mend +sizes +topics.dead-letters: .*max.message.bytes");
  }

  @Test
  void noBroker_isOneLine_andFoldersAreLookedAt() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Path config = config("away", "127.0.0.1:" + free);

    Run run =
        doctor(
            config,
            "--json",
            "-Dkafka.properties={default.api.timeout.ms: 2000, request.timeout.ms: 2000}");

    assertThat(run.exitCode()).isEqualTo(1);
    JsonNode tree = new ObjectMapper().readTree(run.out());
    assertThat(tree.path("well").asBoolean()).isFalse();
    assertThat(tree.path("findings"))
        .anySatisfy(
            finding -> {
              assertThat(finding.path("level").asText()).isEqualTo("mend");
              assertThat(finding.path("text").asText())
                  .contains("no Kafka broker answers", "kafka.bootstrap");
            })
        .anySatisfy(
            finding ->
                assertThat(finding.path("subject").asText()).isEqualTo("job.checkpoint-dir"));
  }
}
