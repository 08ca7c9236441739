// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.InputProgress;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that forgets a source goes on, bit for bit, like one that never saw it. */
@Tag("slow")
class ForgetIT {
  private static final int EVENTS = 400;

  /** Seconds of the first part; a few more events of it wait when the job is stopped. */
  private static final int FIRST = 250;

  private static final int LATE = 15;
  private static final int PARTITIONS = 2;
  private static final List<String> KEYS = List.of("key-0", "key-1", "key-2", "key-3", "clean");
  private static final String CLEAN = "clean";
  private static final ForgetSource BAD = new ForgetSource.OfHeader("source", "bad");

  @TempDir static Path folder;
  private static Broker broker;
  private static final List<LabeledExample> EXAMPLES = Events.examples(EVENTS);

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  private static JobOptions options(String name, Map<String, String> more) throws Exception {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    options.put("kafka.group-id", name);
    options.put("job.name", name);
    options.put("job.checkpoint-interval", "300 ms");
    options.put("job.parallelism", "2");
    options.put("job.max-parallelism", "16");
    options.put("labels.timeout", "2 min");
    options.put("learner.coverage", "0.9");
    options.put("learner.seed", "7");
    for (String role :
        List.of(
            "features",
            "labels",
            "predictions",
            "drift-events",
            "metrics",
            "dead-letters",
            "questions")) {
      options.put("topics." + role, name + "." + role);
    }
    options.putAll(more);
    JobOptions job = Events.options(options);
    try (JobTopics topics = new JobTopics(job)) {
      topics.create(PARTITIONS, (short) 1);
    }
    return job;
  }

  /** Whether the bad source made an event: nearly always with the wrong label. */
  private static boolean isBad(String key, int event) {
    return !key.equals(CLEAN) && event >= 40 && event < 200 && event % 3 == 1;
  }

  /** A second annotator whose labels are wrong, of events of others. */
  private static boolean isBadLabel(String key, int event) {
    return isBad(key, event) || !key.equals(CLEAN) && event >= 60 && event % 11 == 6;
  }

  private static int labelTime(int event) {
    return event % 7 == 3 ? -1 : event % 10 == 9 ? event - 3 : event + LATE;
  }

  /** Sends what is of these seconds, with or without what the bad source made. */
  private static void send(JobOptions options, int from, int to, boolean bad) {
    for (int second = from; second < to; second++) {
      for (String key : KEYS) {
        if (bad || !isBad(key, second)) {
          broker.send(
              options.topics().features(),
              bytes(key),
              Events.FEATURE_EVENTS.encode(
                  Events.wireFeatures(key, second, EXAMPLES.get(second), second % 10 == 0)),
              isBad(key, second) ? Map.of("source", "bad") : Map.of("source", "good"));
        }
        for (int event = 0; event < EVENTS; event++) {
          if (labelTime(event) == second && event % 10 != 0 && (bad || !isBadLabel(key, event))) {
            label(options, key, event, second);
          }
        }
      }
    }
    broker.flush();
  }

