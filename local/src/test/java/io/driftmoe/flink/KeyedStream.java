// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.utils.Utils;

/**
 * Events of several model keys, spread over all partitions, with labels that are late, early or
 * never come; the job on them, which runs in parts, and the plain library on the same.
 */
final class KeyedStream {
  private static final int LATE = 15;
  private static final int EARLY = 3;

  /** Seconds at the end of a part in which there may be no record of a partition yet. */
  private static final int BEHIND = 8;

  private final Broker broker;
  private final Path folder;
  private final int partitions;
  private final boolean early;
  private final List<LabeledExample> examples;
  private final List<String> keys;
  private int jobs;

  /** Of the latest job. */
  private Future<JobExecutionResult> end;

  /**
   * @param folder of the clusters
   * @param partitions of the topics; there are two keys for each
   * @param events of each key
   */
  KeyedStream(Broker broker, Path folder, int partitions, int events) {
    this(broker, folder, partitions, events, true);
  }

  /**
   * @param folder of the clusters
   * @param partitions of the topics; there are two keys for each
   * @param events of each key
   * @param early whether some labels come before their events
   */
  KeyedStream(Broker broker, Path folder, int partitions, int events, boolean early) {
    this.broker = broker;
    this.folder = folder;
    this.partitions = partitions;
    this.early = early;
    this.examples = Events.examples(events);
    this.keys = keys(partitions);
  }

  private static List<String> keys(int partitions) {
    Map<Integer, List<String>> byPartition = new HashMap<>();
    for (int i = 0;
        byPartition.values().stream().filter(k -> k.size() == 2).count() < partitions;
        i++) {
      String key = "key-" + i;
      int partition = Utils.toPositive(Utils.murmur2(bytes(key))) % partitions;
      List<String> some = byPartition.computeIfAbsent(partition, p -> new ArrayList<>());
      if (some.size() < 2) {
        some.add(key);
      }
    }
    return byPartition.values().stream().flatMap(List::stream).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A configuration in event-time order; all jobs of a name write to the same topics. */
  JobOptions options(String name, Map<String, String> more) {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    options.put("kafka.group-id", name);
    options.put("job.name", name);
    options.put("job.checkpoint-interval", "300 ms");
    options.put("input.order", "event-time");
    options.put("input.out-of-orderness", "0 s");
    options.put("input.idleness", "1 h");
    for (String role :
        List.of("features", "labels", "predictions", "drift-events", "metrics", "dead-letters")) {
      options.put("topics." + role, name + "." + role);
    }
    options.putAll(more);
    return Events.options(options);
  }

  void createTopics(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(partitions, (short) 1);
    }
  }

  /** The second key of each partition has events in the second half only. */
  private int first(String key) {
    return keys.indexOf(key) % 2 == 0 ? 0 : examples.size() / 2;
  }

  /** When the label of an event comes, in seconds; negative for never. */
  private int labelTime(int event) {
    if (event % 7 == 3) {
      return -1;
    }
    return early && event % 5 == 4 ? event - EARLY : event + LATE;
  }

  /** Sends what is of these seconds. */
  void send(JobOptions options, int from, int to) {
    sendFeatures(options, from, to);
    sendLabels(options, from, to, false);
  }

  /** Sends the events of these seconds. */
  void sendFeatures(JobOptions options, int from, int to) {
    for (int second = from; second < to; second++) {
      for (String key : keys) {
        if (second >= first(key)) {
          broker.send(
              options.topics().features(),
              bytes(key),
              Events.FEATURE_EVENTS.encode(
                  Events.wireFeatures(key, second, examples.get(second), false)));
        }
      }
    }
    broker.flush();
  }

  /** Sends the labels of these seconds. */
  void sendLabels(JobOptions options, int from, int to, boolean wrong) {
    for (int second = from; second < to; second++) {
      for (String key : keys) {
        for (int event = first(key); event < examples.size(); event++) {
          if (labelTime(event) == second) {
            broker.send(options.topics().labels(), bytes(key), label(key, event, second, wrong));
          }
        }
      }
    }
    broker.flush();
  }

