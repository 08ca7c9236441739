// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.baselines.MajorityClassFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.networks.ReferenceBackend;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mixtures that can be made again from what they have learned. */
final class YoungMixtureTest {
  private static final int EVENTS = 2 * MixtureOfExperts.MOST_LESSONS;
  private static final StreamSchema SCHEMA = Electricity.SCHEMA;
  private static final List<LabeledExample> STREAM = Electricity.load(EVENTS).examples();

  /** What is done to a mixture between two events. */
  private interface Between {
    MixtureOfExperts go(MixtureOfExperts mixture, int event) throws IOException;
  }

  private static final Between NOTHING = (mixture, event) -> mixture;

  /** All that a mixture says of a stream whose labels are some events late, and its snapshot. */
  private static List<Object> run(MixtureConfig config, int delay, Between between)
      throws IOException {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    List<PendingPrediction> predictions = new ArrayList<>();
    List<Object> said = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      mixture = between.go(mixture, i);
      PendingPrediction prediction = mixture.predict(STREAM.get(i).features());
      predictions.add(prediction);
      said.add(FeatureVector.of(prediction.probabilities()));
      said.add(FeatureVector.of(prediction.gateWeights()));
      if (i >= delay) {
        mixture = between.go(mixture, i);
        said.add(mixture.learn(predictions.get(i - delay), STREAM.get(i - delay).label()));
      }
    }
    said.add(mixture.describe());
    said.add(Arrays.hashCode(snapshot(mixture)));
    return said;
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void whatIsMadeAgainGoesOnBitForBit(Preset preset) throws IOException {
    MixtureConfig config = MixtureConfig.of(preset, 3);
    ReferenceBackend backend = new ReferenceBackend();
    for (int delay : new int[] {0, 5}) {
      List<Object> kept = run(config, delay, NOTHING);
      assertThat(
              run(
                  config,
                  delay,
                  (mixture, event) -> {
                    if (event < 12 || event % 17 == 0) {
                      mixture.releaseMemory();
                    }
                    return mixture;
                  }))
          .isEqualTo(kept);
      assertThat(
              run(
                  config,
                  delay,
                  (mixture, event) -> event % 9 == 0 ? mixture.successor() : mixture))
          .isEqualTo(kept);
      assertThat(
              run(
                  config,
                  delay,
                  (mixture, event) -> {
                    MixtureOfExperts next = mixture;
                    if (event == 7 || event == 60 || event == 140) {
                      next = MixtureOfExperts.restore(config, SCHEMA, input(snapshot(mixture)));
                      next.computeWith(NetworkScope.ALL, backend, null);
                      next.releaseMemory();
                    }
                    return next;
                  }))
          .isEqualTo(kept);
    }
  }

  /** More than are kept: each is made again, and the time for that is bounded. */
  @Test
  void mixturesInTurnsGoOnBitForBit() throws IOException {
    MixtureConfig config = of(NaiveBayesFactory.defaults());
    List<MixtureOfExperts> mixtures = new ArrayList<>();
    for (int m = 0; m < 3 * RecentParts.MOST; m++) {
      mixtures.add(MixtureOfExperts.create(config, SCHEMA));
    }
    for (int i = 0; i < 30; i++) {
      for (int m = 0; m < mixtures.size(); m++) {
        MixtureOfExperts mixture = mixtures.get(m);
        LabeledExample example = STREAM.get(i + m);
        mixture.learn(mixture.predict(example.features()), example.label());
      }
    }
    for (int m = 0; m < mixtures.size(); m++) {
      MixtureOfExperts alone = MixtureOfExperts.create(config, SCHEMA);
      for (int i = 0; i < 30; i++) {
        LabeledExample example = STREAM.get(i + m);
        alone.learn(alone.predict(example.features()), example.label());
      }
      assertThat(mixtures.get(m).describe()).isEqualTo(alone.describe());
      assertThat(snapshot(mixtures.get(m))).isEqualTo(snapshot(alone));
    }
  }

