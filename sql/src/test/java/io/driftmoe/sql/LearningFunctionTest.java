// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions in statements, on a cluster in this JVM. */
class LearningFunctionTest {
  private static final int EVENTS = 600;

  private static final String LABELS_IN_ANOTHER_TABLE =
      """
      SELECT * FROM DRIFTMOE(
        features => TABLE f PARTITION BY model_key,
        labels => TABLE l PARTITION BY model_key,
        classes => 'UP,DOWN', preset => 'paper-data', seed => 7,
        nominal => MAP['weekday', 'mon,tue,wed'],
        settings => MAP['input.order', 'event-time'%s],
        on_time => DESCRIPTOR(event_time))
      """;

  private final StreamExecutionEnvironment streams =
      StreamExecutionEnvironment.getExecutionEnvironment();
  private final StreamTableEnvironment tables = StreamTableEnvironment.create(streams);

  @TempDir private Path folder;

  /** Of each model key. */
  private final Map<String, List<LabeledExample>> examples =
      Map.of("a", Prices.examples(EVENTS, 5), "b", Prices.examples(EVENTS, 6));

  @BeforeEach
  void register() {
    streams.setParallelism(2);
    tables.executeSql("CREATE TEMPORARY FUNCTION DRIFTMOE AS 'io.driftmoe.sql.DriftMoe'");
    tables.executeSql(
        "CREATE TEMPORARY FUNCTION DRIFTMOE_LABELED AS 'io.driftmoe.sql.DriftMoeLabeled'");
  }

