// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.report.GroupReport;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupComparisonTest {
  private static final int EVENTS = 3_000;
  private static final LearnerSpec SMALL =
      LearnerCatalog.mixture(
          "small",
          new MixtureSettings(
              "{\"preset\":\"%s\",\"pool\":[\"hoeffding-tree\",\"naive-bayes\"]}"
                  .formatted(Preset.ADAPTIVE.key())));

  @TempDir private Path folder;
  private StreamSource source;

  /** Four shops in turns; all but the second buy alike. */
  @BeforeEach
  void write() throws IOException {
    SplitMix64 random = new SplitMix64(3);
    StringBuilder text = new StringBuilder("x,shop,y,buys\n");
    for (int i = 0; i < EVENTS; i++) {
      double x = random.nextDouble();
      double y = random.nextDouble();
      boolean buys = (x + y > 1) ^ (i % 4 == 1);
      text.append("%s,%s,%s,%s\n".formatted(x, "shop" + i % 4, y, buys ? "yes" : "no"));
    }
    Path file = folder.resolve("shops.csv");
    Files.writeString(file, text);
    source = StreamSource.file("shops", file, "buys", List.of());
  }

  private GroupComparison comparison(LabelArrival labels) throws IOException {
    return GroupComparison.of(source, "shop", EVENTS, labels);
  }

  @Test
  void everySecondGroupComesLate_andEveryOtherEventIsScored() throws IOException {
    GroupResult result = comparison(LabelArrival.IMMEDIATE).run(SMALL, GroupDesign.EACH, 7);
    assertThat(result.groups()).isEqualTo(4);
    assertThat(result.late()).isEqualTo(2);
    assertThat(result.events()).isEqualTo(EVENTS - EVENTS / 4);
    assertThat(result.curve()).hasSameSizeAs(GroupComparison.POINTS);
    assertThat(result.later()).isNaN(); // the late ones have 375 events each
    double first100 =
        (20 * result.curve().get(0) + 30 * result.curve().get(1) + 50 * result.curve().get(2))
            / 100;
    assertThat(result.first100()).isCloseTo(first100, within(1e-9));
  }

  @Test
  void aNewGroupOfAFleetIsBetterThanOneOfItsOwn_andOneLearnerForAllSeesTheGroup()
      throws IOException {
    GroupComparison comparison = comparison(LabelArrival.IMMEDIATE);
    GroupResult each = comparison.run(SMALL, GroupDesign.EACH, 7);
    GroupResult fleet = comparison.run(SMALL, GroupDesign.FLEET, 7);
    GroupResult one = comparison.run(SMALL, GroupDesign.ONE, 7);
    assertThat(fleet.events()).isEqualTo(each.events()).isEqualTo(one.events());
    // one of the two late ones is like the others, the other one is not
    assertThat(fleet.first100()).isGreaterThan(each.first100());
    assertThat(comparison.run(SMALL, GroupDesign.FLEET, 7).curve()).isEqualTo(fleet.curve());
  }

  @Test
  void labelsMayComeLate() throws IOException {
    GroupResult at = comparison(LabelArrival.IMMEDIATE).run(SMALL, GroupDesign.FLEET, 7);
    LabelArrival late = new LabelArrival(200, 200, Map.of(), 1);
    GroupResult then = comparison(late).run(SMALL, GroupDesign.FLEET, 7);
    assertThat(then.delay()).isEqualTo("200");
    assertThat(then.all()).isLessThan(at.all());
  }

  @Test
  void reportHasARowForEachDesign_andALineForEachRun() throws IOException {
    GroupComparison comparison = comparison(LabelArrival.IMMEDIATE);
    List<GroupResult> results =
        List.of(
            comparison.run(SMALL, GroupDesign.EACH, 7), comparison.run(SMALL, GroupDesign.EACH, 8));
    GroupReport report = new GroupReport(results, Provenance.here("bench", folder));
    assertThat(report.markdown()).contains("| shops | small | 0 | each | 2 of 4 |").contains(" ± ");
    report.writeTo(folder);
    assertThat(Files.readAllLines(folder.resolve("groups.csv")))
        .hasSize(3)
        .allMatch(line -> line.split(",", -1).length == 19);
  }

  @Test
  void whatIsNoGroupIsRefusedByItsName() {
    assertThatThrownBy(() -> GroupComparison.of(source, "x", 100, LabelArrival.IMMEDIATE))
        .hasMessageContaining("group 'x' must be nominal");
    assertThatThrownBy(() -> GroupComparison.of(source, "shops", 100, LabelArrival.IMMEDIATE))
        .hasMessageContaining("there is no attribute 'shops'; there are [x, shop, y]");
    assertThatThrownBy(() -> GroupComparison.of(source, "shop", 100, LabelArrival.TRUE_TIMES))
        .hasMessageContaining("not at their true-times");
    assertThatThrownBy(() -> GroupDesign.of(List.of("each", "some")))
        .hasMessageContaining("'some' is unknown, allowed: one, each, fleet");
    assertThatThrownBy(
            () ->
                comparison(LabelArrival.IMMEDIATE)
                    .run(LearnerCatalog.named("NaiveBayes"), GroupDesign.FLEET, 7))
        .hasMessageContaining("learner NaiveBayes cannot be in a fleet");
  }
}
