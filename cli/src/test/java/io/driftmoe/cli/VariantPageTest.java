// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.ReplayResult;
import io.driftmoe.flink.VariantReplay;
import io.driftmoe.flink.VariantScore;
import io.driftmoe.flink.VariantWindow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantPageTest {
  @TempDir private Path folder;

  @Test
  void scoresAndCurvesAreOnThePage() throws Exception {
    JobOptions options =
        JobOptions.parse(
            "job: {name: shop}\nschema: {attributes: [{name: x}], classes: [a, b]}\n", Map.of());
    VariantReplay replay =
        new VariantReplay(
            new ReplayResult(2, 1_000, 0, 0, 0, 0, 0, 0, List.of(), List.of()),
            List.of(
                new VariantScore("configured", 900, 700, 0, 0, 1.5, 10_000),
                new VariantScore("a<b", 900, 720, 10, 30, 2.5, 20_000)),
            List.of(new VariantWindow(5_000, 900, List.of(700L, 720L), List.of(0L, 10L))));

    VariantPage.write(replay, options, folder);

    assertThat(Files.readString(folder.resolve("replay.html")))
        .contains(
            "Job shop: 1,000 of 1,000 predictions of 2 model keys came out as the job made them.",
            "{\"name\":\"a\\u003cb\",\"own\":false,\"baseline\":false,\"labels\":900,"
                + "\"accuracy\":80.0,\"negativeFlips\":10,\"positiveFlips\":30,"
                + "\"cpuSeconds\":2.5,\"modelBytes\":20000}",
            "{\"from\":5000,\"labels\":900,\"right\":[700,720],\"negativeFlips\":[0,10]}");
  }
}
