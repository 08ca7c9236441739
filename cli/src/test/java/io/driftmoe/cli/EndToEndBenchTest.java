// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of measurements, and what is written of them, with a simulated job. */
class EndToEndBenchTest {
  private static final Provenance PROVENANCE =
      new Provenance("./driftmoe bench --end-to-end", "abc", "a JVM", "a CPU, 2 cores");

  private final StringWriter progress = new StringWriter();
  private final EndToEndBench bench = new EndToEndBench(new PrintWriter(progress), List.of());

  /** A job that serves so many events a second; its latency grows with the load. */
  private static final class Simulated implements EndToEndMeasures {
    private final double capacity;
    private final double producer;
    private final List<Double> measured = new ArrayList<>();

    Simulated(double capacity, double producer) {
      this.capacity = capacity;
      this.producer = producer;
    }

    @Override
    public double libraryRate() {
      return measured.isEmpty() ? 20_000 : 25_000;
    }

    @Override
    public Saturation saturate(double libraryRate) {
      assertThat(libraryRate).isEqualTo(20_000);
      return new Saturation(producer, 10_000);
    }

    @Override
    public boolean sustains(double rate) {
      return rate <= capacity;
    }

    @Override
    public Steady measure(double rate) {
      measured.add(rate);
      return new Steady(
          rate,
          rate - 1,
          rate <= 7_999,
          1_000,
          constant(rate),
          constant(3e6),
          constant(40),
          trace());
    }

    private static LatencyTrace trace() {
      Map<LatencyTrace.Stage, Double> means = new EnumMap<>(LatencyTrace.Stage.class);
      for (LatencyTrace.Stage stage : LatencyTrace.Stage.values()) {
        means.put(stage, 1_000.0 * stage.ordinal());
      }
      return new LatencyTrace(means, means, 0.25, 0.5, 0.75, 1.5);
    }

    private static Histogram constant(double micros) {
      Histogram histogram = new Histogram(3);
      histogram.recordValueWithCount((long) micros, 1_000);
      return histogram;
    }
  }

  private static EndToEndPlan plan() throws CommandException {
    try (LabeledStream stream = StreamCatalog.open("sea_a", 10, 1)) {
      return new EndToEndPlan(
          EventCycle.of(stream),
          List.of(LearnerCatalog.named("paper-data"), LearnerCatalog.named("ARF-10")),
          List.of(1, 100),
          1,
          20,
          10_000,
          Duration.ofSeconds(3),
          List.of(),
          Map.of("job.buffer-timeout", "1 ms"),
          false);
    }
  }

  @Test
  void measuresAtPartsOfTheHighestSustainableRate() throws Exception {
    Simulated job = new Simulated(8_200, 100_000);

    EndToEndBench.Result result = bench.run("x", true, 1, job);

    assertThat(result.sustainableRate()).isCloseTo(8_000, within(1e-6));
    assertThat(job.measured).containsExactly(4_000.0, 6_400.0, 8_000.0);
    assertThat(result.ratio()).isCloseTo(0.32, within(1e-9));
    assertThat(progress.toString())
        .contains("x: 8,500 events/s too much")
        .contains("x: 8,000 events/s sustained");
  }

  @Test
  void measuresAtTheRatesThatAreGiven() throws Exception {
    Simulated job = new Simulated(8_200, 100_000);

    EndToEndBench.Result result =
        new EndToEndBench(new PrintWriter(progress), List.of(500.0, 1_000.0))
            .run("x", true, 100, job);

    assertThat(result.sustainableRate()).isEqualTo(10_000);
    assertThat(result.keys()).isEqualTo(100);
    assertThat(job.measured).containsExactly(500.0, 1_000.0);
    assertThat(progress.toString()).contains("x, 100 model keys").doesNotContain("sustained");
  }

  @Test
  void slowSender_isAnError_notAResult() {
    assertThatThrownBy(() -> bench.run("x", true, 1, new Simulated(8_200, 14_999)))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("the sender alone reaches 14999 events/s");
  }

  @Test
  void jobThatKeepsUpWithNothing_isAnError() {
    assertThatThrownBy(() -> bench.run("x", true, 1, new Simulated(499, 100_000)))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("keeps up with no rate from 500 events/s on");
  }