  private static void label(JobOptions options, String key, int event, int second) {
    boolean bad = isBadLabel(key, event);
    int label = EXAMPLES.get(event).label();
    String name = Events.SCHEMA.labels().name(bad ? 1 - label : label);
    broker.send(
        options.topics().labels(),
        bytes(key),
        Events.LABEL_EVENTS.encode(
            new LabelEvent(key, Integer.toString(event), name, 1000L * second)),
        // that of a bad event goes with it, whoever said it
        bad && !isBad(key, event) ? Map.of("source", "bad") : Map.of());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Runs a job over these seconds, a second at a time so that both topics are read evenly. */
  private static String run(JobOptions options, String savepoint, int from, int to, boolean bad)
      throws Exception {
    SavedJobs jobs = new SavedJobs(folder.resolve(options.job().name()));
    JobClient job = jobs.start(options, savepoint);
    try (InputProgress input = new InputProgress(options)) {
      for (int second = from; second < to; second += 50) {
        send(options, second, Math.min(to, second + 50), bad);
        WaitLimit.seconds(90).until(input::hasReadAll);
      }
    }
    return jobs.stop(job);
  }

  private static Map<String, byte[]> models(String savepoint) throws Exception {
    Map<String, byte[]> models = new TreeMap<>();
    for (SavedModel model : SavepointReader.read(savepoint)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelFile.write(bytes, model);
      models.put(model.modelKey(), bytes.toByteArray());
    }
    return models;
  }

  /** A prediction that can be compared bit for bit. */
  private record Said(
      String id, long version, String predicted, List<Double> probabilities, List<String> set) {}

  private static Map<String, List<Said>> predictions(
      JobOptions options, Predicate<PredictionEvent> which) throws Exception {
    Map<String, List<Said>> said = new TreeMap<>();
    for (PredictionEvent event :
        broker.committed(options.topics().predictions(), PredictionEvent.class)) {
      if (which.test(event)) {
        said.computeIfAbsent(event.getModelKey(), key -> new java.util.ArrayList<>())
            .add(
                new Said(
                    event.getEventId(),
                    event.getModelVersion(),
                    event.getPredictedClass(),
                    List.copyOf(event.getProbabilities()),
                    List.copyOf(event.getPredictionSet())));
      }
    }
    return said;
  }

  private static ForgetCertificate forget(
      JobOptions options, ForgetSource source, String savepoint, String to) throws Exception {
    return JobForgetting.run(
        options, source, new JobForgetting.Scope(savepoint, null, to, 2), compared -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void aJobThatForgetsGoesOnLikeOneThatNeverSaw(String order) throws Exception {
    Map<String, String> settings =
        Map.of("input.order", order, "input.out-of-orderness", "5 s", "input.idleness", "1 h");
    JobOptions options = options("forgets-" + order, settings);
    String savepoint = run(options, null, 0, FIRST, true);
    JobOptions clean = options("never-saw-" + order, settings);
    // in order of arrival, a second job would meet events and labels in another order
    String cleanSavepoint = order.equals("arrival") ? "" : run(clean, null, 0, FIRST, false);
    String to = folder.resolve("forgotten-" + order).toUri().toString();

    ForgetCertificate certificate = forget(options, BAD, savepoint, to);

    assertThat(certificate.keys())
        .extracting(ForgetCertificate.OfKey::modelKey)
        .containsExactly("key-0", "key-1", "key-2", "key-3");
    assertThat(certificate.reproduced()).isPositive().isEqualTo(certificate.predictions());
    assertThat(certificate.keys())
        .allSatisfy(
            key -> {
              assertThat(key.leftOut().events()).isEqualTo(54);
              assertThat(key.leftOut().labels()).isGreaterThan(40);
              assertThat(key.replayed().labels()).isGreaterThan(100);
              assertThat(key.before()).isNotEqualTo(key.after());
              assertThat(key.givenUp()).isBetween(0, order.equals("arrival") ? 40 : 0);
            });
    Map<String, byte[]> before = models(savepoint);
    Map<String, byte[]> after = models(to);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.get(CLEAN)).isEqualTo(before.get(CLEAN));
    for (ForgetCertificate.OfKey key : certificate.keys()) {
      assertThat(RecordTally.sha256(before.get(key.modelKey()))).isEqualTo(key.before());
      assertThat(RecordTally.sha256(after.get(key.modelKey()))).isEqualTo(key.after());
    }
    if (order.equals("event-time")) {
      Map<String, byte[]> never = models(cleanSavepoint);
      for (String key : KEYS) {
        assertThat(after.get(key)).as(key).isEqualTo(never.get(key));
      }
    }

    int made = predictions(options, event -> true).values().stream().mapToInt(List::size).sum();
    String end = run(options, to, FIRST, EVENTS, true);
    ReplayResult replay =
        JobReplay.run(options, new JobReplay.Scope(to, null, 2, null), compared -> {});
    assertThat(replay.differences()).isEmpty();
    assertThat(replay.before()).isEqualTo(made);
    assertThat(replay.reproduced())
        .isEqualTo(
            predictions(options, event -> true).values().stream().mapToInt(List::size).sum()
                - made);
    if (order.equals("event-time")) {
      String cleanEnd = run(clean, cleanSavepoint, FIRST, EVENTS, true);
      Predicate<PredictionEvent> second = event -> Integer.parseInt(event.getEventId()) >= FIRST;
      Map<String, List<Said>> said = predictions(options, second);
      assertThat(said).isEqualTo(predictions(clean, second));
      assertThat(said.get("key-1")).hasSizeGreaterThan(120);
      Map<String, byte[]> never = models(cleanEnd);
      Map<String, byte[]> now = models(end);
      for (String key : KEYS) {
        assertThat(now.get(key)).as(key).isEqualTo(never.get(key));
      }
    }
  }

  @Test
  void wholeModelsAreForgotten_andTheirKeysBeginAnew() throws Exception {
    JobOptions options = options("whole", Map.of("topics.control", "whole.control"));
    String savepoint = run(options, null, 0, 100, true);
    String to = folder.resolve("whole-forgotten").toUri().toString();

    ForgetCertificate certificate =
        forget(options, new ForgetSource.OfKeys("key-", true), savepoint, to);

    assertThat(certificate.keys()).hasSize(4).allSatisfy(k -> assertThat(k.after()).isNull());
    assertThat(models(to)).containsOnlyKeys(CLEAN);
    assertThat(models(to).get(CLEAN)).isEqualTo(models(savepoint).get(CLEAN));
    run(options, to, 100, 150, true);
    for (Map.Entry<String, List<Said>> key :
        predictions(options, event -> event.getEventId().equals("100")).entrySet()) {
      assertThat(key.getValue()).hasSize(1);
      assertThat(key.getValue().get(0).version())
          .matches(version -> key.getKey().equals(CLEAN) ? version > 50 : version == 0);
    }
    assertThat(forget(options, new ForgetSource.OfKeys("no such key", false), savepoint, to).keys())
        .isEmpty();
    assertThat(
            forget(options, new ForgetSource.OfHeader("source", "no such"), savepoint, to).keys())
        .isEmpty();
    assertThatThrownBy(() -> forget(options, new ForgetSource.OfKeys(CLEAN, false), savepoint, to))
        .hasMessageContaining("is there already");

    // the job has gone on behind that savepoint
    String other = folder.resolve("refused").toUri().toString();
    assertThatThrownBy(() -> forget(options, BAD, savepoint, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be made again")
        .hasMessageContaining("has to be stopped again");

    broker.send(
        options.topics().control(),
        null,
        SingleObjectCodec.of(ControlEvent.class)
            .encode(
                new ControlEvent(
                    "f-1",
                    ControlCommand.FREEZE,
                    null,
                    "key-",
                    System.currentTimeMillis(),
                    "",
                    "")));
    broker.flush();
    assertThatThrownBy(() -> forget(options, BAD, savepoint, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FREEZE");
    assertThat(Files.exists(folder.resolve("refused"))).isFalse();
  }
}
