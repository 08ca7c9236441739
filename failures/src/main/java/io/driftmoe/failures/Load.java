// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is sent to a job, and the job that it is sent to: event i has the model key i modulo keys,
 * and its label follows labelDelay events later as a record of its own.
 *
 * @param events at least 1
 * @param keys model keys
 * @param labelDelay in events, at least 1
 * @param seed of stream and learner
 * @param eventTimeOrder whether the job sorts by event time; else it takes what arrives
 */
record Load(long events, int keys, long labelDelay, long seed, boolean eventTimeOrder) {
  static final String EVENT_TIME = "event time";
  static final String ARRIVAL = "arrival";
  static final int PARTITIONS = 4;
  static final Duration INTERVAL = Duration.ofMillis(100);
  static final Duration LONG_TRANSACTIONS = Duration.ofHours(2);
  static final long START = 1_577_836_800_000L; // 2020-01-01

  /** Learners of each kind that has state of its own, and fast: a run is to take a minute. */
  private static final String POOL = "[hoeffding-tree, naive-bayes, logistic-regression]";

  private static final ObjectMapper JSON = new ObjectMapper();

  static Load of(long events, boolean eventTimeOrder) {
    return new Load(events, 8, 100, 1, eventTimeOrder);
  }

  LabeledStream open() {
    return StreamCatalog.open("led_a", events, seed);
  }

  String order() {
    return eventTimeOrder ? EVENT_TIME : ARRIVAL;
  }

  /** The model key of event i. */
  String key(long i) {
    return "key-" + i % keys;
  }

  /** Id of event i, unique within its key. */
  String id(long i) {
    return Long.toString(i / keys);
  }

  /** Each key has one partition, and each partition keys: none is idle. */
  int partition(long i) {
    return (int) (i % keys % PARTITIONS);
  }

  long time(long i) {
    return START + i * INTERVAL.toMillis();
  }

  /**
   * @param bootstrap of the broker, as the job is to reach it
   */
  JobOptions options(String bootstrap) {
    return options(keys(bootstrap, false));
  }

  /**
   * @param keys all but the schema
   */
  JobOptions options(Map<String, String> keys) {
    return JobOptions.parse(schema(), keys);
  }

  /** Writes the part of a job's configuration that is not in {@link #keys}. */
  void writeSchema(Path file) throws IOException {
    Files.writeString(file, schema());
  }

  /**
   * The job's configuration but for the schema.
   *
   * @param bootstrap of the broker, as the job is to reach it
   * @param longTransactions whether they may be open for longer than is usual
   */
  Map<String, String> keys(String bootstrap, boolean longTransactions) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("kafka.bootstrap", "'" + bootstrap + "'");
    keys.put("learner.preset", "adaptive");
    keys.put("learner.pool", POOL);
    keys.put("learner.seed", Long.toString(seed));
    keys.put("input.order", eventTimeOrder ? "event-time" : "arrival");
    // silence while the broker is away must not let one topic run ahead of the other
    keys.put("input.idleness", "1 h");
    keys.put("job.checkpoint-interval", "1 s");
    keys.put("job.parallelism", "2");
    if (longTransactions) {
      keys.put("job.transaction-timeout", LONG_TRANSACTIONS.toMinutes() + " min");
    }
    return keys;
  }

  /** JSON is YAML. */
  private String schema() {
    StreamSchema schema;
    try (LabeledStream stream = open()) {
      schema = stream.schema();
    }
    List<Map<String, Object>> attributes =
        schema.attributes().stream()
            .map(a -> Map.<String, Object>of("name", a.name(), "values", a.values()))
            .toList();
    try {
      return JSON.writeValueAsString(
          Map.of("schema", Map.of("attributes", attributes, "classes", schema.labels().names())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema of names only is no JSON", e);
    }
  }
}
