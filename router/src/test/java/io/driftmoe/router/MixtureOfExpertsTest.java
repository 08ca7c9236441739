// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MixtureOfExpertsTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.numeric("y")),
          new LabelSpace(List.of("a", "b", "c")));
  private static final FeatureVector X = FeatureVector.of(0.5, -0.5);

  /** What happened to the fakes, in order. */
  private final List<String> log = new ArrayList<>();

  private MixtureOfExperts mixture;

  private int batched() {
    Matcher waiting =
        Pattern.compile("; (\\d+) of \\d+ events wait").matcher(mixture.gates().gate(0).describe());
    assertThat(waiting.find()).isTrue();
    return Integer.parseInt(waiting.group(1));
  }

  /** Says what the mixture had done already when it was called. */
  private String done() {
    return "after %s scored, %s in the mini-batch"
        .formatted(mixture.evaluation().overall().labels(), batched());
  }

  /** Always sure of class 1; logs its calls. */
  private final class FakeExpert implements Expert {
    private final int number;
    private final int classes;

    FakeExpert(int number, int classes) {
      this.number = number;
      this.classes = classes;
    }

    @Override
    public int classes() {
      return classes;
    }

    @Override
    public void predict(FeatureVector features, double[] distribution) {
      log.add("expert " + number + " predicts");
      Arrays.fill(distribution, 0);
      distribution[1] = 1;
    }

    @Override
    public void learn(FeatureVector features, int label, double weight) {
      log.add("expert %s learns %s with weight %s %s".formatted(number, label, weight, done()));
    }

    @Override
    public void writeSnapshot(DataOutput out) {}
  }

  private final class FakeDetector implements DriftDetector {
    private final DriftLevel level;
    private final boolean errorRose;

    FakeDetector(DriftLevel level, boolean errorRose) {
      this.level = level;
      this.errorRose = errorRose;
    }

    @Override
    public DriftLevel update(double error) {
      log.add("detector sees %s %s".formatted(error, done()));
      return level;
    }

    @Override
    public boolean errorRose() {
      return errorRose;
    }

    @Override
    public void writeSnapshot(DataOutput out) {}
  }

  /** The same configuration with fakes for experts. */
  private MixtureConfig withFakes(MixtureConfig config) {
    ExpertFactory experts =
        new ExpertFactory() {
          private int made;

          @Override
          public Expert create(StreamSchema schema, long seed) {
            return new FakeExpert(made++, schema.classes());
          }

          @Override
          public Expert restore(StreamSchema schema, DataInput in) {
            throw new UnsupportedOperationException();
          }
        };
    Division fakes =
        config.division() instanceof Division.Data regimes
            ? new Division.Data(
                Collections.nCopies(regimes.experts().size(), experts),
                regimes.topK(),
                regimes.combination())
            : new Division.Task(experts);
    return new MixtureConfig(
        fakes,
        config.seed(),
        config.gates(),
        config.lifecycle(),
        config.attendance(),
        config.detectorDelta(),
        config.evaluationWindow());
  }

  private MixtureOfExperts create(MixtureConfig config) {
    return create(config, DriftLevel.WARNING, false);
  }

  private MixtureOfExperts create(MixtureConfig config, DriftLevel level, boolean errorRose) {
    DetectorFactory detectors =
        new DetectorFactory() {
          @Override
          public DriftDetector create() {
            return new FakeDetector(level, errorRose);
          }

          @Override
          public DriftDetector restore(DataInput in) {
            throw new UnsupportedOperationException();
          }
        };
    mixture = MixtureOfExperts.create(withFakes(config), SCHEMA, detectors);
    return mixture;
  }

  private static MixtureConfig regimes(int experts, int topK) {
    return new MixtureConfig(
        Division.Data.alike(experts, MoaHoeffdingTreeFactory.paper(), topK),
        1,
        List.of(
            new MaskGateFactory(
                new NetworkConfig(InputEncoding.RAW, List.of(8), 2e-3, 0, 100, 0.8))),
        new Replacement.Never(),
        new Sleeping.Never(),
        0.002,
        10);
  }

  @Test
  void testsThenDetectsThenTrainsTheGateThenTheExperts() {
    create(regimes(2, 2));
    PendingPrediction prediction = mixture.predict(X);
    log.clear();
    StepReport report = mixture.learn(prediction, 2);
    assertThat(log)
        .containsExactly(
            "detector sees 1.0 after 1 scored, 0 in the mini-batch",
            "expert 0 learns 2 with weight 1.0 after 1 scored, 1 in the mini-batch",
            "expert 1 learns 2 with weight 1.0 after 1 scored, 1 in the mini-batch");
    assertThat(report)
        .isEqualTo(
            new StepReport(false, DriftLevel.WARNING, Optional.empty(), false, 2, 1, List.of()));
  }

  @Test
  void aChangeToFewerErrorsIsNoDrift() {
    create(regimes(2, 2), DriftLevel.DRIFT, false);
    assertThat(mixture.learn(mixture.predict(X), 2).level()).isEqualTo(DriftLevel.STABLE);
    create(regimes(2, 2), DriftLevel.DRIFT, true);
    assertThat(mixture.learn(mixture.predict(X), 2).level()).isEqualTo(DriftLevel.DRIFT);
  }

  @Test
  void predictsOnceAndScoresThatPrediction() {
    create(regimes(2, 1));
    PendingPrediction first = mixture.predict(X);
    assertThat(log).containsExactly("expert 0 predicts", "expert 1 predicts");
    assertThat(mixture.version()).isZero();
    assertThat(mixture.evaluation().overall().labels()).isZero();
    assertThat(batched()).isZero();
    log.clear();

    assertThat(first.predictedClass()).isEqualTo(1);
    assertThat(first.probabilities()).containsExactly(0, 1, 0);
    assertThat(first.features()).isEqualTo(X);
    assertThat(mixture.learn(first, 1).correct()).isTrue();
    assertThat(log).noneMatch(line -> line.contains("predicts"));
    assertThat(log.get(0)).startsWith("detector sees 0.0");
    assertThat(mixture.evaluation().overall().accuracy()).isEqualTo(100);
    assertThat(mixture.version()).isOne();
    assertThat(mixture.predict(X).modelVersion()).isOne();
    assertThat(first.modelVersion()).isZero();
  }

  @Test
  void theThreeExpertsOfHighestStoredWeightLearn() {
    create(regimes(7, 3));
    PendingPrediction prediction = mixture.predict(X);
    double[] weights = prediction.gateWeights();
    assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-12));
    List<Integer> best =
        IntStream.range(0, 7)
            .boxed()
            .sorted(Comparator.comparingDouble(e -> -weights[e]))
            .limit(3)
            .sorted()
            .toList();
    log.clear();
    assertThat(mixture.learn(prediction, 1).expertsTrained()).isEqualTo(3);
    List<Integer> learned =
        log.stream()
            .filter(line -> line.contains("learns"))
            .map(line -> Integer.valueOf(line.split(" ")[1]))
            .toList();
    assertThat(learned).isEqualTo(best);
    double[] shares = mixture.expertShares();
    for (int e = 0; e < 7; e++) {
      assertThat(shares[e]).isEqualTo(best.contains(e) ? 1 : 0);
    }
  }

  @Test
  void oneVsRestExpertsAllLearnTheirOwnLabel() {
    create(MixtureConfig.of(Preset.PAPER_TASK, 3));
    assertThat(mixture.experts()).isEqualTo(3);
    PendingPrediction prediction = mixture.predict(X);
    assertThat(prediction.probabilities()).isEqualTo(prediction.gateWeights());
    log.clear();
    StepReport report = mixture.learn(prediction, 2);
    assertThat(report.gateStepped()).isTrue();
    assertThat(report.expertsTrained()).isEqualTo(3);
    assertThat(log)
        .filteredOn(line -> line.contains("learns"))
        .extracting(line -> line.substring(0, 17))
        .containsExactly("expert 0 learns 0", "expert 1 learns 0", "expert 2 learns 1");
  }

  @Test
  void dropoutActsOnPredictionsOfPaperTaskOnly() {
    create(MixtureConfig.of(Preset.PAPER_TASK, 3));
    assertThat(mixture.predict(X).gateWeights()).isNotEqualTo(mixture.predict(X).gateWeights());
    create(MixtureConfig.of(Preset.PAPER_DATA, 3));
    assertThat(mixture.predict(X).gateWeights()).isEqualTo(mixture.predict(X).gateWeights());
  }

  @Test
  void paperDataStepsEvery256Events() {
    create(MixtureConfig.of(Preset.PAPER_DATA, 3));
    for (int i = 1; i <= 600; i++) {
      assertThat(mixture.learn(mixture.predict(X), i % 3).gateStepped()).isEqualTo(i % 256 == 0);
    }
    assertThat(batched()).isEqualTo(600 - 512);
  }

  @Test
  void reportsEntropyAndSharesFromZeroToOne() {
    create(regimes(4, 3));
    assertThat(mixture.gateEntropy()).isZero();
    assertThat(mixture.expertShares()).containsOnly(0);
    double expected = 0;
    for (int i = 1; i <= 3; i++) {
      PendingPrediction prediction = mixture.predict(FeatureVector.of(i, -i));
      double nats = Arrays.stream(prediction.gateWeights()).map(w -> -w * Math.log(w)).sum();
      expected += nats / Math.log(4) / 3;
      mixture.learn(prediction, 0);
    }
    assertThat(mixture.gateEntropy()).isCloseTo(expected, within(1e-12)).isBetween(0.0, 1.0);
    assertThat(Arrays.stream(mixture.expertShares()).sum()).isCloseTo(3, within(1e-12));
  }

  @Test
  void oneExpertAloneWorks() {
    create(regimes(1, 1));
    mixture.learn(mixture.predict(X), 0);
    assertThat(mixture.gateEntropy()).isZero();
    assertThat(mixture.expertShares()).containsExactly(1);
  }

  @Test
  void rejectsWhatDoesNotFitAndChangesNothing() {
    create(regimes(2, 1));
    assertThatThrownBy(() -> mixture.predict(FeatureVector.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("features has 1 values, the schema has 2 attributes");
    PendingPrediction prediction = mixture.predict(X);
    log.clear();
    for (int label : new int[] {-1, 3}) {
      assertThatThrownBy(() -> mixture.learn(prediction, label))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 to 2")
          .hasMessageContaining(String.valueOf(label));
    }
    MixtureOfExperts small = mixture;
    PendingPrediction foreign = create(regimes(3, 1)).predict(X);
    log.clear();
    assertThatThrownBy(() -> small.learn(foreign, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 experts");
    assertThat(log).isEmpty();
    assertThat(small.version()).isZero();
    assertThat(small.evaluation().overall().labels()).isZero();
  }
}