  private byte[] label(String key, int event, int second, boolean wrong) {
    int label = examples.get(event).label();
    String name = Events.SCHEMA.labels().name(wrong ? 1 - label : label);
    return Events.LABEL_EVENTS.encode(
        new LabelEvent(key, Integer.toString(event), name, 1000L * second));
  }

  /** Starts the job, from a savepoint if there is one. */
  JobClient start(JobOptions options, String savepoint) throws Exception {
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(
            folder.resolve(options.job().name() + "-" + jobs++), options.job().parallelism(), 0);
    if (savepoint != null) {
      environment.configure(
          new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint));
    }
    Configuration settings = new Configuration();
    settings.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
    environment.configure(settings); // a savepoint is one file
    MixtureJob.build(environment, options);
    environment.configure(
        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "disable"));
    JobClient job = environment.executeAsync();
    end = job.getJobExecutionResult();
    return job;
  }

  /** Until nearly all of the events of these seconds are predicted and committed. */
  void awaitPredictions(JobOptions options, int from, int to) throws Exception {
    int count =
        keys.stream().mapToInt(key -> Math.max(0, to - BEHIND - Math.max(from, first(key)))).sum();
    WaitLimit.seconds(90)
        .until(
            () ->
                end.isDone()
                    || broker.mayHold(options.topics().predictions(), count)
                        && predictions(options).size() >= count);
    if (end.isDone()) {
      end.get(); // says why
    }
  }

  String stop(JobClient job, boolean drain) throws Exception {
    String savepoint =
        WaitLimit.seconds(60)
            .get(
                job.stopWithSavepoint(
                    drain,
                    folder.resolve("savepoints").toUri().toString(),
                    SavepointFormatType.CANONICAL));
    WaitLimit.seconds(60).get(job.getJobExecutionResult());
    return savepoint;
  }

  List<PredictionEvent> predictions(JobOptions options) throws Exception {
    return broker.committed(options.topics().predictions(), PredictionEvent.class);
  }

  /** One prediction of each event, with the bits of the library. */
  void assertPredictionsOfTheLibrary(JobOptions options) throws Exception {
    assertPredictionsOfTheLibrary(options, 0);
  }

  /**
   * Likewise, where a topic may lack those of the first seconds, which another job has predicted.
   */
  void assertPredictionsOfTheLibrary(JobOptions options, int seconds) throws Exception {
    assertPredictionsOfTheLibrary(options, seconds, predictions(options));
  }

  /** Likewise, of predictions that were read. */
  void assertPredictionsOfTheLibrary(
      JobOptions options, int seconds, List<PredictionEvent> predictions) {
    eachKey(
        options,
        seconds,
        predictions,
        (actual, expected) -> assertThat(actual).isEqualTo(expected));
  }

  /**
   * One prediction of each event, in the same order, of the library's class for at least so many:
   * of models that an older build trained with other last digits.
   */
  void assertPredictionsLikeThoseOfTheLibrary(JobOptions options, int seconds, double alike)
      throws Exception {
    int[] same = new int[2];
    eachKey(
        options,
        seconds,
        predictions(options),
        (actual, expected) -> {
          assertThat(actual)
              .extracting(Expected::eventId)
              .isEqualTo(expected.stream().map(Expected::eventId).toList());
          for (int i = 0; i < actual.size(); i++) {
            same[0] += actual.get(i).predicted().equals(expected.get(i).predicted()) ? 1 : 0;
            same[1]++;
          }
        });
    assertThat(same[0]).isGreaterThanOrEqualTo((int) (alike * same[1]));
  }

  private void eachKey(
      JobOptions options,
      int seconds,
      List<PredictionEvent> predictions,
      BiConsumer<List<Expected>, List<Expected>> check) {
    Map<String, List<PredictionEvent>> byKey =
        predictions.stream().collect(Collectors.groupingBy(PredictionEvent::getModelKey));
    assertThat(byKey.keySet()).containsExactlyInAnyOrderElementsOf(keys);
    for (Map.Entry<String, List<PredictionEvent>> ofKey : byKey.entrySet()) {
      List<PredictionEvent> actual = ofKey.getValue();
      List<Expected> expected = expected(options, first(ofKey.getKey()));
      int predictedBefore = Math.max(0, seconds - first(ofKey.getKey()));
      List<Expected> ofTheseJobs =
          expected.subList(expected.size() - actual.size(), expected.size());
      assertThat(ofTheseJobs.size()).isGreaterThanOrEqualTo(expected.size() - predictedBefore);
      check.accept(actual.stream().map(KeyedStream::given).toList(), ofTheseJobs);
    }
  }

  /** One prediction of each of several events, with the bits of another job. */
  void assertPredictedAlike(JobOptions some, JobOptions all) throws Exception {
    Map<String, Map<String, Expected>> known = new HashMap<>();
    for (PredictionEvent event : predictions(all)) {
      known
          .computeIfAbsent(event.getModelKey(), key -> new HashMap<>())
          .put(event.getEventId(), given(event));
    }
    Map<String, List<PredictionEvent>> byKey =
        predictions(some).stream().collect(Collectors.groupingBy(PredictionEvent::getModelKey));
    assertThat(byKey.keySet()).containsExactlyInAnyOrderElementsOf(keys);
    byKey.forEach(
        (key, events) ->
            assertThat(events)
                .doesNotHaveDuplicates()
                .allSatisfy(
                    event ->
                        assertThat(given(event)).isEqualTo(known.get(key).get(event.getEventId())))
                .extracting(PredictionEvent::getEventId)
                .doesNotHaveDuplicates());
  }

  /** A prediction that can be compared bit for bit. */
  private record Expected(String eventId, String predicted, List<Double> probabilities) {}

  private static Expected given(PredictionEvent event) {
    return new Expected(
        event.getEventId(), event.getPredictedClass(), List.copyOf(event.getProbabilities()));
  }

  /** A record of one key. */
  private record Arrival(int second, boolean label, int event) {}

  /** Of a key with this first event: but for that all keys have the same. */
  private List<Expected> expected(JobOptions options, int first) {
    List<Arrival> arrivals = new ArrayList<>();
    for (int event = first; event < examples.size(); event++) {
      arrivals.add(new Arrival(event, false, event));
      if (labelTime(event) >= 0 && labelTime(event) < examples.size()) {
        arrivals.add(new Arrival(labelTime(event), true, event));
      }
    }
    arrivals.sort(
        Comparator.comparingInt(Arrival::second)
            .thenComparing(Arrival::label)
            .thenComparing(arrival -> Integer.toString(arrival.event)));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    Map<Integer, PendingPrediction> waiting = new HashMap<>();
    List<Expected> expected = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      LabeledExample example = examples.get(arrival.event);
      if (arrival.label) {
        PendingPrediction prediction = waiting.remove(arrival.event);
        if (prediction != null) {
          mixture.learn(prediction, example.label());
        }
        continue;
      }
      PendingPrediction prediction = mixture.predict(example.features());
      expected.add(
          new Expected(
              Integer.toString(arrival.event),
              Events.SCHEMA.labels().name(prediction.predictedClass()),
              IntStream.range(0, prediction.probabilities().length)
                  .mapToObj(c -> prediction.probabilities()[c])
                  .toList()));
      int label = labelTime(arrival.event);
      if (label >= 0 && label < arrival.second) {
        mixture.learn(prediction, example.label()); // it was there before
      } else {
        waiting.put(arrival.event, prediction);
      }
    }
    return expected;
  }
}
