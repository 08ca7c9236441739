// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputWatchTest {
  private static final MixtureSettings SMALL =
      new MixtureSettings("{\"preset\": \"adaptive\", \"pool\": [\"naive-bayes\", \"no-change\"]}");

  private static final LabelSpace CLASSES = new LabelSpace(List.of("no", "yes"));

  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("age"),
              Attribute.numeric("income"),
              Attribute.numeric("debt"),
              Attribute.nominal("city", List.of("Delft", "Porto", "Graz"))),
          CLASSES);

  private static final int AGE = 0;
  private static final int INCOME = 1;
  private static final int DEBT = 2;
  private static final int CITY = 3;

  /** How an event is changed. */
  private interface Change {
    void in(double[] values, Random random);
  }

  private static double[] drawn(Random random) {
    return new double[] {
      40 + 10 * random.nextGaussian(),
      Math.exp(10 + random.nextGaussian()), // heavy tail
      random.nextGaussian(),
      random.nextDouble() < 0.6 ? 0 : 1 + random.nextInt(2)
    };
  }

  private static MixtureOfExperts mixture(Integer rarity) {
    return MixtureOfExperts.create(SMALL.config(1).withInputWatch(rarity), SCHEMA);
  }

  /** Predicts, and learns at once that a high age means yes. */
  private static List<EarlyAlarm> fed(
      MixtureOfExperts mixture, int events, Random random, Change change) {
    List<EarlyAlarm> alarms = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      double[] values = drawn(random);
      change.in(values, random);
      PendingPrediction made = mixture.predict(FeatureVector.of(values));
      alarms.addAll(mixture.earlyAlarms());
      mixture.learn(made, values[AGE] > 45 ? 1 : 0);
    }
    return alarms;
  }

  private static List<EarlyAlarm> inputs(List<EarlyAlarm> alarms) {
    return alarms.stream().filter(alarm -> alarm.of() == EarlyAlarm.Of.INPUTS).toList();
  }

  private static EarlyAlarm found(Change change) {
    MixtureOfExperts mixture = mixture(100_000);
    Random random = new Random(7);
    assertThat(inputs(fed(mixture, 6_000, random, (values, r) -> {}))).isEmpty();
    List<EarlyAlarm> alarms = inputs(fed(mixture, 3_000, random, change));
    assertThat(alarms).isNotEmpty();
    EarlyAlarm first = alarms.get(0);
    assertThat(first.falseAlarmProbability()).isLessThan(0.05);
    assertThat(first.sinceVersion()).isBetween(4_000L, 9_000L);
    return first;
  }

  @Test
  void namesAFeatureThatRose() {
    EarlyAlarm alarm = found((values, random) -> values[INCOME] *= 2);
    assertThat(alarm.joint()).isFalse();
    assertThat(alarm.moved().get(0).features()).containsExactly("income");
    assertThat(alarm.moved().get(0).how()).startsWith("income up, mean rank (");
    assertThat(alarm.moved()).noneMatch(moved -> moved.features().contains("debt"));
  }

  @Test
  void namesAFeatureThatSpread() {
    EarlyAlarm alarm = found((values, random) -> values[DEBT] *= 2.5);
    assertThat(alarm.moved().get(0).how()).startsWith("debt wider, mean distance of ranks");
  }

  @Test
  void namesAFeatureThatIsMissing() {
    EarlyAlarm alarm =
        found((values, random) -> values[DEBT] = random.nextInt(10) == 0 ? Double.NaN : values[2]);
    assertThat(alarm.moved().get(0).how()).startsWith("debt missing (0.0 to ");
  }

  @Test
  void namesAValueThatBecameFrequent() {
    EarlyAlarm alarm =
        found((values, random) -> values[CITY] = random.nextInt(4) == 0 ? 2 : values[CITY]);
    assertThat(alarm.moved().get(0).features()).containsExactly("city");
    assertThat(alarm.moved().get(0).how()).startsWith("city=");
  }

  /** Both are distributed as before, each on its own. */
  @Test
  void seesFeaturesThatBecomeDependent_jointly() {
    EarlyAlarm alarm =
        found(
            (values, random) ->
                values[DEBT] = 0.8 * (values[AGE] - 40) / 10 + 0.6 * random.nextGaussian());
    assertThat(alarm.joint()).isTrue();
    assertThat(alarm.moved().get(0).features()).containsExactly("age", "debt");
    assertThat(alarm.moved().get(0).how()).startsWith("age with debt (mean product of ranks ");
  }

  @Test
  void tellsTheGroupThatMoved() {
    EarlyAlarm alarm = found((values, random) -> values[DEBT] += values[CITY] == 0 ? 1.5 : 0);
    assertThat(alarm.moved().get(0).features()).containsExactly("debt");
    assertThat(alarm.extent().known()).isTrue();
    assertThat(alarm.extent().sides().get(0).side()).isEqualTo("city=Delft");
    assertThat(alarm.extent().sides().get(0).since() - alarm.extent().sides().get(0).before())
        .isGreaterThan(0.2);
  }

  @Test
  void tellsWhenAFeatureMovedEverywhere() {
    EarlyAlarm alarm = found((values, random) -> values[DEBT] += 1.5);
    assertThat(alarm.extent()).isEqualTo(new EarlyAlarm.Extent(true, List.of()));
  }

  /** Labels turn round; no input tells that, but the predictions do when the model has learned. */
  @Test
  void classesThatChange_areNoChangeOfInputs() {
    MixtureOfExperts mixture = mixture(100_000);
    Random random = new Random(3);
    List<EarlyAlarm> alarms = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      double[] values = drawn(random);
      PendingPrediction made = mixture.predict(FeatureVector.of(values));
      if (i >= 2_000) {
        alarms.addAll(mixture.earlyAlarms());
      }
      mixture.learn(made, values[AGE] > 45 == i < 6_000 ? 1 : 0);
    }
    assertThat(inputs(alarms)).isEmpty();
    assertThat(alarms)
        .anyMatch(
            alarm ->
                alarm.of() == EarlyAlarm.Of.OUTPUTS
                    && alarm.moved().toString().contains("predicted class=no")
                    && alarm.sinceVersion() >= 5_900);
  }

  /** Without labels the model stays as it is: predictions change with inputs alone. */
  @Test
  void predictionsThatChange_areSeenWithoutLabels() {
    MixtureOfExperts mixture = mixture(100_000);
    Random random = new Random(3);
    fed(mixture, 3_000, random, (values, r) -> {});
    long version = mixture.version();
    List<EarlyAlarm> alarms = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      double[] values = drawn(random);
      values[AGE] += i < 4_000 ? 0 : 15;
      mixture.predict(FeatureVector.of(values));
      alarms.addAll(mixture.earlyAlarms());
    }
    EarlyAlarm seen =
        alarms.stream().filter(alarm -> alarm.of() == EarlyAlarm.Of.OUTPUTS).findAny().get();
    assertThat(seen.sinceVersion()).isEqualTo(version);
  }

  /** 200,000 independent events; one in 5,000 may give an alarm: 40, and chance adds 20 at most. */
  @Test
  void falseAlarms_areAsRareAsStated() {
    int inputs = 0;
    for (int seed = 0; seed < 10; seed++) {
      InputWatch watch = new InputWatch(SCHEMA, 5_000, seed);
      Random random = new Random(seed);
      MixtureOfExperts mixture = mixture(null);
      PendingPrediction made = mixture.predict(FeatureVector.of(drawn(random)));
      for (int i = 0; i < 20_000; i++) {
        inputs += watch.watch(FeatureVector.of(drawn(random)), made).size();
      }
    }
    assertThat(inputs).isLessThan(60);
  }

  @ParameterizedTest
  @CsvSource({"0", "100", "127", "128", "700", "6300"})
  void goesOnBitForBitAfterARestart(int events) throws IOException {
    Change later = (values, random) -> values[DEBT] += 1;
    MixtureOfExperts one = mixture(10_000);
    fed(one, events, new Random(1), (values, random) -> {});
    MixtureConfig config = SMALL.config(1).withInputWatch(10_000);
    MixtureOfExperts other = MixtureOfExperts.restore(config, SCHEMA, in(bytes(one)));
    MixtureOfExperts third = MixtureOfExperts.restore(config, SCHEMA, in(bytes(one))).successor();
    List<EarlyAlarm> expected = new ArrayList<>(fed(one, 2_000, new Random(2), (v, r) -> {}));
    expected.addAll(fed(one, 3_000, new Random(3), later));
    for (MixtureOfExperts again : List.of(other, third)) {
      List<EarlyAlarm> found = new ArrayList<>(fed(again, 2_000, new Random(2), (v, r) -> {}));
      found.addAll(fed(again, 3_000, new Random(3), later));
      assertThat(found).isEqualTo(expected);
      assertThat(bytes(again)).isEqualTo(bytes(one));
    }
    assertThat(inputs(expected)).isNotEmpty();
  }

  @Test
  void changesNoPrediction_andNoSnapshotWhereItIsOff() throws IOException {
    MixtureOfExperts without = mixture(null);
    MixtureOfExperts with = mixture(1_000);
    Random random = new Random(5);
    for (int i = 0; i < 3_000; i++) {
      FeatureVector event = FeatureVector.of(drawn(random));
      PendingPrediction one = without.predict(event);
      PendingPrediction other = with.predict(event);
      assertThat(other.probabilities()).isEqualTo(one.probabilities());
      assertThat(without.earlyAlarms()).isEmpty();
      without.learn(one, i % 2);
      with.learn(other, i % 2);
    }
    assertThat(bytes(without)[5]).isEqualTo((byte) 11);
    MixtureOfExperts off = MixtureOfExperts.restore(SMALL.config(1), SCHEMA, in(bytes(with)));
    assertThat(bytes(off)).isEqualTo(bytes(without));
  }

  @Test
  void anotherNumberOfEvents_countsFromNowOn() throws IOException {
    MixtureOfExperts strict = mixture(1_000_000_000);
    fed(strict, 6_000, new Random(1), (values, random) -> {});
    MixtureOfExperts eager =
        MixtureOfExperts.restore(SMALL.config(1).withInputWatch(1_000), SCHEMA, in(bytes(strict)));
    Change little = (values, random) -> values[DEBT] += 0.35;
    List<EarlyAlarm> late = inputs(fed(strict, 4_000, new Random(2), little));
    List<EarlyAlarm> soon = inputs(fed(eager, 4_000, new Random(2), little));
    assertThat(soon).isNotEmpty();
    assertThat(late.isEmpty() || late.get(0).sinceVersion() > soon.get(0).sinceVersion()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1_000})
  void oneFeatureOrAThousand_areWatched(int features) {
    StreamSchema wide =
        new StreamSchema(
            IntStream.range(0, features).mapToObj(i -> Attribute.numeric("f" + i)).toList(),
            CLASSES);
    InputWatch watch = new InputWatch(wide, 100_000, 1);
    MixtureOfExperts mixture = MixtureOfExperts.create(SMALL.config(1), wide);
    Random random = new Random(4);
    List<String> named = new ArrayList<>();
    for (int i = 0; i < 22_000; i++) {
      double[] values = random.doubles(features).toArray();
      values[features - 1] += i < 16_000 ? 0 : 0.4;
      PendingPrediction made = mixture.predict(FeatureVector.of(values));
      for (EarlyAlarm alarm : watch.watch(FeatureVector.of(values), made)) {
        if (alarm.of() == EarlyAlarm.Of.INPUTS) {
          assertThat(i).isGreaterThan(16_000);
          named.add(alarm.moved().get(0).features().get(0));
        }
      }
    }
    assertThat(named).startsWith("f" + (features - 1));
  }

  /** Nothing, the same, infinite and huge values, and a feature that grows for ever. */
  @Test
  void strangeValues_areNoAlarm_asLongAsTheyStay() throws IOException {
    MixtureOfExperts mixture = mixture(100_000);
    Random random = new Random(8);
    int[] event = new int[1];
    List<EarlyAlarm> alarms =
        fed(
            mixture,
            10_000,
            random,
            (values, r) -> {
              values[AGE] = event[0]++;
              values[INCOME] = Double.NaN;
              values[DEBT] = new double[] {1e300, -1e300, Double.MAX_VALUE, 0, -0.0}[r.nextInt(5)];
              values[CITY] = r.nextInt(2) == 0 ? Double.NaN : 1;
            });
    assertThat(inputs(alarms)).isEmpty();
    assertThat(bytes(mixture)).isNotEmpty();
  }

  @Test
  void aThousandClasses_areWatchedInBoundedMemory() throws IOException {
    StreamSchema many =
        new StreamSchema(
            List.of(Attribute.numeric("x")),
            new LabelSpace(IntStream.range(0, 1_000).mapToObj(i -> "c" + i).toList()));
    InputWatch watch = new InputWatch(many, 1_000, 1);
    MixtureOfExperts mixture =
        MixtureOfExperts.create(
            new MixtureSettings("{\"preset\": \"adaptive\", \"pool\": [\"no-change\"]}").config(1),
            many);
    Random random = new Random(2);
    int alarms = 0;
    for (int i = 0; i < 3_000; i++) {
      FeatureVector event = FeatureVector.of(random.nextDouble());
      PendingPrediction made = mixture.predict(event);
      alarms += watch.watch(event, made).size();
      mixture.learn(made, i < 1_500 ? random.nextInt(1_000) : 5);
    }
    assertThat(alarms).isPositive();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    watch.writeSnapshot(new DataOutputStream(bytes));
    assertThat(bytes.size()).isLessThan(20_000);
  }

  @Test
  void refusesDamagedBytes() throws IOException {
    for (int events : new int[] {50, 5_000}) {
      MixtureOfExperts mixture = mixture(1_000);
      InputWatch watch = new InputWatch(SCHEMA, 1_000, 1);
      Random random = new Random(1);
      for (int i = 0; i < events; i++) {
        FeatureVector event = FeatureVector.of(drawn(random));
        watch.watch(event, mixture.predict(event));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      watch.writeSnapshot(new DataOutputStream(out));
      byte[] whole = out.toByteArray();
      for (int length = 0; length < whole.length; length += 211) {
        byte[] cut = java.util.Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> new InputWatch(SCHEMA, 1_000, 1).readSnapshot(in(cut)))
            .isInstanceOf(IOException.class);
      }
      Random bits = new Random(2);
      for (int i = 0; i < 500; i++) { // as it is or refused, never another exception
        byte[] damaged = whole.clone();
        damaged[bits.nextInt(whole.length)] ^= (byte) (1 << bits.nextInt(8));
        InputWatch read = new InputWatch(SCHEMA, 1_000, 1);
        try {
          read.readSnapshot(in(damaged));
        } catch (IOException refused) {
          continue;
        }
        for (int e = 0; e < 200; e++) {
          FeatureVector event = FeatureVector.of(drawn(random));
          read.watch(event, mixture.predict(event));
        }
      }
    }
  }

  @Test
  void rarityIsFrom1000To1000000000() {
    for (int wrong : new int[] {0, -1, 999, 1_000_000_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SMALL.config(3).withInputWatch(wrong))
          .withMessage("inputWatch must be from 1000 to 1000000000, got " + wrong);
    }
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
