// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench command with its worker processes, on small streams. */
class BenchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Columns that may differ from run to run. */
  private static final List<String> COSTS =
      List.of(
          "cpu_seconds",
          "heap_bytes",
          "events_per_cpu_second",
          "wall_seconds",
          "model_bytes",
          "allocated_bytes_per_event",
          "process_cpu_seconds",
          "command",
          "started");

  /** One stream with three learners; each has a JVM of its own, which takes seconds to start. */
  private static final int CELLS = 3;

  @TempDir private Path folder;

  private static List<String> options(Path out) {
    return List.of(
        "bench",
        "--streams",
        "LED_A",
        "--learners",
        "paper-task,hoeffdingtree,no-change",
        "--events",
        "3000",
        "--detectors",
        "adwin",
        "--workers",
        "2",
        "--memory",
        "512m",
        "--out",
        out.toString());
  }

  @Test
  @Tag("slow")
  void killedInTheMiddleAndStartedAgain_givesTheSameTables() throws Exception {
    Path whole = folder.resolve("whole");
    Path cut = folder.resolve("cut");
    Run undisturbed = driftmoe(options(whole));
    assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();
    assertComplete(whole, undisturbed);

    Process first = start(options(cut));
    await().atMost(PATIENCE).until(() -> finished(cut).size() >= 1);
    List<ProcessHandle> workers = first.descendants().toList();
    first.destroyForcibly().waitFor();
    await().atMost(PATIENCE).until(() -> workers.stream().noneMatch(ProcessHandle::isAlive));
    Map<Path, String> kept = finished(cut);
    Run second = driftmoe(options(cut));

    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(kept).hasSizeLessThan(CELLS);
    assertThat(finished(cut)).hasSize(CELLS).containsAllEntriesOf(kept);
    assertThat(scores(cut)).isEqualTo(scores(whole)).hasSize(CELLS);
    for (String table : List.of("series.csv", "detections.csv", "experts.csv")) {
      assertThat(cut.resolve(table)).hasSameTextualContentAs(whole.resolve(table));
    }
    assertThat(second.errLines().stream().filter(line -> line.contains(" of " + CELLS + ": ")))
        .hasSize(CELLS - kept.size());
  }

  private static Process start(List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(options);
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The finished cells: file and content. */
  private static Map<Path, String> finished(Path out) throws IOException {
    Path cells = out.resolve("cells");
    Map<Path, String> finished = new TreeMap<>();
    if (Files.isDirectory(cells)) {
      try (Stream<Path> files = Files.list(cells)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
          finished.put(file, Files.readString(file));
        }
      }
    }
    return finished;
  }

  private static List<Map<String, String>> rows(Path csv) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader text = Files.newBufferedReader(csv);
        CSVParser parser = CSVParser.parse(text, format)) {
      return parser.stream().map(CSVRecord::toMap).toList();
    }
  }

  private static List<Map<String, String>> scores(Path out) throws IOException {
    List<Map<String, String>> rows = rows(out.resolve("results.csv"));
    rows.forEach(row -> COSTS.forEach(row::remove));
    return rows;
  }

  /** Every row carries its provenance, and every output is there. */
  private static void assertComplete(Path out, Run run) throws IOException {
    for (Map<String, String> row : rows(out.resolve("results.csv"))) {
      for (String column :
          List.of(
              "command", "configuration", "seed", "data_sha256", "commit", "jvm", "processor")) {
        assertThat(row.get(column)).as(column).isNotBlank();
      }
      assertThat(row.get("command")).startsWith("./driftmoe bench --streams LED_A");
      assertThat(Double.parseDouble(row.get("accuracy"))).isBetween(0.0, 100.0);
      assertThat(Double.parseDouble(row.get("cpu_seconds"))).isPositive();
      assertThat(Long.parseLong(row.get("model_bytes"))).isPositive();
      assertThat(row.get("failure")).isEmpty();
    }
    assertThat(out.resolve("report.html")).content(StandardCharsets.UTF_8).contains("<html");
    assertThat(out.resolve("report.md")).usingCharset(StandardCharsets.UTF_8).hasContent(run.out());
    assertThat(run.out()).contains("paper-task").contains("HoeffdingTree").contains("led_a");
  }

  @Test
  void corruptDataFile_isNamedWithItsLine() throws Exception {
    Path file =
        Files.writeString(folder.resolve("bad.csv"), "a,class\n1,x\n2,y\n3,x\n6,y,7\n1,x\n");
    Path out = folder.resolve("out");

    Run run = bench(file, out);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).singleElement().asString().contains("bad.csv:5");
    assertThat(out).doesNotExist();
  }

  @Test
  void rowThatNobodyCanRead_failsBeforeAnyCellBegins() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("bad.arff"),
            "@relation r\n@attribute a numeric\n@attribute class {x,y}\n@data\n1,x\n2,y\nfive,x\n");
    Path out = folder.resolve("out");

    Run run = bench(file, out);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines().reduce((a, b) -> b).orElseThrow()).contains("bad.arff:7");
    assertThat(run.out()).isEmpty();
    assertThat(out.resolve("report.html")).doesNotExist();
  }

  private static Run bench(Path file, Path out) {
    return driftmoe(
        "bench",
        "--data",
        file.toString(),
        "--class",
        "class",
        "--learners",
        "majority",
        "--out",
        out.toString());
  }

  @Test
  void oneCellsCrash_isInTheTable_andTheOthersHaveTheirScores() throws Exception {
    Path out = folder.resolve("out");
    Run run =
        driftmoe(
            "bench",
            "--streams",
            "led_a",
            "--learners",
            "majority",
            "--moa",
            "regressor=rules.AMRulesRegressor", // breaks when it is given a seed
            "--events",
            "500",
            "--out",
            out.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    List<Map<String, String>> rows = rows(out.resolve("results.csv"));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("accuracy")).isNotEmpty();
    assertThat(rows.get(1).get("failure")).isNotBlank();
    assertThat(rows.get(1).get("accuracy")).isEmpty();
  }

  @Test
  void list_namesStreamsLearnersAndDetectors() {
    Run run = driftmoe("bench", "--list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("led_a", "paper-data", "ARF-100", "HDDM-W");
  }
}
