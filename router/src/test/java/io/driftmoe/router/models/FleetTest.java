// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.Calibration;
import io.driftmoe.router.Division;
import io.driftmoe.router.FleetFactory;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.LabelMemory;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.nominal("day", List.of("a", "b", "c"))),
          new LabelSpace(List.of("no", "yes")));

  private static final MixtureSettings ADAPTIVE = MixtureSettings.of(Preset.ADAPTIVE);

  /** Quick ones. */
  private static final MixtureSettings SMALL =
      new MixtureSettings(
          "{\"preset\":\"adaptive\",\"pool\":[\"hoeffding-tree\",\"naive-bayes\"]}");

  private static Fleet fleet(int keys, int live) {
    return Fleet.create(SCHEMA, SMALL, 7, new FleetLimits(keys, live));
  }

  /** A concept that all keys share, with 5 % noise. */
  private static LabeledExample example(int i) {
    SplitMix64 random = new SplitMix64(i + 1_000);
    double x = random.nextDouble();
    int day = (int) (3 * random.nextDouble());
    boolean yes = x + 0.2 * day > 0.7 ^ random.nextDouble() < 0.05;
    return new LabeledExample(FeatureVector.of(x, day), yes ? 1 : 0);
  }

  /** Some events of each key in turns, whose labels come late. */
  private static List<String> run(Fleet fleet, int from, int to, Queue<FleetPrediction> waiting) {
    List<String> said = new ArrayList<>();
    for (int i = from; i < to; i++) {
      FleetPrediction prediction = fleet.predict("key-" + i % 5, example(i).features());
      said.add(Arrays.toString(prediction.probabilities()));
      waiting.add(prediction);
      if (waiting.size() > 7) {
        fleet.learn(waiting.remove(), example(i - 7).label());
      }
    }
    return said;
  }

  @Test
  void aNewKeyIsAsGoodAsTheFleet() {
    Fleet fleet = fleet(100, 100);
    Model own = Model.create(SCHEMA, SMALL, 7);
    for (int i = 0; i < 600; i++) {
      fleet.learn(fleet.predict("old-" + i % 3, example(i).features()), example(i).label());
    }
    int rightInFleet = 0;
    int rightAlone = 0;
    for (int i = 1_000; i < 1_060; i++) {
      LabeledExample example = example(i);
      FleetPrediction prediction = fleet.predict("new", example.features());
      rightInFleet += prediction.predictedClass() == example.label() ? 1 : 0;
      fleet.learn(prediction, example.label());
      PendingPrediction alone = own.predict(example.features());
      rightAlone += alone.predictedClass() == example.label() ? 1 : 0;
      own.learn(alone, example.label());
    }
    assertThat(rightInFleet).isGreaterThanOrEqualTo(51).isGreaterThan(rightAlone);
  }

  @Test
  void aKeyThatDiffersGoesItsOwnWay() {
    Fleet fleet = fleet(100, 100);
    int right = 0;
    for (int i = 0; i < 1_500; i++) {
      LabeledExample example = example(i);
      fleet.learn(fleet.predict("one", example.features()), example.label());
      fleet.learn(fleet.predict("two", example.features()), example.label());
      FleetPrediction other = fleet.predict("contrary", example.features());
      right += i >= 1_000 && other.predictedClass() == 1 - example.label() ? 1 : 0;
      fleet.learn(other, 1 - example.label());
    }
    assertThat(right).isGreaterThan(430);
  }

  @Test
  void savedAndLoadedAndPackedItGoesOnBitForBit() throws IOException {
    Fleet whole = fleet(100, 100);
    List<String> expected = run(whole, 0, 900, new ArrayDeque<>());
    Fleet fleet = fleet(100, 2);
    Queue<FleetPrediction> waiting = new ArrayDeque<>();
    List<String> said = new ArrayList<>();
    for (int from : new int[] {0, 60, 500, 700}) {
      int to = from == 0 ? 60 : from == 60 ? 500 : from == 500 ? 700 : 900;
      said.addAll(run(fleet, from, to, waiting));
      assertThat(fleet.live()).isEqualTo(2);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      fleet.save(bytes);
      fleet = Fleet.load(new ByteArrayInputStream(bytes.toByteArray()));
      Queue<FleetPrediction> kept = new ArrayDeque<>();
      for (FleetPrediction prediction : waiting) {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        prediction.writeTo(new DataOutputStream(one));
        kept.add(
            FleetPrediction.readFrom(
                new DataInputStream(new ByteArrayInputStream(one.toByteArray()))));
      }
      waiting = kept;
    }
    assertThat(said).isEqualTo(expected);
    assertThat(fleet.keys()).isEqualTo(whole.keys());
    assertThat(fleet.scores("key-1")).isEqualTo(whole.scores("key-1"));
  }

  private static MixtureConfig configOf(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return MixtureOfExperts.savedConfig(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void theCommonModelLeavesItToTheOthersHowLateLabelsAre() throws IOException {
    Fleet fleet = fleet(10, 10);
    run(fleet, 0, 200, new ArrayDeque<>());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    fleet.save(bytes);
    Fleet loaded = Fleet.load(new ByteArrayInputStream(bytes.toByteArray()));
    for (Fleet one : List.of(fleet, loaded)) {
      assertThat(configOf(one.common()).labelMemory()).isEqualTo(LabelMemory.NEVER);
      assertThat(configOf(one.common()).calibration()).isEqualTo(Calibration.NEVER);
    }
    assertThat(SMALL.config(7).labelMemory()).isEqualTo(LabelMemory.LAST_LABELS);
    assertThat(SMALL.config(7).calibration()).isEqualTo(Calibration.ONLINE);
  }

  @Test
  void aFileIsReplacedAsAWhole(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("fleet");
    Path before = folder.resolve("before");
    Fleet fleet = fleet(10, 10);
    fleet.predict("a", example(0).features());
    fleet.save(file);
    Files.createLink(before, file); // what whoever reads it meanwhile has open
    fleet.predict("b", example(1).features());
    fleet.save(file);
    assertThat(Fleet.load(before).keys()).containsExactly("a");
    assertThat(Fleet.load(file).keys()).containsExactly("a", "b");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(before, file);
    }
  }

  @Test
  void theKeyThatWasUnusedForLongestIsForgotten_andItsLabelsTeachTheFleetAlone() {
    Fleet fleet = fleet(2, 1);
    FleetPrediction first = fleet.predict("a", example(0).features());
    fleet.predict("b", example(1).features());
    fleet.predict("c", example(2).features());
    assertThat(fleet.keys()).containsExactly("b", "c");
    fleet.predict("a", example(3).features()); // another model of this key
    assertThat(fleet.learn(first, 1)).isEmpty();
    assertThat(fleet.common().version()).isEqualTo(1);
    assertThat(fleet.scores("a").orElseThrow().labels()).isZero();
    assertThat(fleet.learn(fleet.predict("a", example(4).features()), 0)).isPresent();
    assertThat(fleet.common().version()).isEqualTo(2);
  }

  @Test
  void whatIsNoLessonChangesNothing() {
    Fleet fleet = fleet(2, 1);
    FleetPrediction prediction = fleet.predict("a", example(0).features());
    assertThatThrownBy(() -> fleet.learn(prediction, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label must be a class from 0 to 1");
    assertThat(fleet.common().version()).isZero();
    assertThatThrownBy(() -> fleet.predict("b", FeatureVector.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(fleet.keys()).containsExactly("a");
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    Fleet fleet = fleet(10, 10);
    run(fleet, 0, 30, new ArrayDeque<>());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    fleet.save(bytes);
    byte[] whole = bytes.toByteArray();
    for (int length = 0; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Fleet.load(new ByteArrayInputStream(cut)))
          .isInstanceOf(IOException.class);
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> Fleet.load(new ByteArrayInputStream(longer)))
        .hasMessageContaining("it goes on after the end of its fleet");
  }

  @Test
  void withoutACommonModelTheExpertHasNoWeight() {
    MixtureConfig config = ADAPTIVE.withFleet(new FleetKeys.All()).config(7);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    int place = mixture.experts() - 1;
    assertThat(mixture.expertNames().get(place)).isEqualTo("fleet " + place);
    for (int i = 0; i < 300; i++) {
      PendingPrediction prediction = mixture.predict(example(i).features());
      assertThat(prediction.gateWeights()[place]).isZero();
      assertThat(Arrays.stream(prediction.gateWeights()).sum()).isCloseTo(1, within(1e-9));
      mixture.learn(prediction, example(i).label());
    }
    MixtureOfExperts common = MixtureOfExperts.create(config, SCHEMA);
    mixture.borrow(common);
    assertThat(mixture.predict(example(1).features()).gateWeights()[place]).isPositive();
    assertThatThrownBy(() -> mixture.borrow(mixture)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void settingsAddTheExpertAndAGate_andADocumentSaysBoth() {
    MixtureConfig alone = ADAPTIVE.config(3);
    int own = ((Division.Data) alone.division()).experts().size();
    MixtureSettings settings =
        new MixtureSettings(
            "{\"preset\":\"adaptive\",\"fleet\":{\"type\":\"prefix\",\"separator\":\"--\"},"
                + "\"model-bytes\":33554432,\"names\":[\"trees\"%s]}"
                    .formatted(",\"\"".repeat(own - 1)));
    MixtureConfig config = settings.config(3);
    Division.Data data = (Division.Data) config.division();
    assertThat(data.experts()).hasSize(own + 1);
    assertThat(data.topK()).isEqualTo(own + 1);
    assertThat(data.fleet()).contains(new FleetFactory(new FleetKeys.Prefix("--")));
    assertThat(config.gates()).hasSize(alone.gates().size() + 1);
    assertThat(MixtureDocument.read(MixtureDocument.text(config))).isEqualTo(config);
    assertThat(MixtureSettings.of(config).config(3)).isEqualTo(config);
    assertThat(new MixtureSettings(settings.json())).isEqualTo(settings);
  }
}
