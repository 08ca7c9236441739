// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.tuning.Standing.Fate;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TuningTest {
  private static final Budget LARGE = Budget.parse("10s, 10GiB");
  private static final Candidate TREE = candidate("tree", "\"hoeffding-tree\"", 1);

  /** Predicts one class for ever: it never has the weight of evidence to split. */
  private static final Candidate STUMP =
      candidate(
          "stump",
          "{\"type\":\"hoeffding-tree\",\"grace-period\":1000000,\"leaves\":\"majority-class\"}",
          1);

  private static Candidate candidate(String name, String pool, long seed) {
    return new Candidate(
        name,
        new MixtureSettings(
            "{\"preset\":\"adaptive\",\"pool\":[%s],\"gates\":[\"fixed-share\"]}".formatted(pool)),
        seed);
  }

  private static List<Standing> race(Budget budget, String stream, Candidate... candidates) {
    return new Tuning(budget, 0.05, events -> {})
        .run(List.of(candidates), () -> StreamCatalog.open(stream, 3_000, 1));
  }

  private static String withoutTimes(List<Standing> standings) {
    return standings.stream()
        .map(
            s ->
                "%s %s %s %s %s %s %s"
                    .formatted(
                        s.candidate().name(),
                        s.events(),
                        s.accuracy(),
                        s.fate(),
                        s.why(),
                        s.decidedAfter(),
                        s.cost() == null ? 0 : s.cost().modelBytes()))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void worse_isDroppedAndNamesTheBetter() {
    List<Standing> standings = race(LARGE, "led_a", STUMP, TREE);
    assertThat(standings.get(0).candidate()).isEqualTo(TREE);
    assertThat(standings.get(0).fate()).isEqualTo(Fate.CHOSEN);
    assertThat(standings.get(0).events()).isEqualTo(3_000);
    assertThat(standings.get(1).fate()).isEqualTo(Fate.BEATEN);
    assertThat(standings.get(1).why()).isEqualTo("tree");
    assertThat(standings.get(1).decidedAfter()).isLessThan(1_500);
    assertThat(standings.get(0).cost().cpuNanos()).isPositive();
    assertThat(standings.get(0).cost().slowNanos()).isPositive();
  }

  @Test
  void outcome_isTheSameEachTimeButForTimes() {
    Candidate bayes = candidate("bayes", "\"naive-bayes\"", 1);
    assertThat(withoutTimes(race(LARGE, "sea_a", TREE, bayes, STUMP)))
        .isEqualTo(withoutTimes(race(LARGE, "sea_a", TREE, bayes, STUMP)));
  }

  @Test
  void equals_areAllLeft() {
    Candidate again = candidate("tree again", "\"hoeffding-tree\"", 2); // a tree draws nothing
    List<Standing> standings = race(LARGE, "led_a", TREE, again);
    assertThat(standings).extracting(Standing::fate).containsExactly(Fate.CHOSEN, Fate.LEFT);
    assertThat(standings.get(1).accuracy()).isEqualTo(standings.get(0).accuracy());
  }

  @Test
  void oneBeyondTheBudget_takesItsVictimsBack() {
    // More memory than the stump: no model beside it has so much.
    Candidate large =
        candidate("large", "{\"type\":\"forest\",\"members\":60}, \"nearest-neighbours\"", 1);
    List<Standing> free = race(LARGE, "led_a", STUMP, large);
    assertThat(free.get(1).fate()).isEqualTo(Fate.BEATEN);
    long bytes = free.get(0).cost().modelBytes();
    Budget tight = new Budget(1e10, 1e10, bytes - 1);
    List<Standing> standings = race(tight, "led_a", STUMP, large);
    assertThat(standings.get(0).candidate()).isEqualTo(STUMP);
    assertThat(standings.get(0).fate()).isEqualTo(Fate.CHOSEN);
    assertThat(standings.get(0).events()).isEqualTo(3_000);
    assertThat(standings.get(1).fate()).isEqualTo(Fate.BEYOND);
    assertThat(standings.get(1).why()).contains("MiB of");
  }

  @Test
  void beaten_learnsNoMoreAfterTheFirstCheck() {
    List<Standing> standings =
        new Tuning(LARGE, 0.05, events -> {})
            .run(List.of(STUMP, TREE), () -> StreamCatalog.open("led_a", 6_000, 1));
    assertThat(standings.get(0).events()).isEqualTo(6_000);
    assertThat(standings.get(1).events()).isEqualTo(4_000);
  }

  @Test
  void race_isRunAgainWithoutOneThatGrewBeyondTheBudget() {
    Candidate growing = candidate("growing", "{\"type\":\"forest\",\"members\":20}", 1);
    long early = bytesAfter(growing, 4_000);
    long late = bytesAfter(growing, 12_000);
    assertThat(late).isGreaterThan(early + 1_000);
    Budget between = new Budget(1e10, 1e10, (early + late) / 2.0);
    List<Long> progress = new ArrayList<>();
    List<Standing> standings =
        new Tuning(between, 0.05, progress::add)
            .run(List.of(STUMP, growing), () -> StreamCatalog.open("led_a", 12_000, 1));
    assertThat(standings).extracting(Standing::candidate).containsExactly(STUMP, growing);
    assertThat(standings).extracting(Standing::fate).containsExactly(Fate.CHOSEN, Fate.BEYOND);
    assertThat(progress).filteredOn(events -> events == 12_000).hasSize(2);
  }

  private static long bytesAfter(Candidate candidate, long events) {
    return new Tuning(LARGE, 0.05, done -> {})
        .run(List.of(candidate), () -> StreamCatalog.open("led_a", events, 1))
        .get(0)
        .cost()
        .modelBytes();
  }

  @Test
  void settingsThatDoNotSuitTheStream_areSaidAndTheOthersRace() {
    Candidate small =
        new Candidate(
            "small", new MixtureSettings("{\"preset\":\"adaptive\",\"model-bytes\":1048576}"), 1);
    List<Standing> standings = race(LARGE, "led_a", small, TREE);
    assertThat(standings.get(0).candidate()).isEqualTo(TREE);
    assertThat(standings.get(1).fate()).isEqualTo(Fate.UNFIT);
    assertThat(standings.get(1).why()).contains("model-bytes");
  }

  @Test
  void usual_haveDifferentNamesAndSettings() {
    List<Candidate> usual = Candidate.usual(3);
    assertThat(usual).extracting(Candidate::name).doesNotHaveDuplicates();
    assertThat(usual).extracting(Candidate::settings).doesNotHaveDuplicates();
    assertThat(usual).allSatisfy(candidate -> candidate.settings().config(candidate.seed()));
    assertThat(usual).extracting(Candidate::seed).containsOnly(3L);
  }
}
