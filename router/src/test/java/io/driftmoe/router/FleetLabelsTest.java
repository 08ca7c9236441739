// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a new model of a fleet knows of labels before it has had any. */
final class FleetLabelsTest {
  private static final int CLASSES = 3;
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.nominal("kind", List.of("a", "b")), Attribute.numeric("noise")),
          new LabelSpace(List.of("low", "middle", "high")));
  private static final MixtureConfig MEMBER = config("last-labels");
  private static final MixtureConfig COMMON = config("never");

  private static MixtureConfig config(String labelMemory) {
    return new MixtureSettings(
            """
            {"preset": "adaptive", "pool": ["naive-bayes"], "fleet": "all", "calibration": "never",
             "label-memory": "%s"}
            """
                .formatted(labelMemory))
        .config(3);
  }

  /** What is done to models between two calls. */
  private interface Between {
    MixtureOfExperts go(MixtureOfExperts mixture, MixtureConfig config) throws IOException;
  }

  private static MixtureOfExperts restored(MixtureOfExperts mixture, MixtureConfig config)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    MixtureOfExperts read = MixtureOfExperts.restore(config, SCHEMA, in);
    assertThat(in.read()).as("bytes after the snapshot").isNegative();
    return read;
  }

  private static MixtureOfExperts released(MixtureOfExperts mixture, MixtureConfig config) {
    mixture.releaseMemory();
    return mixture;
  }

  private static MixtureOfExperts succeeded(MixtureOfExperts mixture, MixtureConfig config)
      throws IOException {
    return mixture.successor();
  }

  /** Labels of one key: the next class in {@code regular} of all events, any otherwise. */
  private static final class Labels {
    private final SplitMix64 random;
    private final double regular;
    private int last;

    Labels(long seed, double regular) {
      this.random = new SplitMix64(seed);
      this.regular = regular;
    }

    FeatureVector features() {
      return FeatureVector.of(random.nextDouble() < 0.5 ? 0 : 1, random.nextDouble());
    }

    int next() {
      boolean follows = random.nextDouble() < regular;
      last = follows ? (last + 1) % CLASSES : (int) (CLASSES * random.nextDouble());
      return last;
    }
  }

  private static final class Run {
    private final Between between;
    private final int delay;
    private MixtureOfExperts common = MixtureOfExperts.create(COMMON, SCHEMA);
    private final List<double[]> said = new ArrayList<>();

    Run(Between between, int delay) {
      this.between = between;
      this.delay = delay;
    }

    /** A key comes, and has so many events; how many were predicted right. */
    int key(long seed, double regular, int events, boolean inFleet) throws IOException {
      MixtureOfExperts model = MixtureOfExperts.create(MEMBER, SCHEMA);
      Labels labels = new Labels(seed, regular);
      Deque<PendingPrediction> waiting = new ArrayDeque<>();
      Deque<Integer> truth = new ArrayDeque<>();
      int right = 0;
      for (int i = 0; i < events; i++) {
        model.borrow(inFleet ? common : null);
        PendingPrediction made = model.predict(labels.features());
        int label = labels.next();
        said.add(made.probabilities());
        right += made.predictedClass() == label ? 1 : 0;
        waiting.add(made);
        truth.add(label);
        model = between.go(model, MEMBER);
        if (waiting.size() > delay) {
          model.borrow(inFleet ? common : null);
          PendingPrediction learned = waiting.remove();
          int arrived = truth.remove();
          model.learn(learned, arrived);
          common.learn(common.predict(learned.features()), arrived);
          model.borrow(null);
          model = between.go(model, MEMBER);
          common = between.go(common, COMMON);
        }
      }
      return right;
    }
  }

  private static final Between NOTHING = (mixture, config) -> mixture;

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void newKeyKnowsWhatUsuallyFollows(int delay) throws IOException {
    Run run = new Run(NOTHING, delay);
    run.key(1, 0.9, 600, true);
    run.key(2, 0.9, 600, true);
    int inFleet = run.key(3, 0.9, 100, true);
    int alone = run.key(3, 0.9, 100, false);
    // six labels later they follow in 0.9^6 of all events, beside what is right by chance
    assertThat(inFleet).isGreaterThan(delay == 0 ? 85 : 45);
    assertThat(inFleet).isGreaterThan(alone + (delay == 0 ? 20 : 0));
  }

  @Test
  void whereNothingFollowsNothingIsHandedOver() throws IOException {
    Run run = new Run(NOTHING, 0);
    run.key(1, 0, 1500, true);
    MixtureOfExperts model = MixtureOfExperts.create(MEMBER, SCHEMA);
    MixtureOfExperts other = MixtureOfExperts.create(MEMBER, SCHEMA);
    model.borrow(run.common);
    other.borrow(MixtureOfExperts.create(COMMON, SCHEMA));
    model.borrow(null);
    other.borrow(null);
    assertThat(bytes(model)).isEqualTo(bytes(other));
  }

  @Test
  void withoutLabelMemoryTheFleetIsToldNothing() throws IOException {
    MixtureOfExperts common = MixtureOfExperts.create(COMMON, SCHEMA);
    MixtureOfExperts model = MixtureOfExperts.create(COMMON, SCHEMA);
    Labels labels = new Labels(1, 0.9);
    for (int i = 0; i < 50; i++) {
      model.borrow(common);
      model.learn(model.predict(labels.features()), labels.next());
    }
    assertThat(new String(bytes(common), StandardCharsets.ISO_8859_1)).doesNotContain("FLLB");
  }

  @Test
  void manyClassesAndGroupingsTakeLittleOfAYoungModel() throws IOException {
    List<String> values = IntStream.range(0, 60).mapToObj(Integer::toString).toList();
    List<String> classes = IntStream.range(0, 128).mapToObj(Integer::toString).toList();
    StreamSchema wide =
        new StreamSchema(
            List.of(Attribute.nominal("a", values), Attribute.nominal("b", values)),
            new LabelSpace(classes));
    FleetLabels fleet = new FleetLabels(wide);
    LastLabels model = LastLabels.create(wide);
    SplitMix64 random = new SplitMix64(5);
    double[] experts = new double[128];
    Arrays.fill(experts, 1.0 / 128);
    for (int i = 0; i < 3000; i++) {
      FeatureVector features = FeatureVector.of(i % 60, i % 7);
      int label = (int) (128 * random.nextDouble());
      double[] said = model.say(features, i, i);
      LabelLesson lesson = model.lesson(features, label, i, said, experts, i);
      model.learn(features, label, lesson, i);
      if (lesson != null) {
        fleet.learn(lesson);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    fleet.writeSnapshot(new DataOutputStream(bytes));
    assertThat(bytes.size()).isLessThan(80_000);
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void keyOfAnotherKindUnlearnsIt() throws IOException {
    Run run = new Run(NOTHING, 0);
    run.key(1, 0.9, 1200, true);
    int inFleet = run.key(3, 0, 2000, true);
    assertThat(inFleet).isGreaterThan(2000 / CLASSES - 100);
  }

  @Test
  void sameBitsAfterARestoreAndWhereverItIsMadeAgain() throws IOException {
    List<List<double[]>> all = new ArrayList<>();
    for (Between between :
        List.<Between>of(
            NOTHING,
            FleetLabelsTest::restored,
            FleetLabelsTest::released,
            FleetLabelsTest::succeeded)) {
      Run run = new Run(between, 2);
      run.key(1, 0.9, 250, true);
      run.key(2, 0.9, MixtureOfExperts.MOST_LESSONS + 30, true);
      run.key(3, 0.9, 20, true);
      all.add(run.said);
    }
    for (List<double[]> said : all) {
      assertThat(said).hasSameSizeAs(all.get(0));
      for (int i = 0; i < said.size(); i++) {
        assertThat(Arrays.equals(said.get(i), all.get(0).get(i))).as("event %s", i).isTrue();
      }
    }
  }

  @Test
  void aSuccessorDoesNotTeachTheOneThatIsWritten() throws IOException {
    Run run = new Run(NOTHING, 0);
    run.key(1, 0.9, 100, true);
    MixtureOfExperts written = run.common;
    byte[] before = bytes(written);
    run.common = written.successor();
    run.key(2, 0.9, 300, true);
    assertThat(bytes(written)).isEqualTo(before);
    assertThat(bytes(run.common)).isNotEqualTo(before);
  }

  @Test
  void damagedKnowledgeIsRefusedOrBeginsAfresh() throws IOException {
    Run run = new Run(NOTHING, 0);
    run.key(1, 0.9, 300, true);
    byte[] bytes = bytes(run.common);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("FLLB");
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("FLLB");
    bytes[at] = 'X';
    DataInputStream whole = new DataInputStream(new ByteArrayInputStream(bytes));
    assertThatThrownBy(() -> MixtureOfExperts.restore(COMMON, SCHEMA, whole))
        .isInstanceOf(IOException.class);
    List<PartFailure> failures = new ArrayList<>();
    MixtureOfExperts read =
        MixtureOfExperts.restoreReadable(
            COMMON, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes)));
    read.containFailures(failures::add);
    assertThat(failures).extracting(PartFailure::part).contains(PartFailure.Part.LABEL_MEMORY);
    assertThat(read.version()).isEqualTo(300);
  }

  @Test
  void aYoungModelWhoseBeginningIsDamagedCanStillBeRead() throws IOException {
    Run run = new Run(NOTHING, 0);
    run.key(1, 0.9, 300, true);
    MixtureOfExperts young = MixtureOfExperts.create(MEMBER, SCHEMA);
    young.borrow(run.common);
    young.learn(young.predict(FeatureVector.of(0, 0.5)), 1);
    byte[] bytes = bytes(young);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("FLLB");
    assertThat(at).isPositive();
    bytes[at] = 'X';
    DataInputStream whole = new DataInputStream(new ByteArrayInputStream(bytes));
    assertThatThrownBy(() -> MixtureOfExperts.restore(MEMBER, SCHEMA, whole))
        .isInstanceOf(IOException.class);
    MixtureOfExperts read =
        MixtureOfExperts.restoreReadable(
            MEMBER, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(read.version()).isEqualTo(1);
  }
}
