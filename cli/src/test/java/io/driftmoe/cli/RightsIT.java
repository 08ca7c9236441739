// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static io.driftmoe.cli.SecureKafka.JOB;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.driftmoe.cli.SecureKafka.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each right of the table in docs/security.md, missing or taken away. */
@Tag("slow")
class RightsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final int EVENTS = 20;

  @TempDir private static Path folder;
  private static SecureKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = SecureKafka.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  /** Of a job and its topics. */
  private record Right(ResourceType type, String resource, AclOperation operation) {
    List<AclBinding> of(String job, List<AclBinding> all) {
      return all.stream()
          .filter(
              acl ->
                  acl.pattern().resourceType() == type
                      && acl.pattern().name().equals(resource.replace("JOB", job))
                      && acl.entry().operation() == operation)
          .toList();
    }
  }

  private static Arguments ends(
      ResourceType type, String resource, AclOperation operation, String line, String doctor) {
    return Arguments.of(new Right(type, resource, operation), line, doctor);
  }

  private static Arguments runs(
      ResourceType type, String resource, AclOperation operation, String doctor) {
    return Arguments.of(new Right(type, resource, operation), "", doctor);
  }

  private static Stream<Arguments> rights() {
    List<Arguments> rights = new ArrayList<>();
    for (String role : List.of("features", "labels")) {
      rights.add(
          ends(
              ResourceType.TOPIC,
              "JOB." + role,
              READ,
              "topics.%s: the job may not read the topic JOB.%s: grant its user Read and Describe"
                  .formatted(role, role),
              "grant READ on JOB." + role));
    }
    for (String role : List.of("predictions", "drift-events", "metrics", "dead-letters")) {
      rights.add(
          ends(
              ResourceType.TOPIC,
              "JOB." + role,
              WRITE,
              "topics.%s: the job may not write the topic JOB.%s: grant its user Write and Describe"
                  .formatted(role, role),
              "grant WRITE on JOB." + role));
    }
    rights.add(
        ends(
            ResourceType.TOPIC,
            "JOB.predictions",
            READ,
            "the job may not read the topic JOB.predictions, to find transactions that are open",
            "grant READ on JOB.predictions"));
    rights.add(runs(ResourceType.TOPIC, "JOB.predictions", DESCRIBE_CONFIGS, ""));
    rights.add(
        runs(ResourceType.GROUP, "JOB", READ, "grant READ and DESCRIBE on the group JOB, or"));
    rights.add(
        runs(ResourceType.GROUP, "JOB-owner", READ, "a second job of this name is not noticed"));
    rights.add(
        ends(
            ResourceType.TRANSACTIONAL_ID,
            "JOB-",
            WRITE,
            "the job may not use transactional ids that begin with JOB-",
            "grant WRITE and DESCRIBE on transactional ids that begin with JOB-"));
    rights.add(runs(ResourceType.TRANSACTIONAL_ID, "JOB-", DESCRIBE, ""));
    return rights.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rights")
  void missingFromTheStart(Right right, String line, String doctor) throws Exception {
    String name =
        "%s-%s"
            .formatted(right.resource, right.operation)
            .replaceAll("JOB", right.type.name())
            .replaceAll("[^a-zA-Z]+", "-")
            .toLowerCase(Locale.ROOT);
    List<AclBinding> all = script(name);
    List<AclBinding> missing = right.of(name, all);
    assertThat(missing).as("of %s", all).hasSize(1);
    kafka.allow(all.stream().filter(acl -> !missing.contains(acl)).toList());
    Path config = prepare(name);

    String found = driftmoe("doctor", "--config", config.toString()).out().replaceAll("\\s+", " ");
    assertThat(found).contains(doctor.replace("JOB", name));

    FutureTask<Run> job = job(config);
    Thread thread = new Thread(job, "job");
    thread.start();
    if (line.isEmpty()) {
      await().atMost(PATIENCE).until(() -> job.isDone() || predictions(name) >= EVENTS);
      thread.interrupt();
      Run run = job.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(predictions(name)).as(run.err()).isEqualTo(EVENTS);
    } else {
      assertEndsWith(job, line.replace("JOB", name));
    }
  }

  private static Stream<Arguments> takenAway() {
    return Stream.of(
        Arguments.of(
            new Right(ResourceType.TOPIC, "JOB.features", READ),
            "topics.features: the job may not read the topic JOB.features"),
        Arguments.of(
            new Right(ResourceType.TOPIC, "JOB.predictions", WRITE),
            "topics.predictions: the job may not write the topic JOB.predictions"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("takenAway")
  void takenFromAJobThatRuns(Right right, String line) throws Exception {
    String name = "taken-" + right.operation.name().toLowerCase(Locale.ROOT);
    List<AclBinding> all = script(name);
    kafka.allow(all);
    Path config = prepare(name);
    FutureTask<Run> job = job(config);
    new Thread(job, "job").start();
    await().atMost(PATIENCE).until(() -> job.isDone() || predictions(name) >= EVENTS);

    kafka.revoke(right.of(name, all));

    assertEndsWith(job, line.replace("JOB", name));
  }

  private static void assertEndsWith(FutureTask<Run> job, String line) throws Exception {
    Run run = job.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.errLines())
        .last()
        .asString()
        .startsWith("driftmoe job: ")
        .contains(line)
        .contains("docs/security.md");
  }

  private static List<AclBinding> script(String job) throws Exception {
    return AclScript.rights(
        "--job", "User:" + JOB, "--prefix", job + ".", "--group", job, "--name", job);
  }

  /** Topics with events, made by an administrator; the configuration of the job. */
  private static Path prepare(String job) throws IOException {
    Path config =
        config(job, job, kafka.bootstrap(Listener.CLEARLOGIN), kafka.login("PLAIN", JOB, false));
    Path admin = config(job, job + "-admin", kafka.bootstrap(Listener.BROKER), Map.of());
    for (List<String> command :
        List.of(
            List.of("topics", "--config", admin.toString()),
            List.of(
                "produce",
                "--config",
                admin.toString(),
                "--stream",
                "sea_a",
                "--events",
                Integer.toString(EVENTS)))) {
      Run run = driftmoe(command);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    return config;
  }

  private static Path config(
      String job, String file, String bootstrap, Map<String, String> properties)
      throws IOException {
    StringBuilder kafkaSection = new StringBuilder("kafka:\n");
    kafkaSection.append("  bootstrap: %s%n  group-id: %s%n".formatted(bootstrap, job));
    kafkaSection.append("  properties:\n    client.id: a\n");
    properties.forEach((key, value) -> kafkaSection.append("    %s: '%s'%n".formatted(key, value)));
    List<String> init = new ArrayList<>(List.of("job", "--init", "--stream", "sea_a"));
    init.addAll(List.of("--preset", "paper-data", "-Djob.checkpoint-interval=200 ms"));
    init.addAll(List.of("-Djob.name=" + job, "-Djob.state-dir=" + folder.resolve("states")));
    for (TopicRole role : EnumSet.complementOf(EnumSet.of(TopicRole.CONTROL))) {
      init.add("-Dtopics.%s=%s.%s".formatted(role.key(), job, role.key()));
    }
    Run initial = driftmoe(init);
    assertThat(initial.exitCode()).as(initial.err()).isZero();
    return Files.writeString(
        folder.resolve(file + ".yaml"),
        initial
            .out()
            .replaceFirst(
                "(?m)^kafka:\\n(  .*\\n)*", Matcher.quoteReplacement(kafkaSection.toString())));
  }

  private static FutureTask<Run> job(Path config) {
    return new FutureTask<>(() -> driftmoe("job", "--no-ui", "--config", config.toString()));
  }

  private static int predictions(String job) {
    return driftmoe(
            "consume",
            "--bootstrap",
            kafka.bootstrap(Listener.BROKER),
            "--topic",
            job + ".predictions")
        .outLines()
        .size();
  }
}
