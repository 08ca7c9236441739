// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the last labels change in a mixture. */
final class LastLabelsTest {
  private static final int CITIES = 3;
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.nominal("city", List.of("x", "y", "z")), Attribute.numeric("noise")),
          new LabelSpace(List.of("low", "middle", "high")));

  private static MixtureConfig config(LabelMemory memory) {
    return new MixtureConfig(
        Division.Data.alike(1, new NaiveBayesFactory(1 << 20), 1),
        5,
        List.of(new FixedShareGateFactory(FixedShareConfig.defaults())),
        new Replacement.Never(),
        new Sleeping.Never(),
        0.002,
        500,
        memory,
        Objective.ACCURACY,
        Calibration.NEVER,
        null,
        null,
        null);
  }

  /** Cities in turn; each goes on from its own last label in 9 of 10 events, to the next class. */
  private static List<LabeledExample> cities(int count, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    int[] last = new int[CITIES];
    List<LabeledExample> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int city = i % CITIES;
      int step = random.nextDouble() < 0.9 ? 1 : 2 * (int) (2 * random.nextDouble());
      last[city] = (last[city] + step) % 3;
      events.add(new LabeledExample(FeatureVector.of(city, random.nextDouble()), last[city]));
    }
    return events;
  }

  /** Nothing says anything of the labels. */
  private static List<LabeledExample> noise(int count, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new LabeledExample(
                    FeatureVector.of((int) (CITIES * random.nextDouble()), random.nextDouble()),
                    (int) (3 * random.nextDouble())))
        .toList();
  }

  /** A stream and its labels, some events late. */
  private static final class Run {
    private MixtureOfExperts mixture;
    private final Deque<PendingPrediction> waiting = new ArrayDeque<>();
    private final List<LabeledExample> stream;
    private final int delay;
    private int event;
    private int right;

    Run(LabelMemory memory, List<LabeledExample> stream, int delay) {
      this.mixture = MixtureOfExperts.create(config(memory), SCHEMA);
      this.stream = stream;
      this.delay = delay;
    }

    PendingPrediction next() {
      PendingPrediction made = mixture.predict(stream.get(event).features());
      waiting.add(made);
      right += made.predictedClass() == stream.get(event).label() ? 1 : 0;
      if (waiting.size() > delay) {
        mixture.learn(waiting.remove(), stream.get(event - delay).label());
      }
      event++;
      return made;
    }

    Run to(int end) {
      while (event < end) {
        next();
      }
      return this;
    }

    double accuracy() {
      return right / (double) event;
    }

    /** Goes on from a snapshot, of the predictions that wait as well. */
    void restore(LabelMemory memory) throws IOException {
      mixture = restored(mixture, config(memory));
      List<PendingPrediction> read = new ArrayList<>();
      for (PendingPrediction each : waiting) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        each.writeTo(new DataOutputStream(bytes));
        read.add(
            PendingPrediction.readFrom(
                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
        assertThat(read.get(read.size() - 1).heapBytes()).isEqualTo(each.heapBytes());
      }
      waiting.clear();
      waiting.addAll(read);
    }
  }

  private static MixtureOfExperts restored(MixtureOfExperts mixture, MixtureConfig config)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return MixtureOfExperts.restore(
        config, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void findsWhatFollowsTheLastLabelOfTheSameCity() {
    List<LabeledExample> stream = cities(4_000, 3);
    assertThat(new Run(LabelMemory.NEVER, stream, 0).to(4_000).accuracy()).isLessThan(0.5);
    assertThat(new Run(LabelMemory.LAST_LABELS, stream, 0).to(4_000).accuracy())
        .isGreaterThan(0.85);
  }

  /** A label tells the next one of its city with 0.9, the one after that with 0.815. */
  @Test
  void usesOnlyLabelsThatHadArrived() {
    List<LabeledExample> stream = cities(6_000, 3);
    double before = new Run(LabelMemory.LAST_LABELS, stream, 2).to(6_000).accuracy();
    assertThat(before).isBetween(0.86, 0.91);
    double soon = new Run(LabelMemory.LAST_LABELS, stream, 3).to(6_000).accuracy();
    assertThat(soon).isBetween(0.76, 0.83);
    double late = new Run(LabelMemory.LAST_LABELS, stream, 90).to(6_000).accuracy();
    assertThat(late).isLessThan(0.45);
  }

  /**
   * With late labels in runs the wrong way to count would find each label told by those of its own
   * run, which come with it.
   */
  @Test
  void runsOfLateLabelsAreNotTakenForKnown() {
    SplitMix64 random = new SplitMix64(9);
    List<LabeledExample> stream = new ArrayList<>();
    int label = 0;
    for (int i = 0; i < 6_000; i++) {
      label = i % 50 == 0 ? (int) (3 * random.nextDouble()) : label;
      stream.add(new LabeledExample(FeatureVector.of(0, random.nextDouble()), label));
    }
    double plain = new Run(LabelMemory.NEVER, stream, 60).to(6_000).accuracy();
    double remembering = new Run(LabelMemory.LAST_LABELS, stream, 60).to(6_000).accuracy();
    assertThat(remembering).isGreaterThan(plain - 0.02);
  }

  @Test
  void sleepsWhereLabelsTellNothing() {
    List<LabeledExample> stream = noise(3_000, 4);
    Run plain = new Run(LabelMemory.NEVER, stream, 0);
    Run remembering = new Run(LabelMemory.LAST_LABELS, stream, 0);
    int silent = 0;
    int changed = 0;
    for (int i = 0; i < 3_000; i++) {
      PendingPrediction one = plain.next();
      PendingPrediction other = remembering.next();
      silent += other.saidOfLabels().length == 0 ? 1 : 0;
      for (int c = 0; c < 3; c++) {
        changed += one.probabilities()[c] != other.probabilities()[c] ? 1 : 0;
      }
    }
    assertThat(silent).as("of 2,000 after the trial").isBetween(1_800, 1_940);
    assertThat(changed).as("probabilities of 9,000").isLessThan(900);
    assertThat(remembering.accuracy()).isCloseTo(plain.accuracy(), within(0.01));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 150})
  void goesOnFromASnapshotBitForBit(int delay) throws IOException {
    List<LabeledExample> stream = cities(1_500, 3);
    Run one = new Run(LabelMemory.LAST_LABELS, stream, delay);
    Run other = new Run(LabelMemory.LAST_LABELS, stream, delay);
    for (int i = 0; i < 1_500; i++) {
      if (i % 97 == 60) {
        other.restore(LabelMemory.LAST_LABELS);
      }
      assertThat(other.next().probabilities()).isEqualTo(one.next().probabilities());
    }
    assertThat(other.mixture.describe()).isEqualTo(one.mixture.describe());
  }

  @Test
  void beginsOnASavedMixtureAndEndsOnOne() throws IOException {
    List<LabeledExample> stream = cities(6_000, 3);
    Run run = new Run(LabelMemory.NEVER, stream, 2).to(2_000);
    assertThat(run.mixture.describe()).doesNotContain("last labels");
    run.restore(LabelMemory.LAST_LABELS);
    int before = run.right;
    run.to(4_000);
    assertThat((run.right - before) / 2_000.0).isGreaterThan(0.55);
    assertThat(run.mixture.describe()).contains("last labels: correct predictions");
    run.restore(LabelMemory.NEVER);
    before = run.right;
    run.to(6_000);
    assertThat((run.right - before) / 2_000.0).isLessThan(0.5);
    assertThat(run.mixture.describe()).doesNotContain("last labels");
  }

  @Test
  void whatTheLabelsChangeIsUnattributed() {
    Run run = new Run(LabelMemory.LAST_LABELS, cities(2_000, 3), 0).to(1_999);
    PendingPrediction prediction = run.mixture.predict(run.stream.get(1_999).features());
    for (int c = 0; c < 3; c++) {
      Attribution told = run.mixture.attribute(prediction, c);
      assertThat(told.sum()).isCloseTo(told.probability(), within(1e-9));
      assertThat(told.probability()).isEqualTo(prediction.probabilities()[c]);
    }
    Run plain = new Run(LabelMemory.NEVER, run.stream, 0).to(1_999);
    double[] experts = plain.mixture.predict(run.stream.get(1_999).features()).probabilities();
    int said = prediction.predictedClass();
    assertThat(prediction.probabilities()[said]).isGreaterThan(experts[said] + 0.2);
  }

  @Test
  void isPartOfTheStructure() {
    Run run = new Run(LabelMemory.LAST_LABELS, cities(2_000, 3), 0).to(2_000);
    var labels = run.mixture.structure(new Structure.Detail(3, false)).get("label-memory");
    assertThat(labels.get("kind").asText()).isEqualTo("last-labels");
    assertThat(labels.get("corrects").asBoolean()).isTrue();
    assertThat(labels.get("groups").get(0).asText()).isEqualTo("city");
    assertThat(labels.get("exponents")).hasSize(4);
  }

  @Test
  void isLeftOutWithMoreClassesThanABytesWorth() {
    List<String> names = IntStream.range(0, 129).mapToObj(c -> "c" + c).toList();
    StreamSchema many = new StreamSchema(SCHEMA.attributes(), new LabelSpace(names));
    assertThat(LastLabels.suits(LabelMemory.LAST_LABELS, SCHEMA)).isTrue();
    assertThat(LastLabels.suits(LabelMemory.LAST_LABELS, many)).isFalse();
    MixtureOfExperts mixture = MixtureOfExperts.create(config(LabelMemory.LAST_LABELS), many);
    mixture.learn(mixture.predict(FeatureVector.of(1, 0.5)), 128);
    assertThat(mixture.describe()).doesNotContain("last labels");
  }

  @Test
  void refusesDamagedNumbers() throws IOException {
    LastLabels labels = LastLabels.create(SCHEMA);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    labels.writeSnapshot(new DataOutputStream(bytes));
    byte[] damaged = bytes.toByteArray();
    int gain = damaged.length - 1 - 8 - 8 - 8;
    damaged[gain] = 0x7f;
    damaged[gain + 1] = (byte) 0xff;
    assertThatThrownBy(
            () ->
                LastLabels.create(SCHEMA)
                    .readSnapshot(new DataInputStream(new ByteArrayInputStream(damaged))))
        .isInstanceOf(IOException.class);
  }
}