  @Test
  void onlyYoungMixturesReleaseTheirMemory() {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.PAPER_TASK, 1), SCHEMA);
    for (int i = 0; i < EVENTS; i++) {
      assertThat(mixture.version()).isEqualTo(i);
      assertThat(mixture.releaseMemory()).isEqualTo(i <= MixtureOfExperts.MOST_LESSONS);
      mixture.learn(mixture.predict(STREAM.get(i).features()), STREAM.get(i).label());
    }
  }

  /** A setting that may change counts from the restore on, not for what was learned before. */
  @Test
  void lessonsWereLearnedUnderTheSettingsOfTheirTime() throws IOException {
    MixtureConfig saved = MixtureConfig.of(Preset.ADAPTIVE, 1);
    Division.Data data = (Division.Data) saved.division();
    MixtureConfig wanted =
        new MixtureConfig(
            new Division.Data(data.experts(), 1, data.combination()), // one expert learns
            saved.seed(),
            saved.gates(),
            saved.lifecycle(),
            saved.attendance(),
            saved.detectorDelta(),
            20,
            saved.labelMemory(),
            saved.objective(),
            saved.calibration(),
            saved.coverage(),
            saved.accuracyEstimate(),
            saved.inputWatch());
    MixtureOfExperts before = MixtureOfExperts.create(saved, SCHEMA);
    for (LabeledExample example : STREAM.subList(0, 50)) {
      before.learn(before.predict(example.features()), example.label());
    }
    MixtureOfExperts after = MixtureOfExperts.restore(wanted, SCHEMA, input(snapshot(before)));
    assertThat(after.expertShares()).isEqualTo(before.expertShares()).containsOnly(1);
    assertThat(after.evaluation().window().labels()).isEqualTo(20);
    LabeledExample next = STREAM.get(50);
    PendingPrediction prediction = after.predict(next.features());
    assertThat(prediction.probabilities())
        .isEqualTo(before.predict(next.features()).probabilities());
    assertThat(after.learn(prediction, next.label()).expertsTrained()).isEqualTo(1);
    assertThat(after.releaseMemory()).isFalse();
    byte[] bytes = snapshot(after);
    assertThat(snapshot(MixtureOfExperts.restore(wanted, SCHEMA, input(bytes)))).isEqualTo(bytes);
  }

  /** Of experts that are counted, and fail when they are to. */
  private static final class FailingFactory implements ExpertFactory {
    private boolean fails;
    private int made;

    @Override
    public Expert create(StreamSchema schema, long seed) {
      made++;
      Expert expert = new MajorityClassFactory().create(schema, seed);
      return new Expert() {
        @Override
        public int classes() {
          return expert.classes();
        }

        @Override
        public void predict(FeatureVector features, double[] distribution) {
          expert.predict(features, distribution);
        }

        @Override
        public void learn(FeatureVector features, int label, double weight) {
          if (fails) {
            throw new IllegalStateException("as it is to");
          }
          expert.learn(features, label, weight);
        }

        @Override
        public void writeSnapshot(DataOutput out) throws IOException {
          expert.writeSnapshot(out);
        }
      };
    }

    @Override
    public Expert restore(StreamSchema schema, DataInput in) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aLessonThatFailedIsNotRepeated() {
    FailingFactory experts = new FailingFactory();
    MixtureOfExperts mixture = MixtureOfExperts.create(of(experts), SCHEMA);
    mixture.learn(mixture.predict(STREAM.get(0).features()), STREAM.get(0).label());
    PendingPrediction second = mixture.predict(STREAM.get(1).features());
    assertThatThrownBy(() -> mixture.learn(second, 7)).isInstanceOf(IllegalArgumentException.class);
    assertThat(mixture.releaseMemory()).isTrue();
    mixture.predict(STREAM.get(1).features()); // needs its experts again, which can learn
    experts.fails = true;
    assertThatThrownBy(() -> mixture.learn(second, 1)).isInstanceOf(IllegalStateException.class);
    experts.fails = false;
    assertThat(mixture.version()).isEqualTo(1);
    assertThat(mixture.releaseMemory()).isFalse();
    assertThat(mixture.learn(second, 1).version()).isEqualTo(2);
  }

  /** A job reports it every few seconds for each of many young mixtures. */
  @Test
  void useOfExpertsTakesNoPartsToTell() throws IOException {
    FailingFactory experts = new FailingFactory();
    MixtureOfExperts mixture = MixtureOfExperts.create(of(experts), SCHEMA);
    for (int i = 0; i <= MixtureOfExperts.LESSONS_WITHOUT_PARTS; i++) {
      assertThat(mixture.expertShares()).containsOnly(i == 0 ? 0 : 1);
      mixture.releaseMemory();
      mixture = i % 5 == 0 ? mixture.successor() : mixture;
      int before = experts.made;
      assertThat(mixture.expertShares()).containsOnly(i == 0 ? 0 : 1);
      assertThat(mixture.specialistEvaluations()).isZero();
      assertThat(mixture.specialistRegions(8)).isEmpty();
      assertThat(experts.made).isEqualTo(before);
      mixture.learn(mixture.predict(STREAM.get(i).features()), STREAM.get(i).label());
    }
  }

  @Test
  void anExplanationTakesNoPartsToTell() {
    FailingFactory experts = new FailingFactory();
    MixtureOfExperts mixture = MixtureOfExperts.create(of(experts), SCHEMA);
    PendingPrediction prediction = mixture.predict(STREAM.get(0).features());
    mixture.learn(prediction, STREAM.get(0).label());
    mixture.releaseMemory();
    int before = experts.made;
    assertThat(mixture.explain(prediction, 16)).hasSize(2);
    assertThat(mixture.specialistRegions(8)).isEmpty();
    assertThat(experts.made).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void useOfExpertsIsThatOfTheParts(Preset preset) throws IOException {
    MixtureOfExperts mixture = MixtureOfExperts.create(MixtureConfig.of(preset, 3), SCHEMA);
    for (int i = 0; i < EVENTS; i++) {
      mixture.learn(mixture.predict(STREAM.get(i).features()), STREAM.get(i).label());
      if (i < 2 * MixtureOfExperts.LESSONS_WITHOUT_PARTS || i % 29 == 0) {
        double[] shares = mixture.expertShares();
        double evaluations = mixture.specialistEvaluations();
        shares[0] = -1; // a copy
        MixtureOfExperts restored =
            MixtureOfExperts.restore(MixtureConfig.of(preset, 3), SCHEMA, input(snapshot(mixture)));
        assertThat(mixture.expertShares()).isEqualTo(restored.expertShares());
        assertThat(evaluations).isEqualTo(restored.specialistEvaluations());
      }
    }
  }

  /** A mixture of two experts of one kind. */
  private static MixtureConfig of(ExpertFactory expert) {
    return new MixtureConfig(
        Division.Data.alike(2, expert, 2),
        1,
        MixtureConfig.of(Preset.ADAPTIVE, 1).gates(),
        new Replacement.Never(),
        new Sleeping.Never(),
        0.002,
        50);
  }

  /** Damaged lessons are refused when they are read, or make some mixture; nothing else happens. */
  @Test
  void damagedLessonsAreRefusedOrLearned() throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.PAPER_DATA, 1);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    for (LabeledExample example : STREAM.subList(0, 6)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    byte[] bytes = snapshot(mixture);
    int lessons = bytes.length - 6 * 300;
    SplitMix64 random = new SplitMix64(5);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = bytes.clone();
      damaged[lessons + (int) (random.nextDouble() * (bytes.length - lessons))] ^=
          (byte) (1 << (int) (random.nextDouble() * 8));
      try {
        MixtureOfExperts.restore(config, SCHEMA, input(damaged)).predict(STREAM.get(6).features());
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(10, 290);
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
