// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixtureDescriptionTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(List.of(Attribute.numeric("x")), new LabelSpace(List.of("low", "high")));

  private static MixtureOfExperts mixture() {
    String settings =
        """
        {"preset": "paper-data", "pool": ["moa-hoeffding-tree", {"type": "guarded", "expert": "moa-hoeffding-tree"}], "top-k": 2,
         "gates": [{"type": "mlp-nll", "hidden": [4]}, "fixed-share"]}""";
    return MixtureOfExperts.create(new MixtureSettings(settings).config(1), SCHEMA);
  }

  @Test
  void everyPart_isDescribed() {
    MixtureOfExperts mixture = mixture();
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 1_205; i++) {
      double x = random.nextDouble();
      mixture.learn(mixture.predict(FeatureVector.of(x)), x < 0.5 ? 0 : 1);
    }

    assertThat(mixture.describe().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("1,205 events learned, 1,205 predicted"),
            line ->
                assertThat(line).matches("all 1,205 labels: accuracy 9\\d\\.\\d\\d %, kappa .*"),
            line -> assertThat(line).matches("last 1,000 labels: accuracy 9\\d\\.\\d\\d %, .*"),
            line ->
                assertThat(line)
                    .matches(
                        "detector: ADWIN with delta 0\\.002, mean error 0\\.\\d{4} over the last .*"),
            line ->
                assertThat(line)
                    .matches("gates, weights of entropy [01]\\.\\d{3} \\(0 one expert, .*"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "  network of 1 inputs (standardised), hidden layers [4], 2 experts,"
                            + " mixture loss; 5 of 16 events wait"),
            line -> assertThat(line).matches("  fixed share: 0\\.\\d{3} 0\\.\\d{3}"),
            line ->
                assertThat(line)
                    .startsWith(
                        "moa-hoeffding-tree 0: {\"type\":\"moa-hoeffding-tree\",\"grace-period\":50"),
            line ->
                assertThat(line)
                    .isEqualTo("  learned 100.0 % of the events, 0 before it in this place"),
            line -> assertThat(line).matches("  MOA Hoeffding tree: \\d+ nodes, depth \\d+"),
            line ->
                assertThat(line)
                    .startsWith(
                        "guarded 1: {\"type\":\"guarded\",\"expert\":{\"type\":\"moa-hoeffding-tree\""),
            line -> assertThat(line).startsWith("  learned 100.0 %"),
            line -> assertThat(line).startsWith("  generation "),
            line -> assertThat(line).matches("  MOA Hoeffding tree: \\d+ nodes, depth \\d+"));
  }

  @Test
  void specialistsTheirRegionsAndWhoSleeps_areDescribed() {
    String settings =
        """
        {"preset": "adaptive", "pool": [
           {"type": "committee", "members": [{"type": "routed-specialists", "specialists": 2}]},
           {"type": "regime-library", "specialists": 2},
           "no-change"],
         "attendance": {"trial": 100, "period": 50}}""";
    MixtureOfExperts mixture =
        MixtureOfExperts.create(new MixtureSettings(settings).config(1), SCHEMA);
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 600; i++) {
      double x = random.nextDouble();
      mixture.learn(mixture.predict(FeatureVector.of(x)), x < 0.5 ? 0 : 1);
    }

    assertThat(mixture.describe().lines())
        .anyMatch(
            line ->
                line.matches(
                    " {4}specialist [01]: weight .* asked about .* of \\d+ events; (x|every).*"))
        .anyMatch(line -> line.startsWith("  library of regimes in time, weights now: "))
        .anyMatch(line -> line.matches("  attends, gains the mixture 0\\.\\d{4} nats an event"))
        .anyMatch(line -> line.matches("  asleep, gains the mixture -0\\.\\d{4} nats an event"));
    assertThat(mixture.specialistUse())
        .extracting(MemberUse::name)
        .containsExactly("0.0.0", "0.0.1", "1.0", "1.1");
    long evaluations = mixture.specialistUse().stream().mapToLong(MemberUse::evaluations).sum();
    assertThat(mixture.specialistEvaluations()).isEqualTo(evaluations / 600.0).isBetween(1.0, 4.0);
  }

  @Test
  void expertsHaveNames_alsoThoseOfAnEmbeddersOwnKind() {
    assertThat(mixture().expertNames()).containsExactly("moa-hoeffding-tree 0", "guarded 1");
    MixtureConfig task = MixtureConfig.of(Preset.PAPER_TASK, 1);
    assertThat(MixtureOfExperts.create(task, SCHEMA).expertNames())
        .containsExactly("moa-hoeffding-tree 0", "moa-hoeffding-tree 1");
    Division own =
        new Division.Data(
            List.of(new FailuresTest.BrokenFactory(HoeffdingTreeFactory.moa())),
            1,
            new Combination.Soft());
    MixtureConfig config =
        new MixtureConfig(own, 1, task.gates(), task.lifecycle(), task.attendance(), 0.002, 500);
    assertThat(MixtureOfExperts.create(config, SCHEMA).expertNames())
        .containsExactly("FailuresTest$BrokenFactory 0");
  }

  @Test
  void newMixture_isDescribedToo() {
    assertThat(mixture().specialistEvaluations()).isZero();
    assertThat(mixture().describe())
        .startsWith("0 events learned, 0 predicted\nall 0 labels: accuracy 0.00 %")
        .contains("fixed share: 0.500 0.500", "learned 0.0 % of the events");
  }
}