  private void events() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      for (String key : List.of("a", "b")) {
        LabeledExample example = examples.get(key).get(i);
        rows.add(
            Row.of(
                key,
                Integer.toString(i),
                Instant.ofEpochSecond(i),
                example.features().get(0),
                Prices.day(example),
                Prices.demand(example),
                Prices.open(example),
                Prices.label(example)));
      }
    }
    TypeInformation<Row> type =
        Types.ROW_NAMED(
            new String[] {
              "model_key", "event_id", "event_time", "price", "weekday", "demand", "busy", "label"
            },
            Types.STRING,
            Types.STRING,
            Types.INSTANT,
            Types.DOUBLE,
            Types.STRING,
            Types.DOUBLE,
            Types.BOOLEAN,
            Types.STRING);
    tables.createTemporaryView(
        "events",
        streams.fromData(rows, type).setParallelism(1),
        Schema.newBuilder()
            .column("model_key", DataTypes.STRING())
            .column("event_id", DataTypes.STRING())
            .column("event_time", DataTypes.TIMESTAMP_LTZ(3))
            .column("price", DataTypes.DOUBLE())
            .column("weekday", DataTypes.STRING())
            .column("demand", DataTypes.DOUBLE())
            .column("busy", DataTypes.BOOLEAN())
            .column("label", DataTypes.STRING())
            .watermark("event_time", "event_time - INTERVAL '5' SECOND")
            .build());
  }

  @SuppressWarnings("try") // close() of the iterator may be interrupted
  private List<Row> rows(String statement) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> result = tables.executeSql(statement).collect()) {
      result.forEachRemaining(rows::add);
    }
    return rows;
  }

  private void requireSameAsLibrary(List<Row> rows, long seed, int delay) {
    requireSameAsLibrary(rows, Preset.PAPER_DATA, seed, delay);
  }

  private void requireSameAsLibrary(List<Row> rows, Preset preset, long seed, int delay) {
    assertThat(rows).hasSize(2 * EVENTS);
    requireSame(rows, preset, seed, delay);
  }

  private void requireSame(List<Row> rows, Preset preset, long seed, int delay) {
    Map<String, List<Library.Said>> said = new HashMap<>();
    examples.forEach((key, ofKey) -> said.put(key, Library.said(ofKey, preset, seed, delay)));
    for (Row row : rows) {
      Library.Said expected =
          said.get(row.<String>getFieldAs("model_key"))
              .get(Integer.parseInt(row.<String>getFieldAs("event_id")));
      assertThat(row.getField("predicted_class")).isEqualTo(expected.predictedClass());
      assertThat(row.getField("probabilities")).isEqualTo(expected.probabilities());
      assertThat(row.getField("model_version")).isEqualTo(expected.version());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          preset => 'paper-data', seed => 7, | PAPER_DATA | 7
          preset => 'adaptive', seed => 7,   | ADAPTIVE   | 7
          ''                                 | ADAPTIVE   | 1
          """)
  void labelsInTheRow_sameAsTheLibrary(String arguments, Preset preset, long seed)
      throws Exception {
    events();

    List<Row> rows =
        rows(
            """
            SELECT * FROM DRIFTMOE_LABELED(
              events => TABLE events PARTITION BY model_key, %s
              classes => 'UP,DOWN', nominal => MAP['weekday', 'mon,tue,wed'])
            """
                .formatted(arguments));

    requireSameAsLibrary(rows, preset, seed, 0);
  }

  @Test
  void fileOfAJob_thatWritesJsonAndWouldExplain_sameAsTheLibrary() throws Exception {
    events();
    Path config = folder.resolve("job.yaml");
    Files.writeString(
        config,
        """
        schema:
          attributes:
          - {name: price}
          - {name: weekday, values: [mon, tue, wed]}
          - {name: demand}
          - {name: busy, values: ["false", "true"]}
          classes: [UP, DOWN]
        learner: {preset: paper-data, seed: 7}
        output: {format: json}
        explanations: {share: 1}
        """);

    List<Row> rows =
        rows(
            """
            SELECT * FROM DRIFTMOE_LABELED(
              events => TABLE events PARTITION BY model_key, config => '%s', emit => 'all',
              settings => MAP['explanations.share', '0'])
            """
                .formatted(config));

    requireSameAsLibrary(ofKind(rows, "PREDICTION"), 7, 0);
    assertThat(ofKind(rows, "DRIFT_EVENT")).hasSize(rows.size() - 2 * EVENTS).isNotEmpty();
  }

  private static List<Row> ofKind(List<Row> rows, String kind) {
    return rows.stream().filter(row -> kind.equals(row.getField("kind"))).toList();
  }

  @Test
  void integerKeys_andNone_sameAsTheLibrary() throws Exception {
    events();
    String arguments =
        """
        classes => 'UP,DOWN', preset => 'paper-data', seed => 7,
        nominal => MAP['weekday', 'mon,tue,wed']
        """;
    tables.executeSql(
        """
        CREATE TEMPORARY VIEW numbered AS SELECT ASCII(model_key) AS number, event_id, event_time,
          price, weekday, demand, busy, label FROM events
        """);
    tables.executeSql(
        """
        CREATE TEMPORARY VIEW one_key AS SELECT event_id, event_time, price, weekday, demand, busy,
          label FROM events WHERE model_key = 'a'
        """);

    List<Row> numbered =
        rows(
            "SELECT CHR(number) AS model_key, model, event_id, predicted_class, probabilities,"
                + " model_version FROM DRIFTMOE_LABELED(events => TABLE numbered PARTITION BY number,"
                + arguments
                + ")");
    List<Row> alone =
        rows(
            "SELECT 'a' AS model_key, model, event_id, predicted_class, probabilities,"
                + " model_version FROM DRIFTMOE_LABELED(events => TABLE one_key,"
                + arguments
                + ")");

    requireSameAsLibrary(numbered, 7, 0);
    assertThat(numbered).extracting(row -> row.getField("model")).contains("97", "98");
    assertThat(alone).hasSize(EVENTS).allMatch(row -> row.getField("model").equals("all"));
    requireSame(alone, Preset.PAPER_DATA, 7, 0);
  }

  @Test
  void labelsInAnotherTable_sameAsTheLibrary_inOrderOfEventTime() throws Exception {
    featuresAndLabels();

    List<Row> rows = rows(LABELS_IN_ANOTHER_TABLE.formatted(""));

    requireSameAsLibrary(rows, 7, 0);
  }

  private void featuresAndLabels() {
    events();
    tables.executeSql(
        "CREATE TEMPORARY VIEW f AS"
            + " SELECT model_key, event_id, event_time, price, weekday, demand, busy FROM events");
    tables.executeSql(
        """
        CREATE TEMPORARY VIEW l AS
        SELECT model_key, event_id, label, event_time FROM events
        """);
  }

  @Test
  void modelsThatAStatementPublishes_areServedToAnother() throws Exception {
    featuresAndLabels();
    Path models = folder.resolve("models");
    assertThat(
            rows(
                LABELS_IN_ANOTHER_TABLE.formatted(
                    ", 'models.publish.folder', '%s', 'models.publish.every', '50 ms'"
                        .formatted(models))))
        .hasSize(2 * EVENTS);

    for (String key : examples.keySet()) {
      tables.executeSql(
          """
          CREATE TEMPORARY MODEL of_%1$s
          INPUT (price DOUBLE, weekday STRING, demand DOUBLE, busy BOOLEAN)
          OUTPUT (predicted STRING, probabilities MAP<STRING, DOUBLE>, learned BIGINT)
          WITH ('provider' = 'driftmoe', 'path' = '%2$s', 'model-key' = '%1$s')
          """
              .formatted(key, models));
      List<Row> rows =
          rows(
              """
              SELECT * FROM ML_PREDICT(
                TABLE events, MODEL of_%s, DESCRIPTOR(price, weekday, demand, busy))
              """
                  .formatted(key));

      requirePredictionsOf(Library.learned(examples.get(key), Preset.PAPER_DATA, 7), rows);
    }
  }

  private void requirePredictionsOf(MixtureOfExperts learned, List<Row> rows) {
    assertThat(rows).hasSize(2 * EVENTS);
    for (Row row : rows) {
      LabeledExample example =
          examples
              .get(row.<String>getFieldAs("model_key"))
              .get(Integer.parseInt(row.<String>getFieldAs("event_id")));
      Library.Said expected = Library.said(learned.predict(example.features()));
      assertThat(row.getField("predicted")).isEqualTo(expected.predictedClass());
      assertThat(row.getField("probabilities")).isEqualTo(expected.probabilities());
      assertThat(row.getField("learned")).isEqualTo((long) EVENTS);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          classes => 'UP', nominal => MAP['weekday', 'mon,tue,wed'] | argument classes, nominal or settings: schema
          classes => 'UP,DOWN'                                | column weekday is text
          classes => 'UP,DOWN', preset => 'adaptve'           | argument preset: preset 'adaptve'
          nominal => MAP['weekday', 'mon,tue,wed']                | argument classes: name the classes
          classes => 'UP,DOWN', id_column => 'number'         | argument id_column: number is no column
          classes => 'UP,DOWN', config => 'job.yaml'          | arguments classes and nominal
          config => 'no-such-file.yaml'                       | argument config: the file no-such-file.yaml
          classes => 'UP,DOWN', nominal => MAP['dya', 'a,b']  | argument nominal: dya is no feature
          classes => 'UP,DOWN', seed => 1, settings => MAP['learner.seed', '2'] | argument seed
          classes => 'UP,DOWN', nominal => MAP['weekday', 'mon,tue,wed'], emit => 'drift' | argument emit: drift
          classes => 'UP,DOWN', nominal => MAP['weekday', 'mon,tue,wed'], settings => MAP['labels.max-wait', '1 h'] | labels.max-wait needs timers
          """)
  void wrongArguments_areRefusedByTheirNames(String arguments, String message) {
    events();

    assertThatThrownBy(
            () ->
                tables.executeSql(
                    "EXPLAIN SELECT * FROM DRIFTMOE_LABELED(events => TABLE events PARTITION BY model_key, "
                        + arguments
                        + ")"))
        .hasStackTraceContaining(message);
  }

  @Test
  void unusableRows_becomeDeadLetters_andTheOthersGoOn() throws Exception {
    tables.executeSql(
        """
        CREATE TEMPORARY VIEW mixed AS SELECT * FROM (VALUES
          ('a', '1', 1.5e0, 'UP'),
          ('a', CAST(NULL AS STRING), 1.5e0, 'UP'),
          ('a', '2', 1.5e0, 'SIDEWAYS'),
          (CAST(NULL AS STRING), '3', 1.5e0, 'UP'),
          ('a', '1', 1.5e0, 'UP'),
          ('a', '4', CAST(NULL AS DOUBLE), CAST(NULL AS STRING))
        ) AS t (model_key, event_id, price, label)
        """);

    List<Row> rows =
        rows(
            """
            SELECT * FROM DRIFTMOE_LABELED(
              events => TABLE mixed PARTITION BY model_key, classes => 'UP,DOWN', emit => 'all')
            """);

    assertThat(rows)
        .filteredOn(row -> row.getField("kind").equals("PREDICTION"))
        .extracting(row -> row.getField("event_id"))
        .containsExactlyInAnyOrder("1", "4");
    assertThat(rows)
        .filteredOn(row -> row.getField("kind").equals("DEAD_LETTER"))
        .extracting(row -> row.getField("reason") + ": " + row.getField("description"))
        .containsExactlyInAnyOrder(
            "INVALID: the event id is missing",
            "INVALID: event id '2': label 'SIDEWAYS' is not one of the declared classes [UP, DOWN]",
            "INVALID: event id '3': the model key is missing",
            "DUPLICATE: event id '1' of model key 'a' was learned before",
            "EXPIRED_PREDICTION: event id '4' of model key 'a': the input ended before its label"
                + " came");
  }

  @Test
  void sameCallTwice_learnsOnce() {
    events();
    String call =
        """
        SELECT model, event_id FROM DRIFTMOE_LABELED(
          events => TABLE events PARTITION BY model_key, classes => 'UP,DOWN',
          nominal => MAP['weekday', 'mon,tue,wed'], emit => 'all', uid => 'prices')
        WHERE kind = '%s'
        """;
    tables.executeSql(
        "CREATE TEMPORARY TABLE x (model STRING, id STRING) WITH ('connector' = 'blackhole')");
    tables.executeSql(
        "CREATE TEMPORARY TABLE y (model STRING, id STRING) WITH ('connector' = 'blackhole')");

    String plan =
        tables.explainSql(
            "EXECUTE STATEMENT SET BEGIN INSERT INTO x %s; INSERT INTO y %s; END"
                .formatted(call.formatted("PREDICTION"), call.formatted("DRIFT_EVENT")));

    String execution = plan.substring(plan.indexOf("== Optimized Execution Plan =="));
    assertThat(execution).containsOnlyOnce("ProcessTableFunction(").contains("Reused(");
  }

  @Test
  void otherStateBackends_areRefusedWhenPlanned() {
    events();
    tables.getConfig().set("state.backend.type", "rocksdb");

    assertThatThrownBy(
            () ->
                tables.executeSql(
                    "SELECT * FROM DRIFTMOE_LABELED(events => TABLE events PARTITION BY model_key,"
                        + " classes => 'UP,DOWN', nominal => MAP['weekday', 'mon,tue,wed'])"))
        .hasStackTraceContaining("SET 'state.backend.type' = 'hashmap'");
  }
}
