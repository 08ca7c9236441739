// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class MicroBenchmarksTest {

  @Test
  void names_coverEveryPart() {
    assertThat(MicroBenchmarks.names())
        .contains(
            "AttributionBenchmark.predict",
            "AttributionBenchmark.predictAndAttribute",
            "CodecBenchmark.decodeFeatures",
            "CodecBenchmark.decodePrediction",
            "CodecBenchmark.encodeFeatures",
            "CodecBenchmark.encodePrediction",
            "DetectorBenchmark.update",
            "GateBenchmark.forwardBatch",
            "GateBenchmark.forwardOne",
            "GateBenchmark.stepBatch",
            "GateBenchmark.stepOne",
            "HoeffdingTreeBenchmark.grow",
            "HoeffdingTreeBenchmark.learn",
            "HoeffdingTreeBenchmark.predict",
            "HoeffdingTreeBenchmark.predictAndLearn",
            "NetworkStepBenchmark.mlp",
            "NetworkStepBenchmark.routed",
            "NetworkStepBenchmark.specialists",
            "PeerBenchmark.predictAndLearn",
            "PresetBenchmark.predictAndLearn",
            "SnapshotBenchmark.restore",
            "SnapshotBenchmark.write");
  }

  @Test
  void selected_areThoseThatContainAMatch() {
    assertThat(new MicroBenchmarks(Pattern.compile("Gate.*One"), null, null).selected())
        .containsExactly("GateBenchmark.forwardOne", "GateBenchmark.stepOne");
    assertThat(new MicroBenchmarks(Pattern.compile("nothing"), null, null).selected()).isEmpty();
    assertThat(new MicroBenchmarks(Pattern.compile(""), null, null).selected())
        .isEqualTo(MicroBenchmarks.names());
  }

  @Test
  @Tag("slow")
  void everyBenchmark_runs() throws Exception {
    // one stream, and models that have learned little, since it must be quick
    Options once =
        new OptionsBuilder()
            .include(Pattern.quote(MicroBenchmarks.class.getPackageName()))
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .param("stream", "led_a")
            .param("learned", "300")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();

    Collection<RunResult> runs = new Runner(once).run();

    List<MicroResult> results = runs.stream().map(MicroResult::of).toList();
    assertThat(results.stream().map(MicroResult::benchmark).distinct())
        .containsExactlyInAnyOrderElementsOf(MicroBenchmarks.names());
    assertThat(results)
        .allSatisfy(
            result -> {
              assertThat(result.nanos()).as(result.benchmark()).isPositive();
              boolean inRounds = result.benchmark().matches(".*\\.(predictAndLearn|learn)");
              assertThat(Double.isNaN(result.bytes())).isEqualTo(!inRounds);
            });
  }

  /** What JMH and libraries write is in the way, until something fails. */
  @Test
  void output_isHeldUntilTheNextBenchmark() {
    MicroProgress progress = new MicroProgress(new PrintStream(OutputStream.nullOutputStream()));
    progress.println("WARNING: Using incubator modules: jdk.incubator.vector");
    progress.write('x');
    progress.write("y".repeat(200_000).getBytes(StandardCharsets.UTF_8));
    progress.print("z");

    assertThat(progress.held()).startsWith("WARNING: Using").contains("xyyy").hasSize(100_000);
  }

  @Test
  void run_writesWhatItMeasured(@TempDir Path folder) throws Exception {
    MicroBenchmarks two =
        new MicroBenchmarks(Pattern.compile("CodecBenchmark.decodeFeatures"), 0.01, 1);

    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    String table = two.run(folder, new PrintStream(progress, true, StandardCharsets.UTF_8));

    assertThat(progress.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "timing CodecBenchmark.decodeFeatures attributes=nominal: 0.08 s",
            "timing CodecBenchmark.decodeFeatures attributes=numeric: 0.08 s");
    assertThat(table.lines()).hasSize(3);
    assertThat(table)
        .contains(
            "ns/op", "CodecBenchmark.decodeFeatures  attributes=nominal", "attributes=numeric");
    assertThat(Files.readAllLines(folder.resolve("micro.csv")))
        .hasSize(3)
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("CodecBenchmark.decodeFeatures,attributes=nominal(,[\\d.]+){4}"));
    assertThat(new ObjectMapper().readTree(folder.resolve("micro.json").toFile())).hasSize(2);
  }
}
