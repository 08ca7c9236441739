// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of files, in statements and alone. */
class ServedModelTest {
  private static final RowType INPUT =
      (RowType)
          DataTypes.ROW(
                  DataTypes.FIELD("busy", DataTypes.BOOLEAN()),
                  DataTypes.FIELD("weekday", DataTypes.STRING()),
                  DataTypes.FIELD("price", DataTypes.DOUBLE()),
                  DataTypes.FIELD("demand", DataTypes.DOUBLE()))
              .getLogicalType();

  private static final RowType OUTPUT =
      (RowType)
          DataTypes.ROW(
                  DataTypes.FIELD("class", DataTypes.STRING()),
                  DataTypes.FIELD("version", DataTypes.BIGINT()))
              .getLogicalType();

  private final List<LabeledExample> examples = Prices.examples(400, 5);

  @TempDir private Path folder;

  private Path publish(String name, String modelKey, int learned) throws IOException {
    Path part = folder.resolve(name + ".tmp");
    Models.write(part, modelKey, examples.subList(0, learned));
    Path file = folder.resolve(name);
    Files.setLastModifiedTime(part, FileTime.fromMillis(1_000_000_000L + learned * 1_000L));
    return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private ServingFunction open(String path, String modelKey) throws Exception {
    ServingFunction function =
        new ServingFunction(path, modelKey, Duration.ofMillis(20), INPUT, ModelOutput.of(OUTPUT));
    function.open(new FunctionContext(null));
    return function;
  }

  private static RowData row(LabeledExample example) {
    return GenericRowData.of(
        Prices.open(example),
        StringData.fromString(Prices.day(example)),
        example.features().get(0),
        Prices.demand(example));
  }

  private long version(ServingFunction function) {
    return function.predict(row(examples.get(0))).iterator().next().getLong(1);
  }

  @Test
  void newestFileOfAFolder_isServedWithoutAStop() throws Exception {
    publish("old", "a", 100);
    ServingFunction function = open(folder.toUri().toString(), null);
    assertThat(version(function)).isEqualTo(100);

    publish("new", "b", 200);
    await().untilAsserted(() -> assertThat(version(function)).isEqualTo(200));
    publish("old", "a", 300);
    await().untilAsserted(() -> assertThat(version(function)).isEqualTo(300));

    function.close();
  }

  @Test
  void damagedFile_leavesTheModelBeforeIt_untilItIsWhole() throws Exception {
    publish("model", "a", 100);
    ServedModel served = new ServedModel(new ModelPath(folder.toString()), null, model -> {});
    served.refresh();
    byte[] whole = Files.readAllBytes(publish("model", "a", 200));

    Files.write(folder.resolve("model"), Arrays.copyOf(whole, whole.length / 2));
    served.refresh();
    served.refresh();
    assertThat(served.latest().mixture().version()).isEqualTo(100);

    Files.write(folder.resolve("model"), whole);
    served.refresh();
    assertThat(served.latest().mixture().version()).isEqualTo(200);
  }

  @Test
  void modelOfAnotherKey_orThatDoesNotFit_isPassedOver() throws Exception {
    publish("a", "a", 100);
    publish("b", "b", 200);
    ServedModel ofA = new ServedModel(new ModelPath(folder.toString()), "a", model -> {});
    ofA.refresh();
    assertThat(ofA.latest().mixture().version()).isEqualTo(100);

    ServedModel fitting =
        new ServedModel(
            new ModelPath(folder.toString()),
            null,
            model -> {
              if (model.modelKey().equals("b")) {
                throw new IllegalArgumentException("b does not fit");
              }
            });
    fitting.refresh();
    assertThat(fitting.latest().modelKey()).isEqualTo("a");
  }

  /** A folder may have tens of thousands of files of others. */
  @Test
  void fileThatAJobPublishesOfTheKey_isTheOnlyOneRead() throws Exception {
    List<String> read = new ArrayList<>();
    ServedModel served =
        new ServedModel(
            new ModelPath(folder.toString()),
            "a",
            model -> read.add(model.modelKey() + model.mixture().version()));
    publish(ModelFile.nameOf("a"), "a", 100);
    publish("copy", "a", 200);
    served.refresh();
    served.refresh();
    assertThat(served.latest().mixture().version()).isEqualTo(100);

    publish(ModelFile.nameOf("a"), "a", 300);
    served.refresh();
    assertThat(served.latest().mixture().version()).isEqualTo(300);
    assertThat(read).containsExactly("a100", "a300");
  }

  @Test
  void nothingThere_isSaidAtTheStart() {
    assertThatThrownBy(() -> open(folder.resolve("none").toString(), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no model is served");
  }

  @Test
  @SuppressWarnings("try") // close() of the iterator may be interrupted
  void mlPredict_saysWhatTheLibrarySays() throws Exception {
    Path file = publish("model", "a", 300);
    StreamExecutionEnvironment streams = StreamExecutionEnvironment.getExecutionEnvironment();
    streams.setParallelism(1);
    StreamTableEnvironment tables = StreamTableEnvironment.create(streams);
    List<LabeledExample> asked = examples.subList(300, 400);
    tables.createTemporaryView("rows_to_ask", Models.rows(streams, asked));
    tables.executeSql(
        model(
            "price DOUBLE, weekday STRING, demand DOUBLE, busy BOOLEAN",
            "predicted STRING, probability DOUBLE, probabilities MAP<STRING, DOUBLE>",
            file));

    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> result =
        tables
            .executeSql(
                """
                SELECT * FROM ML_PREDICT(
                  TABLE rows_to_ask, MODEL m, DESCRIPTOR(price, weekday, demand, busy))
                """)
            .collect()) {
      result.forEachRemaining(rows::add);
    }

    MixtureOfExperts mixture = Models.read(file);
    assertThat(rows).hasSameSizeAs(asked);
    for (int i = 0; i < asked.size(); i++) {
      PendingPrediction expected = mixture.predict(asked.get(i).features());
      Library.Said said = Library.said(expected);
      assertThat(rows.get(i).getField("predicted")).isEqualTo(said.predictedClass());
      Map<String, Double> probabilities = rows.get(i).getFieldAs("probabilities");
      assertThat(probabilities).isEqualTo(said.probabilities());
      assertThat(rows.get(i).getField("probability"))
          .isEqualTo(probabilities.get(said.predictedClass()));
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @SuppressWarnings("try") // close() of the iterator may be interrupted
  void runningStatement_goesOnWithNewerModels() throws Exception {
    publish("old", "a", 100);
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    StreamExecutionEnvironment streams =
        StreamExecutionEnvironment.getExecutionEnvironment(settings);
    streams.setParallelism(1);
    StreamTableEnvironment tables = StreamTableEnvironment.create(streams);
    tables.executeSql(
        """
        CREATE TEMPORARY TABLE endless (
          number BIGINT,
          price AS MOD(number, 100) / 100e0,
          weekday AS CAST('tue' AS STRING),
          demand AS MOD(number, 7) / 7e0,
          busy AS TRUE
        ) WITH (
          'connector' = 'datagen', 'rows-per-second' = '1000',
          'fields.number.kind' = 'sequence', 'fields.number.start' = '0',
          'fields.number.end' = '1000000' -- the test ends long before
        )
        """);
    tables.executeSql(
        model(
            "price DOUBLE, weekday STRING, demand DOUBLE, busy BOOLEAN",
            "predicted STRING, probabilities MAP<STRING, DOUBLE>, version BIGINT",
            folder));
    TableResult statement =
        tables.executeSql(
            """
            SELECT * FROM ML_PREDICT(
              TABLE endless, MODEL m, DESCRIPTOR(price, weekday, demand, busy))
            """);

    try (CloseableIterator<Row> rows = statement.collect()) {
      EndlessRows read = new EndlessRows(rows);
      assertThat(read.next()).isEqualTo(100);
      publish("new", "b", 200);
      read.through(100, 200);
      publish("old", "a", 300);
      read.through(200, 300);
      assertThat(statement.getJobClient().orElseThrow().getJobStatus().get())
          .isEqualTo(JobStatus.RUNNING);
    }
  }

  /** What a statement without end says: row for row as the library, with none left out. */
  private final class EndlessRows {
    private final Iterator<Row> rows;
    private final Map<Long, MixtureOfExperts> models = new HashMap<>();
    private long number;

    private EndlessRows(Iterator<Row> rows) {
      this.rows = rows;
    }

    /** Goes on to the first row of a newer model. */
    private void through(long version, long newer) {
      long next = version;
      while (next == version) {
        next = next();
      }
      assertThat(next).isEqualTo(newer);
    }

    /** The version of the model that has predicted the next row. */
    private long next() {
      Row row = rows.next();
      assertThat(row.getField("number")).isEqualTo(number);
      number++;
      long version = row.<Long>getFieldAs("version");
      Library.Said expected =
          Library.said(
              models
                  .computeIfAbsent(
                      version,
                      learned ->
                          Library.learned(
                              examples.subList(0, learned.intValue()), Preset.PAPER_DATA, 7))
                  .predict(
                      FeatureVector.of(
                          row.<Double>getFieldAs("price"),
                          1,
                          row.<Double>getFieldAs("demand"),
                          1)));
      assertThat(row.getField("predicted")).isEqualTo(expected.predictedClass());
      assertThat(row.getField("probabilities")).isEqualTo(expected.probabilities());
      return version;
    }
  }

  private static String model(String input, String output, Path file) {
    return """
        CREATE TEMPORARY MODEL m INPUT (%s) OUTPUT (%s)
        WITH ('provider' = 'driftmoe', 'path' = '%s', 'poll-interval' = '20 ms')
        """
        .formatted(input, output, file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          p INT                     | OUTPUT column p is INT
          a DOUBLE, b DOUBLE        | OUTPUT column b is a second DOUBLE
          """)
  void wrongOutputs_areRefusedByTheirNames(String output, String message) {
    TableEnvironment tables =
        StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment());
    tables.executeSql("CREATE TEMPORARY VIEW one_row AS SELECT 1.0e0 AS price");
    tables.executeSql(model("price DOUBLE", output, folder.resolve("model")));

    assertThatThrownBy(
            () ->
                tables.executeSql(
                    "EXPLAIN SELECT * FROM ML_PREDICT(TABLE one_row, MODEL m,"
                        + " DESCRIPTOR(price))"))
        .hasStackTraceContaining(message);
  }

  @Test
  void inputsMustBeTheAttributes() {
    RowType some =
        (RowType) DataTypes.ROW(DataTypes.FIELD("price", DataTypes.DOUBLE())).getLogicalType();

    assertThatThrownBy(() -> ModelInput.of(some, Prices.SCHEMA))
        .hasMessage("INPUT has no column weekday, an attribute of the model");
  }
}
