// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that begin as a saved one: it is read when the statement is planned. */
class TemplateInSqlTest {
  private static final int LEARNED = 50;

  private final StreamExecutionEnvironment streams =
      StreamExecutionEnvironment.getExecutionEnvironment();
  private final StreamTableEnvironment tables = StreamTableEnvironment.create(streams);

  @TempDir private Path folder;

  @BeforeEach
  void register() {
    streams.setParallelism(1);
    tables.executeSql(
        "CREATE TEMPORARY FUNCTION DRIFTMOE_LABELED AS 'io.driftmoe.sql.DriftMoeLabeled'");
    tables.executeSql(
        """
        CREATE TEMPORARY VIEW events AS SELECT * FROM (VALUES
          ('a', '1', 0.3e0, 'mon', 0.5e0, TRUE, 'UP'),
          ('b', '1', 0.7e0, 'tue', 0.2e0, FALSE, 'DOWN')
        ) AS t (model_key, event_id, price, weekday, demand, busy, label)
        """);
  }

  private static String statement(Path template) {
    return """
        SELECT model_key, model_version FROM DRIFTMOE_LABELED(
          events => TABLE events PARTITION BY model_key,
          classes => 'UP,DOWN', preset => 'paper-data', seed => 7,
          nominal => MAP['weekday', 'mon,tue,wed'],
          settings => MAP['models.template', '%s'])
        """
        .formatted(template);
  }

  @Test
  @SuppressWarnings("try") // close() of the iterator may be interrupted
  void fileGoneAfterPlanning_isNotMissed() throws Exception {
    Path template = folder.resolve("template.model");
    Models.write(template, "any", Prices.examples(LEARNED, 5));
    DataStream<Row> planned = tables.toDataStream(tables.sqlQuery(statement(template)));
    Files.delete(template);

    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> result = planned.executeAndCollect()) {
      result.forEachRemaining(rows::add);
    }

    assertThat(rows)
        .containsExactlyInAnyOrder(Row.of("a", (long) LEARNED), Row.of("b", (long) LEARNED));
  }

  @Test
  void missingFile_isRefusedWhenPlanned() {
    Path none = folder.resolve("none.model");

    assertThatThrownBy(() -> tables.explainSql(statement(none)))
        .hasStackTraceContaining("models.template " + none);
  }
}