  @Test
  void report_hasARowPerLoad_withEveryColumn(@TempDir Path folder) throws Exception {
    List<EndToEndBench.Result> results =
        List.of(
            bench.run("paper-data", true, 1, new Simulated(8_200, 100_000)),
            bench.run("ARF-10", false, 100, new Simulated(6_000, 100_000)));

    new EndToEndReport(plan(), results, PROVENANCE).writeTo(folder);

    List<CSVRecord> rows = read(folder.resolve("end-to-end.csv"));
    assertThat(rows).hasSize(6).allMatch(row -> row.size() == 42);
    CSVRecord full = rows.get(2);
    assertThat(full.get("learner")).isEqualTo("paper-data");
    assertThat(full.get("stream")).isEqualTo("sea_a");
    assertThat(full.get("rate_share")).isEqualTo("1.00");
    assertThat(full.get("rate")).isEqualTo("8000.0");
    assertThat(full.get("achieved_rate")).isEqualTo("7999.0");
    assertThat(full.get("sustained")).isEqualTo("false");
    assertThat(Double.parseDouble(full.get("uncommitted_p99_ms"))).isCloseTo(8, within(0.01));
    assertThat(Double.parseDouble(full.get("committed_max_ms"))).isCloseTo(3_000, within(3.0));
    assertThat(full.get("operator_p999_ms")).isEqualTo("0.040");
    assertThat(full.get("keys")).isEqualTo("1");
    assertThat(full.get("slow_still_ms")).isEqualTo("2.000");
    assertThat(full.get("slow_seen_ms")).isEqualTo("4.000");
    assertThat(full.get("slow_held_up")).isEqualTo("0.750");
    assertThat(full.get("cores_used")).isEqualTo("1.50");
    assertThat(full.get("library_rate")).isEqualTo("25000.0");
    assertThat(full.get("ratio")).isEqualTo("0.320");
    assertThat(full.get("checkpoint_interval_ms")).isEqualTo("3000");
    assertThat(full.get("processor")).isEqualTo("a CPU, 2 cores");
    assertThat(rows.get(3).get("learner")).isEqualTo("ARF-10");
    assertThat(rows.get(3).get("sustained")).isEqualTo("true");
  }

  @Test
  void markdown_saysWhatFavoursThePeer_andWhatWasNotSustained() throws Exception {
    EndToEndBench.Result mixture = bench.run("paper-data", true, 1, new Simulated(8_200, 100_000));
    EndToEndBench.Result peer = bench.run("ARF-10", false, 100, new Simulated(6_000, 100_000));

    String both = new EndToEndReport(plan(), List.of(mixture, peer), PROVENANCE).markdown();
    String alone = new EndToEndReport(plan(), List.of(mixture), PROVENANCE).markdown();

    assertThat(both)
        .contains("| paper-data | 1 | 100 % (!) | 8,000 |")
        .contains("| ARF-10 | 100 | 100 % | 6,000 |")
        .contains("(!): in this run")
        .contains(
            "| paper-data | 1 | 50 % | slowest 1 % | 0.0 | 1.0 | 2.0 | 3.0 | 4.0 | 25 % | 50 % |"
                + " 75 % | 1.50 |")
        .contains("`job.buffer-timeout: 1 ms`")
        .contains("ARF-10 runs in the operator of the same job, but its model is not in the");
    assertThat(alone).doesNotContain("favours");
    assertTablesAreWhole(both);
  }

  private static void assertTablesAreWhole(String markdown) {
    List<String> lines = markdown.lines().filter(line -> line.startsWith("|")).toList();
    assertThat(lines).hasSize(2 + 2 + 2 + 6 + 2 + 12);
    assertThat(lines.subList(0, 4)).allMatch(line -> line.split("\\|").length == 8);
    assertThat(lines.subList(4, 12)).allMatch(line -> line.split("\\|").length == 18);
  }

  private static List<CSVRecord> read(Path file) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser =
        CSVParser.builder().setReader(Files.newBufferedReader(file)).setFormat(format).get()) {
      return parser.getRecords();
    }
  }
}
