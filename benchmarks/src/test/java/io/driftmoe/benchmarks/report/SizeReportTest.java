// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.SizeAxis;
import io.driftmoe.benchmarks.SizeResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

final class SizeReportTest {
  private static final Provenance HERE = new Provenance("bench --sizes", "abc", "jvm", "cpu");

  private static SizeResult result(int size, String learner, double time, double bytes) {
    return new SizeResult(SizeAxis.CLASSES, size, learner, 2_000, 1_000, time, bytes, 7, "");
  }

  private static List<SizeResult> linear() {
    return List.of(
        result(2, "ours", 2, 1 << 10),
        result(10, "ours", 4, 1 << 11),
        result(100, "ours", 40, 1 << 12),
        result(1_000, "ours", 200, 1 << 13));
  }

  @Test
  void showsTheExponentFromEachSizeToTheNext() {
    String text = new SizeReport(linear(), HERE).markdown();
    assertThat(text)
        .contains("| 100 | 40.0 | 1.00 | 4.0 KiB | 0.30 |")
        .contains("| 1,000 | 200.0 | 0.70 | 8.0 KiB | 0.30 |")
        .contains("| classes | ours | Time | 200.0 µs (1,000) | 0.70 |")
        .contains(
            """
            No cost grows faster than linearly between the two largest sizes that a learner finished: the largest growth there is
            0.70 (time of ours with classes). A growth of up to 1.1 counts as linear, since times vary from run to run. The largest
            growth between any two neighbouring sizes is 1.00 (time of ours with classes).
            """);
  }

  @Test
  void saysWhatGrowsFaster() {
    List<SizeResult> results = new ArrayList<>(linear());
    results.set(3, result(1_000, "ours", 4_000, 1 << 13));
    assertThat(new SizeReport(results, HERE).markdown())
        .contains(
            """
            Faster than linear growth between the two largest sizes that a learner finished: time of ours with classes (2.00). No
            other cost grows faster than linearly there.""");
  }

  @Test
  void aLearnerThatWasGivenUpIsNamedAndNotCounted() {
    List<SizeResult> results = new ArrayList<>(linear());
    results.add(result(2, "slow", 1, 1));
    results.add(result(10, "slow", 5, 1));
    results.add(
        new SizeResult(
            SizeAxis.CLASSES, 100, "slow", 5, 0, Double.NaN, Double.NaN, Double.NaN, "given up"));
    assertThat(new SizeReport(results, HERE).markdown())
        .contains("- slow at 100 classes: given up.")
        .contains("Not measured, and not counted here: slow\nat 100 classes.")
        .contains("| classes | slow | Time | 5.0 µs (10) | 1.00 |");
  }

  @Test
  void withoutTwoSizesNothingIsClaimed() {
    assertThat(new SizeReport(linear().subList(0, 1), HERE).markdown())
        .contains("No learner finished two sizes, so that no growth is known.")
        .doesNotContain("grows faster");
  }

  @Test
  void drawsAPointForEachResult(@TempDir Path folder) throws Exception {
    new SizeReport(linear(), HERE).writeTo(folder);
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve("sizes.svg").toFile());
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(2 * 4);
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(rows(folder)).hasSize(5).contains("classes,10,ours,2000,1000,4,2048,7,");
  }

  private static List<String> rows(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("sizes.csv"));
  }
}
