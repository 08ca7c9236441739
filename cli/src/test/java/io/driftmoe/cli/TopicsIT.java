// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedKafka;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** topics, produce and consume against a real broker; each test has topics of its own. */
class TopicsIT {
  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  private static Run withBroker(String... args) {
    return driftmoe(
        Stream.concat(Stream.of(args), Stream.of("--bootstrap", kafka.bootstrap())).toList());
  }

  /** A configuration whose six topics start with the prefix. */
  private static Path config(String prefix) throws IOException {
    List<String> args = new ArrayList<>(List.of("job", "--init", "--stream", "sea_a"));
    args.add("-Dkafka.bootstrap=" + kafka.bootstrap());
    for (TopicRole role : EnumSet.complementOf(EnumSet.of(TopicRole.CONTROL))) {
      args.add("-Dtopics.%s=%s.%s".formatted(role.key(), prefix, role.key()));
    }
    return Files.writeString(folder.resolve(prefix + ".yaml"), driftmoe(args).out());
  }

  private static void createTopics(String prefix) throws IOException {
    Run run = driftmoe("topics", "--config", config(prefix).toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static List<JsonNode> consume(String topic, String... more)
      throws JsonProcessingException {
    Run run =
        withBroker(
            Stream.concat(Stream.of("consume", "--topic", topic), Stream.of(more))
                .toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> records = new ArrayList<>();
    for (String line : run.outLines()) {
      records.add(new ObjectMapper().readTree(line));
    }
    return records;
  }

  private static Run produce(String prefix, String... more) {
    List<String> args =
        new ArrayList<>(List.of("produce", "--topic-features", prefix + ".features"));
    args.addAll(List.of("--topic-labels", prefix + ".labels"));
    args.addAll(List.of(more));
    return withBroker(args.toArray(String[]::new));
  }

  @Test
  void topics_checkFailsNamingThem_thenTheyAreCreated_thenCheckPasses() throws IOException {
    String file = config("created").toString();

    Run before = driftmoe("topics", "--check", "--config", file);
    Run create = driftmoe("topics", "--partitions", "3", "--config", file);
    Run after = driftmoe("topics", "--check", "--config", file);

    assertThat(before.exitCode()).isEqualTo(1);
    assertThat(before.errLines()).hasSize(1);
    assertThat(before.err()).contains("missing").contains("created.features, created.labels");
    assertThat(create.exitCode()).as(create.err()).isZero();
    assertThat(create.outLines()).hasSize(7).filteredOn(l -> l.endsWith("created")).hasSize(6);
    assertThat(create.out()).containsPattern("created\\.drift-events +drift-events +3 +1 +created");
    assertThat(after.exitCode()).isZero();
    assertThat(after.outLines()).filteredOn(line -> line.endsWith("exists")).hasSize(6);
  }

  @Test
  void aJobThatExplains_hasATopicMore() throws IOException {
    String file = config("told").toString();
    String explains = "-Dexplanations.on-request=true";
    String name = "-Dtopics.explanations=told.explanations";

    Run without = driftmoe("topics", "--config", file);
    Run missing = driftmoe("topics", "--check", "--config", file, explains, name);
    Run doctor = driftmoe("doctor", "--config", file, explains, name);
    Run create = driftmoe("topics", "--config", file, explains, name);
    Run consume = driftmoe("consume", "--topic", "explanations", "--config", file, explains, name);

    assertThat(without.out()).doesNotContain("explanations");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("missing").contains("told.explanations");
    assertThat(doctor.out()).contains("topics.explanations").contains("told.explanations");
    assertThat(create.exitCode()).as(create.err()).isZero();
    assertThat(create.out()).containsPattern("told\\.explanations +explanations +1 +1 +created");
    assertThat(consume.exitCode()).as(consume.err()).isZero();
  }

  @Test
  void aJobThatTakesCommands_hasATopicMore_andCommandsNeedIt() throws IOException {
    String file = config("ruled").toString();
    String name = "-Dtopics.control=ruled.control";

    Run without = driftmoe("control", "freeze", "--all", "--config", file);
    Run missing = driftmoe("control", "freeze", "--all", "--config", file, name);
    Run create = driftmoe("topics", "--config", file, name);
    Run sent =
        driftmoe(
            "control", "freeze", "--key", "a", "--id", "7", "--no-wait", "--config", file, name);
    Run unanswered =
        driftmoe(
            "control", "reset", "--all", "--id", "8", "--timeout", "1s", "--config", file, name);
    Run consume = driftmoe("consume", "--topic", "control", "--config", file, name);

    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.err()).contains("topics.control is not configured");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("ruled.control");
    assertThat(create.out()).containsPattern("ruled\\.control +control +1 +1 +created");
    assertThat(sent.exitCode()).as(sent.err()).isZero();
    assertThat(sent.out()).isEqualTo("sent as 7\n");
    assertThat(unanswered.exitCode()).isEqualTo(1); // no job runs
    assertThat(unanswered.err()).contains("no answer within 1 s").contains("as event id 8");
    assertThat(consume.outLines()).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(consume.outLines().get(0)).path("value");
    assertThat(first.path("command").asText()).isEqualTo("FREEZE");
    assertThat(first.path("modelKey").asText()).isEqualTo("a");
    assertThat(first.path("keyPrefix").isNull()).isTrue();
  }

  @Test
  void topics_underTheirDefaultNames() {
    assertThat(withBroker("topics").exitCode()).isZero();
    assertThat(withBroker("consume", "--topic", "metrics").exitCode()).isZero();
    assertThat(withBroker("topics", "--check").exitCode()).isZero();
  }

  @Test
  void produce_roundTrip_labelInTheEvent() throws IOException {
    createTopics("whole");

    Run run =
        produce(
            "whole",
            "--stream",
            "sea_a",
            "--events",
            "300",
            "--seed",
            "4",
            "--model-key",
            "plant-7",
            "--start",
            "2024-02-29T12:00:00Z",
            "--interval",
            "250ms");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("300 events and 0 separate labels sent");
    List<JsonNode> records = consume("whole.features");
    assertThat(records).hasSize(300);
    try (LabeledStream stream = StreamCatalog.open("sea_a", 300, 4)) {
      for (int i = 0; i < 300; i++) {
        LabeledExample example = stream.next();
        JsonNode value = records.get(i).path("value");
        assertThat(records.get(i).path("key").asText()).isEqualTo("plant-7");
        assertThat(value.path("modelKey").asText()).isEqualTo("plant-7");
        assertThat(value.path("eventId").asText()).isEqualTo(Integer.toString(i));
        assertThat(value.path("eventTime").asLong()).isEqualTo(1_709_208_000_000L + 250L * i);
        assertThat(value.path("label").asText())
            .isEqualTo(stream.schema().labels().name(example.label()));
        for (int a = 0; a < example.features().size(); a++) {
          assertThat(value.path("features").get(a).asDouble()).isEqualTo(example.features().get(a));
        }
      }
    }
    assertThat(consume("whole.labels")).isEmpty();
  }

  @Test
  void produce_severalModelKeys_inTurn_fromNow() throws IOException {
    createTopics("keys");
    long before = System.currentTimeMillis();

    Run run =
        produce(
            "keys",
            "--stream=sea_a",
            "--events=5",
            "--label-delay=2",
            "--model-key=a",
            "--model-key=b",
            "--first=now",
            "--interval=1s");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(
            consume("keys.features").stream().map(r -> r.path("value").path("modelKey").asText()))
        .containsExactly("a", "b", "a", "b", "a");
    assertThat(consume("keys.labels").stream().map(r -> r.path("value").path("modelKey").asText()))
        .containsExactly("a", "b", "a", "b", "a");
    assertThat(consume("keys.features").get(0).path("value").path("eventTime").asLong())
        .isBetween(before - 1_000, System.currentTimeMillis());
    assertThat(produce("keys", "--stream=sea_a", "--model-key=a", "--model-key=a").exitCode())
        .isEqualTo(2);
  }

  @Test
  void produce_withDelay_sendsEveryLabelOnItsOwn() throws IOException {
    createTopics("late");

    Run run = produce("late", "--stream", "led_a", "--events", "120", "--label-delay", "50");

    assertThat(run.out()).startsWith("120 events and 120 separate labels sent");
    List<JsonNode> events = consume("late.features");
    List<JsonNode> labels = consume("late.labels");
    assertThat(events).hasSize(120).allMatch(e -> e.path("value").path("label").isNull());
    assertThat(labels).hasSize(120);
    for (int i = 0; i < 120; i++) {
      JsonNode label = labels.get(i).path("value");
      assertThat(label.path("eventId").asText()).isEqualTo(Integer.toString(i));
      assertThat(label.path("eventTime").asLong())
          .isEqualTo(events.get(i).path("value").path("eventTime").asLong() + 50_000);
    }
  }

  @Test
  void produce_withTrueTimes_sendsWhenTheyHaveCome() throws IOException {
    createTopics("true");
    Path file =
        Files.writeString(
            folder.resolve("true.csv"),
            "x1,x2,x3,at,known,class\n"
                + "1,2,3,2024-01-01,2024-01-04,groupA\n"
                + "1,2,4,2024-01-01,2024-01-02,groupB\n"
                + "1,2,5,2024-01-02,2024-01-02,groupA\n"
                + "1,2,6,2024-01-03,2024-02-01,groupB\n"
                + "1,2,7,2024-01-05,2024-01-06,groupA\n");
    String[] columns = {"--class=class", "--time-column=at", "--label-time-column=known"};

    List<String> args = new ArrayList<>(List.of("produce", "--data", file.toString()));
    args.addAll(List.of(columns));
    args.addAll(List.of("--label-delay=true-times", "--topic-features=true.features"));
    args.addAll(List.of("--topic-labels=true.labels"));
    Run run = withBroker(args.toArray(String[]::new));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("1 labels come with their events, 2 later, after 3 days at most, and 2 not");
    assertThat(run.outLines().get(0)).startsWith("5 events and 2 separate labels sent");
    assertThat(run.outLines().get(1))
        .isEqualTo("2 labels not sent: not known before the last event");
    List<JsonNode> events = consume("true.features").stream().map(r -> r.path("value")).toList();
    assertThat(events)
        .extracting(event -> event.path("eventTime").asLong())
        .containsExactly(day(1), day(1), day(2), day(3), day(5));
    assertThat(events)
        .extracting(event -> event.path("eventId").asText())
        .startsWith("0000000000000", "0000000000001");
    assertThat(events)
        .extracting(event -> event.path("label").isNull())
        .containsExactly(true, true, false, true, true);
    List<JsonNode> labels = consume("true.labels").stream().map(r -> r.path("value")).toList();
    assertThat(labels)
        .extracting(label -> label.path("eventId").asText() + " " + label.path("label").asText())
        .containsExactly("0000000000001 groupB", "0000000000000 groupA");
    assertThat(labels)
        .extracting(label -> label.path("eventTime").asLong())
        .containsExactly(day(2), day(4));
  }

  private static long day(int ofJanuary) {
    return Instant.parse("2024-01-0%sT00:00:00Z".formatted(ofJanuary)).toEpochMilli();
  }

  @Test
  void produce_holdsItsRate() throws IOException {
    createTopics("paced");

    long start = System.nanoTime();
    Run run = produce("paced", "--stream", "sea_a", "--events", "101", "--rate", "100");
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(seconds).isGreaterThanOrEqualTo(1.0);
  }

  @Test
  void consume_maxAndEnd() throws IOException {
    createTopics("part");
    produce("part", "--stream", "sea_a", "--events", "40");

    assertThat(consume("part.features", "--max", "5")).hasSize(5);
    assertThat(consume("part.features", "--max", "50", "--uncommitted")).hasSize(40);
    assertThat(consume("part.features", "--from", "end")).isEmpty();
    // with --follow it would wait for more; the maximum ends it
    assertThat(consume("part.features", "--follow", "--max", "40")).hasSize(40);
  }

  @Test
  void missingTopic_isNamed_withAWayOut() {
    Run consume = withBroker("consume", "--topic", "no.such.topic");
    Run produce = produce("nowhere", "--stream", "sea_a", "--label-delay", "1");

    assertThat(consume.exitCode()).isEqualTo(1);
    assertThat(consume.errLines()).hasSize(1);
    assertThat(consume.err()).contains("no topic no.such.topic").contains("driftmoe topics");
    assertThat(produce.exitCode()).isEqualTo(1);
    assertThat(produce.err()).contains("nowhere.features").contains("nowhere.labels");
  }

  @Test
  void recordTheBrokerRefuses_failsTheCommand() throws IOException {
    createTopics("refused");

    Run run =
        produce(
            "refused", "--stream", "led_a", "--events", "10", "--property", "max.request.size=60");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("sending to Kafka at").contains("max.request.size");
  }
}
