// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.PendingPrediction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStateSerializerTest {
  static final List<LabeledExample> EXAMPLES = Events.examples(1500);

  /**
   * After the length, an int, what the slot of 15 bytes has before the model, and four bytes of its
   * tag: the second of the two of the version.
   */
  private static final int VERSION_BYTE = 24;

  /** The learner of the stored serializer of version 2. */
  static final Map<String, String> CUSTOM =
      Map.of(
          "learner.preset",
          "paper-data",
          "learner.pool",
          """
              [{type: guarded, warning: {type: adwin, delta: 0.1}, drift: {type: adwin, delta: 0.02},
                expert: {type: moa-hoeffding-tree, grace-period: 60, split-confidence: 0.01,
                  tie-threshold: 0.05}}]""",
          "learner.gates",
          "[{type: fixed-share, eta: 0.2, share: 0.01, floor: 0.1}]",
          "learner.seed",
          "4");

  @ParameterizedTest
  @ValueSource(strings = {"paper-data", "paper-task"})
  void restoredStateContinuesBitForBit(String preset) throws IOException {
    ModelStateSerializer serializer = serializer(preset);
    ModelState original = trained(serializer.spec(), 900);
    ModelState restored = read(serializer, serialized(serializer, original));
    assertSameFuture(original, restored);
  }

  /** The checkpoint is written from the one, by another thread, while the other goes on. */
  @Test
  void whatIsWrittenIsIndependentOfTheCopyThatGoesOn() throws IOException {
    ModelStateSerializer serializer = serializer("paper-data");
    ModelSlot written = ModelSlot.of(trained(serializer.spec(), 400));
    byte[] before = serialized(serializer, trained(serializer.spec(), 400));
    ModelSlot goesOn = serializer.copy(written);
    ModelSlot again = serializer.copy(written);
    learn(goesOn.state(serializer.spec()), 400, 900);
    assertThat(serialized(serializer, written)).isEqualTo(before);
    assertThat(serialized(serializer, again)).isEqualTo(before);
    assertSameFuture(again.state(serializer.spec()), trained(serializer.spec(), 400));
    assertSameFuture(goesOn.state(serializer.spec()), trained(serializer.spec(), 900));
  }

  /** A checkpoint does not make the operator learn a young model again: the copy has its parts. */
  @Test
  void theCopyOfAYoungModelTakesItsPlace() throws IOException {
    ModelStateSerializer serializer = serializer("adaptive");
    ModelState original = trained(serializer.spec(), 30);
    original.lateEvents = 4;
    byte[] before = serialized(serializer, original);
    ModelState copy = copy(serializer, original);
    assertThat(serialized(serializer, copy)).isEqualTo(before).hasSizeLessThan(64 << 10);
    learn(copy, 30, 200);
    assertThat(serialized(serializer, original)).isEqualTo(before);
    learn(original, 30, 200); // would be no one's way, and is the same
    assertThat(serialized(serializer, copy)).isEqualTo(serialized(serializer, original));
  }

  @Test
  void copyOfBytesIsTheSameBytes() throws IOException {
    ModelStateSerializer serializer = serializer("paper-task");
    byte[] bytes = serialized(serializer, trained(serializer.spec(), 100));
    DataOutputSerializer target = new DataOutputSerializer(64);
    serializer.copy(input(bytes), target);
    assertThat(target.getCopyOfBuffer()).isEqualTo(bytes);
  }

  @Test
  void snapshotOfTheSerializerRestoresOneThatReadsTheState() throws IOException {
    ModelStateSerializer serializer = serializer("paper-task");
    ModelState state = trained(serializer.spec(), 200);
    byte[] stateBytes = serialized(serializer, state);
    TypeSerializerSnapshot<ModelSlot> snapshot = throughBytes(serializer.snapshotConfiguration());
    TypeSerializer<ModelSlot> restored = snapshot.restoreSerializer();
    assertThat(restored).isEqualTo(serializer);
    assertSameFuture(state, read(restored, stateBytes));
    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(snapshot)
                .isCompatibleAsIs())
        .isTrue();
  }

  @Test
  void stateOfAnotherLearnerOrSchemaIsRefused() {
    TypeSerializerSnapshot<ModelSlot> now = serializer("paper-data").snapshotConfiguration();
    ModelSpec otherSeed =
        ModelSpec.of(Events.options(Map.of("learner.preset", "paper-data", "learner.seed", "2")));
    ModelSpec otherClasses =
        ModelSpec.of(
            Events.options(
                Map.of("learner.preset", "paper-data", "schema.classes", "[UP, DOWN, SAME]")));
    ModelSpec otherPool =
        ModelSpec.of(
            Events.options(Map.of("learner.preset", "paper-data", "learner.pool", "[forest]")));
    assertRefused(
        now,
        serializer("paper-task").spec(),
        "learner.division is data, the saved model has task; it cannot change on a saved model: ");
    assertRefused(
        now,
        otherSeed,
        "learner.seed is 1, the saved model has 2; it cannot change on a saved model: ");
    assertRefused(
        now,
        otherClasses,
        "schema.classes is [UP, DOWN], the saved model has [UP, DOWN, SAME]; it cannot change");
    assertRefused(now, otherPool, "learner.pool is [moa-hoeffding-tree, moa-hoeffding-tree,");
  }

  private static void assertRefused(
      TypeSerializerSnapshot<ModelSlot> now, ModelSpec old, String line) {
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> now.resolveSchemaCompatibility(new ModelStateSerializerSnapshot(old)))
        .havingCause()
        .withMessageStartingWith(line);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void readsTheSettingsOfEveryVersion(int version) throws IOException {
    TypeSerializerSnapshot<ModelSlot> snapshot = stored(version);
    ModelStateSerializer now = new ModelStateSerializer(ModelSpec.of(Events.options(CUSTOM)));
    assertThat(snapshot.restoreSerializer()).isEqualTo(now);
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, now.snapshotConfiguration());
    assertThat(out.getCopyOfBuffer()).isEqualTo(resource("/state/serializer-v4-with-goals.bin"));
  }

  /** The saved word may stand for something else in this build, or for nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"paper-data", "forgotten"})
  void settingsAreThoseThatThePresetHadWhenTheyWereSaved(String preset) throws IOException {
    byte[] saved =
        SavedWords.replaced(
            resource("/state/serializer-v4.bin"), "{\"preset\":\"%s\"}".formatted(preset));
    TypeSerializerSnapshot<ModelSlot> old =
        TypeSerializerSnapshot.readVersionedSnapshot(
            input(saved), ModelStateSerializerTest.class.getClassLoader());

    ModelStateSerializer same = serializer(CUSTOM);
    assertThat(same.snapshotConfiguration().resolveSchemaCompatibility(old).isCompatibleAsIs())
        .isTrue();
    ModelState model = trained(same.spec(), 100);
    assertSameFuture(
        old.restoreSerializer().deserialize(input(serialized(same, model))).state(same.spec()),
        model);
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(
            () -> serializer("paper-data").snapshotConfiguration().resolveSchemaCompatibility(old))
        .havingCause()
        .withMessageStartingWith("learner.seed is 1, the saved model has 4; it cannot change");
  }

  private static TypeSerializerSnapshot<ModelSlot> stored(int version) throws IOException {
    return TypeSerializerSnapshot.readVersionedSnapshot(
        input(resource("/state/serializer-v%s.bin".formatted(version))),
        ModelStateSerializerTest.class.getClassLoader());
  }

  /** Written by every layout there has been; each later build must read them and go on alike. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsTheSavepointsOfEveryVersion(int version) throws IOException {
    TypeSerializerSnapshot<ModelSlot> snapshot = stored(1);
    ModelStateSerializer now = serializer("paper-task");
    assertThat(now.snapshotConfiguration().resolveSchemaCompatibility(snapshot).isCompatibleAsIs())
        .isTrue();
    ModelState stored =
        read(snapshot.restoreSerializer(), resource("/state/model-v%s.bin".formatted(version)));
    assertThat(stored.mixture.version()).isEqualTo(120);
    assertThat(stored.lateEvents).isEqualTo(version == 1 ? 0 : 3);
    assertThat(stored.lifecycleEvents).isEqualTo(version < 3 ? 0 : 2);
    assertOnePredictionWaits(now, stored);
    assertSameFuture(stored, trainedForStorage(now.spec()));
  }

  /** What the adaptive preset was before it had specialists, and experts slept. */
  private static final Map<String, String> ADAPTIVE_OF_FOUR =
      Map.of(
          "learner.preset",
          "adaptive",
          "learner.pool",
          """
          [{type: forest, members: 16, poisson-mean: 6, accuracy-rate: 0.005, vote-power: 4,
            warning: {type: adwin, delta: 0.1}, drift: {type: adwin, delta: 0.05},
            member: {type: hoeffding-tree, grace-period: 200, split-confidence: 0.01,
              tie-threshold: 0.05, leaves: naive-bayes-adaptive, attribute-share: 0.6,
              max-leaves: 3000, max-bytes: 1572864}},
           {type: guarded, expert: naive-bayes,
            warning: {type: adwin, delta: 0.1}, drift: {type: adwin, delta: 0.05}},
           {type: nearest-neighbours, windows: [500, 1500], neighbours: 5, smoothing: 0.1,
            mixing: {eta: 0.1, share: 0.01, floor: 0.1}},
           mlp]""",
          "learner.attendance",
          "never",
          "learner.label-memory",
          "never",
          "learner.calibration",
          "never");

  /** All kinds of experts, gates and books that the preset had; its settings describe it still. */
  @Test
  void readsTheStateOfAdaptiveOfFour() throws IOException {
    readsTheState("/state/adaptive-v3.bin", serializer(ADAPTIVE_OF_FOUR));
  }

  /**
   * Every kind of specialist that settings can name, and experts that sleep; nothing is left to
   * defaults.
   */
  static final Map<String, String> SPECIALISTS =
      Map.of(
          "learner.preset",
          "adaptive",
          "learner.pool",
          """
          [{type: committee, mixing: {eta: 0.5, share: 0.01, floor: 0.1}, members: [
             %1$s specialists: 3, drift: {type: adwin, delta: 0.01},
              gate: {hidden: [4], learning-rate: 0.005, batch-size: 4},
              active: {predicted: 0.9, learned: 0.99, complete: 0.1, eager: 50, negligible: 0}},
             no-change]},
           {type: regime-library, stickiness: 0.99, specialists: 2, specialist: %2$s,
            active: {predicted: 0.9, learned: 1, complete: 1, eager: 0, negligible: 0}},
           no-change]"""
              .formatted(
                  "{type: routed-specialists, specialist: %s,".formatted(specialist()),
                  specialist()),
          "learner.gates",
          "[{type: fixed-share, eta: 0.5, share: 0.01, floor: 0.1}]",
          "learner.lifecycle",
          "{window: 5000, min-share: 0.01, max-agreement: 0.999}",
          "learner.attendance",
          "{type: by-gain, trial: 30, period: 10, memory: 50, probe: 0.25, least-gain: 0.01}",
          "learner.detector-delta",
          "0.002",
          "learner.evaluation-window",
          "100",
          "learner.label-memory",
          "never",
          "learner.calibration",
          "never");

  private static String specialist() {
    return """
        {trees: 1, poisson-mean: 6, mixing: {eta: 0.5, share: 0.01, floor: 0.1},
         network: {hidden: [4], learning-rate: 0.005, batch-size: 1},
         tree: {type: hoeffding-tree, grace-period: 50, split-confidence: 0.001,
           tie-threshold: 0.05, leaves: naive-bayes-adaptive, attribute-share: 1,
           max-leaves: 300, max-bytes: 65536}}""";
  }

  @Test
  void readsTheStateOfSpecialists() throws IOException {
    readsTheState("/state/specialists-v3.bin", serializer(SPECIALISTS));
  }

  /** All kinds of experts, gates and books that the preset has; see {@link StoredStates}. */
  @Test
  void readsTheStateOfAdaptive() throws IOException {
    readsTheState("/state/adaptive-specialists-v3.bin", serializer(formerAdaptive()));
  }

  /**
   * Parts no longer repeat their configuration and a hash of the schema. The configuration at the
   * head has grown since, by a limit of naive Bayes and what follows, and the errors of each of six
   * experts have come, for alarms, and the sides of events and marks of their times.
   */
  @Test
  void adaptiveSnapshotsAreAtLeast20KilobytesSmallerThanInVersion3() throws IOException {
    ModelStateSerializer serializer = serializer(formerAdaptive());
    byte[] now = serialized(serializer, trainedForStorage(serializer.spec(), 129));
    byte[] before = resource("/state/adaptive-specialists-v3.bin");
    int grown = ",'max-bytes':4194304".length();
    grown += 5 * ",'split-test':'hoeffding','event-weight':1.0".length();
    grown += 4 * ",'negligible':0.001".length() + ",'replacement-alpha':0.0".length();
    grown += ",'label-memory':'never','objective':'accuracy','calibration':'never'".length();
    grown +=
        ",'specialists':{'first':4000,'again':1000,'against':10000.0,'in-favour':20.0,'halvings':3}"
            .length();
    // evidence for and against experts, trials, pauses
    grown += 3 * Integer.BYTES + 6 * 3 * Long.BYTES;
    grown += 16 * (3 * Double.BYTES + Long.BYTES); // each tree's comparison with its successor
    grown += Long.BYTES + Integer.BYTES + 6 * 3 * Long.BYTES;
    grown += 129 * 4 + 5 * Long.BYTES;
    assertThat(before.length - (now.length - grown)).isGreaterThan(20 * 1024);
  }

  /** What waits is no longer inside. */
  @Test
  void readsTheStateOfVersion4() throws IOException {
    ModelStateSerializer serializer = serializer(SPECIALISTS);
    ModelState stored = read(serializer, resource("/state/specialists-v4.bin"));
    assertThat(stored.mixture.version()).isEqualTo(120);
    assertThat(stored.lateEvents).isEqualTo(3);
    assertThat(stored.lifecycleEvents).isEqualTo(2);
    assertThat(stored.takeWaiting()).isNull();
    assertNearFuture(stored, trainedForStorage(serializer.spec()));
  }

  /** What a young model has learned, or what it has become by that. */
  @ParameterizedTest
  @ValueSource(ints = {120, 200})
  void readsTheStateOfVersion5(int events) throws IOException {
    ModelStateSerializer serializer = serializer(SPECIALISTS);
    byte[] bytes = resource("/state/specialists-%s-events-v5.bin".formatted(events));
    ModelState stored = read(serializer, bytes);
    assertThat(stored.mixture.version()).isEqualTo(events);
    assertNearFuture(stored, trainedForStorage(serializer.spec(), events));
  }

  private static void readsTheState(String name, ModelStateSerializer serializer)
      throws IOException {
    ModelState stored = read(serializer, resource(name));
    assertThat(stored.mixture.version()).isEqualTo(120);
    assertOnePredictionWaits(serializer, stored);
    assertNearFuture(stored, trainedForStorage(serializer.spec()));
  }

  /** What the manual gives to those who saved the preset of 0.1.0. */
  private static Map<String, String> formerAdaptive() {
    try {
      JsonNode learner =
          new YAMLMapper()
              .readTree(Path.of("../docs/presets/adaptive-0.1.yaml").toFile())
              .path("learner");
      Map<String, String> keys = new HashMap<>();
      learner
          .properties()
          .forEach(
              entry ->
                  keys.put(
                      "learner." + entry.getKey(),
                      entry.getValue().isValueNode()
                          ? entry.getValue().asText()
                          : entry.getValue().toString()));
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Wild values were learned a little differently when a state was stored, other experts had been
   * paused, more specialists were asked about a lesson, and weights were moved by powers of other
   * last digits.
   */
  static void assertNearFuture(ModelState stored, ModelState fresh) {
    int alike = 0;
    double apart = 0;
    List<LabeledExample> later = EXAMPLES.subList(900, 1_000);
    for (LabeledExample example : later) {
      PendingPrediction one = stored.mixture.predict(example.features());
      PendingPrediction other = fresh.mixture.predict(example.features());
      alike += one.predictedClass() == other.predictedClass() ? 1 : 0;
      apart += Math.abs(one.probabilities()[0] - other.probabilities()[0]) / later.size();
    }
    assertThat(alike).isGreaterThanOrEqualTo(95);
    assertThat(apart).isLessThan(0.05);
  }

  /** It is never lost, and the state is written in the newest layout once it has moved. */
  private static void assertOnePredictionWaits(ModelStateSerializer serializer, ModelState stored)
      throws IOException {
    byte[] bytes = serialized(serializer, stored);
    assertThat(bytes[VERSION_BYTE]).isEqualTo((byte) 3);
    ModelSlot written = ModelSlot.of(stored);
    ModelSlot goesOn = serializer.copy(written);
    for (ModelState state :
        List.of(
            written.state(serializer.spec()),
            goesOn.state(serializer.spec()),
            read(serializer, bytes))) {
      ModelState.Waiting waiting = state.takeWaiting();
      assertThat(waiting.labels().size()).isZero();
      assertThat(waiting.predictions().take("pending")).isNotNull();
      assertThat(waiting.predictions().size()).isZero();
      assertThat(state.takeWaiting()).isNull();
      assertThat(serialized(serializer, state)[VERSION_BYTE]).isEqualTo((byte) 5);
    }
  }

  @Test
  void refusesUnknownVersionsAndTrailingBytes() throws IOException {
    ModelStateSerializer serializer = serializer("paper-task");
    byte[] bytes = serialized(serializer, trained(serializer.spec(), 10));
    byte[] newer = bytes.clone();
    newer[VERSION_BYTE] = 99;
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> serializer.deserialize(input(newer)))
        .havingCause()
        .withMessageContaining("version 99");
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[3]++;
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> serializer.deserialize(input(longer)))
        .havingCause()
        .withMessageContaining("1 bytes follow");
    assertThatIOException()
        .isThrownBy(() -> serializer.deserialize(input(Arrays.copyOf(bytes, bytes.length / 2))));
    DataInputDeserializer snapshot = new DataInputDeserializer(new byte[64]);
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> new ModelStateSerializerSnapshot().readSnapshot(9, snapshot, null))
        .havingCause()
        .withMessageContaining("version 9");
  }

  /** A preset may have become another one since, under the name that the spec still has. */
  @Test
  void aModelThatItsSpecDoesNotDescribeEndsTheJob() throws IOException {
    ModelStateSerializer serializer = serializer("paper-task");
    byte[] bytes = serialized(serializer, trained(serializer.spec(), 10));
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> serializer("paper-data").deserialize(input(bytes)))
        .havingCause()
        .isInstanceOf(IOException.class)
        .withMessageContaining("division is task there, data here");
  }

  private static ModelState trainedForStorage(ModelSpec spec) {
    return trainedForStorage(spec, 120);
  }

  static ModelState trainedForStorage(ModelSpec spec, int events) {
    ModelState state = trained(spec, events);
    state.mixture.predict(EXAMPLES.get(events).features()); // waits for its label elsewhere
    state.lateEvents = 3;
    state.lifecycleEvents = 2;
    return state;
  }

  /** Prices from 1 to some 160,000. */
  static ModelState trainedOnHeavyTails(ModelSpec spec, int events) {
    ModelState state = ModelState.create(spec);
    for (LabeledExample example : EXAMPLES.subList(0, events)) {
      FeatureVector was = example.features();
      FeatureVector features =
          FeatureVector.of(StrictMath.exp(12 * was.get(0)), was.get(1), was.get(2));
      state.mixture.learn(state.mixture.predict(features), example.label());
      state.learned(state.mixture.version(), 1_000 * state.mixture.version());
    }
    return state;
  }

  static ModelStateSerializer serializer(String preset) {
    return serializer(Map.of("learner.preset", preset));
  }

  static ModelStateSerializer serializer(Map<String, String> options) {
    return new ModelStateSerializer(ModelSpec.of(Events.options(options)));
  }

  static byte[] serialized(ModelStateSerializer serializer, ModelState state) throws IOException {
    return serialized(serializer, ModelSlot.of(state));
  }

  private static byte[] serialized(ModelStateSerializer serializer, ModelSlot slot)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1 << 16);
    serializer.serialize(slot, out);
    return out.getCopyOfBuffer();
  }

  private static ModelState read(TypeSerializer<ModelSlot> serializer, byte[] bytes)
      throws IOException {
    return serializer.deserialize(input(bytes)).state(((ModelStateSerializer) serializer).spec());
  }

  private static ModelState copy(ModelStateSerializer serializer, ModelState state)
      throws IOException {
    return serializer.copy(ModelSlot.of(state)).state(serializer.spec());
  }

  static ModelState trained(ModelSpec spec, int count) {
    ModelState state = ModelState.create(spec);
    learn(state, 0, count);
    return state;
  }

  static void learn(ModelState state, int from, int to) {
    for (LabeledExample example : EXAMPLES.subList(from, to)) {
      state.mixture.learn(state.mixture.predict(example.features()), example.label());
    }
  }

  static void assertSameFuture(ModelState one, ModelState other) {
    for (LabeledExample example : EXAMPLES.subList(900, 1500)) {
      PendingPrediction a = one.mixture.predict(example.features());
      PendingPrediction b = other.mixture.predict(example.features());
      assertThat(a.probabilities()).isEqualTo(b.probabilities());
      assertThat(a.gateWeights()).isEqualTo(b.gateWeights());
      one.mixture.learn(a, example.label());
      other.mixture.learn(b, example.label());
    }
    assertThat(one.mixture.evaluation().overall()).isEqualTo(other.mixture.evaluation().overall());
  }

  private static TypeSerializerSnapshot<ModelSlot> throughBytes(
      TypeSerializerSnapshot<ModelSlot> snapshot) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, snapshot);
    return TypeSerializerSnapshot.readVersionedSnapshot(
        input(out.getCopyOfBuffer()), ModelStateSerializerTest.class.getClassLoader());
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = ModelStateSerializerTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  static DataInputDeserializer input(byte[] bytes) {
    return new DataInputDeserializer(bytes);
  }
}
