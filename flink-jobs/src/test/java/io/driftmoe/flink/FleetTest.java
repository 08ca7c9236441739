// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.Calibration;
import io.driftmoe.router.LabelMemory;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.models.Fleet;
import io.driftmoe.router.models.FleetLimits;
import io.driftmoe.router.models.FleetPrediction;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.junit.jupiter.api.Test;

/** Models of a job that have one in common. */
class FleetTest {
  private static final int EVENTS = 170; // models grow up meanwhile
  private static final int DELAY = 3;
  private static final String POOL = "[hoeffding-tree, naive-bayes]";
  private static final List<LabeledExample> EXAMPLES = Events.examples(2 * EVENTS);
  private static final List<String> KEYS = List.of("lyon/a", "lyon/b", "paris/a", "paris/b");

  private static JobOptions options(String... keysAndValues) {
    // quick ones
    Map<String, String> options = new HashMap<>(Map.of("learner.pool", POOL));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(options);
  }

  private static void event(MixtureHarness operator, String key, int i) throws Exception {
    operator.send(Events.features(key, i, EXAMPLES.get(i), true));
  }

  /** An event of each key, and a label that comes late. */
  private static void turn(MixtureHarness operator, List<String> keys, int i) throws Exception {
    for (String key : keys) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), false));
      if (i >= DELAY) {
        operator.send(Events.label(key, i - DELAY, EXAMPLES.get(i - DELAY), DELAY));
      }
    }
  }

  private static List<PredictionEvent> comparable(List<PredictionEvent> predictions) {
    predictions.forEach(prediction -> prediction.setLatencyMicros(0));
    return predictions;
  }

  /** What is predicted where nothing happens. */
  private static List<PredictionEvent> undisturbed(JobOptions options) throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (int i = 0; i < EVENTS; i++) {
        turn(operator, KEYS, i);
      }
      assertThat(operator.deadLetters()).isEmpty();
      return comparable(operator.predictions());
    }
  }

  @Test
  void theJobPredictsWhatTheLibraryDoes_eachEventOnce() throws Exception {
    List<PredictionEvent> predictions = undisturbed(options("learner.fleet", "all"));
    Fleet fleet =
        Fleet.create(Events.SCHEMA, options().learner().mixture(), 1, FleetLimits.defaults());
    List<List<Double>> expected = new ArrayList<>();
    Map<String, FleetPrediction> waiting = new HashMap<>();
    for (int i = 0; i < EVENTS; i++) {
      for (String key : KEYS) {
        FleetPrediction prediction = fleet.predict(key, EXAMPLES.get(i).features());
        waiting.put(key + i, prediction);
        List<Double> probabilities = new ArrayList<>();
        for (double probability : prediction.probabilities()) {
          probabilities.add(probability);
        }
        expected.add(probabilities);
        if (i >= DELAY) {
          fleet.learn(waiting.remove(key + (i - DELAY)), EXAMPLES.get(i - DELAY).label());
        }
      }
    }
    assertThat(predictions).extracting(PredictionEvent::getProbabilities).isEqualTo(expected);
  }

  @Test
  void aNewKeyKnowsWhatItsFleetHasLearned_andNothingOfOthers() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("learner.fleet", "prefix"))) {
      for (int i = 0; i < EVENTS; i++) {
        event(operator, "lyon/a", i);
      }
      operator.forgetOutput();
      int rightInFleet = 0;
      int rightAlone = 0;
      for (int i = 0; i < 40; i++) { // of the concept that the fleet has learned
        event(operator, "lyon/new", i);
        event(operator, "rome/new", i);
      }
      for (PredictionEvent prediction : operator.predictions()) {
        int truth = EXAMPLES.get(Integer.parseInt(prediction.getEventId())).label();
        boolean right = prediction.getPredictedClass().equals(Events.SCHEMA.labels().name(truth));
        if (prediction.getModelKey().startsWith("lyon")) {
          rightInFleet += right ? 1 : 0;
        } else {
          rightAlone += right ? 1 : 0;
        }
      }
      assertThat(rightInFleet).isGreaterThanOrEqualTo(36).isGreaterThan(rightAlone);
    }
  }

  /** Labels that alternate in nine of ten events, and features that tell nothing. */
  private static List<LabeledExample> alternating(int events, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>();
    int label = 0;
    for (int i = 0; i < events; i++) {
      double day = (int) (3 * random.nextDouble());
      FeatureVector noise = FeatureVector.of(random.nextDouble(), day, random.nextDouble());
      label = random.nextDouble() < 0.9 ? 1 - label : (int) (2 * random.nextDouble());
      examples.add(new LabeledExample(noise, label));
    }
    return examples;
  }

  /** What a job with a key that comes late predicts, and the models that it has parked. */
  private record LateKey(List<PredictionEvent> predictions, long parked) {
    private static final String NAME = "lyon/late";
    private static final int BEFORE = 300;
    private static final List<LabeledExample> OWN = alternating(60, 3);

    /**
     * @param restores before these events of the late key
     */
    static LateKey of(JobOptions options, Set<Integer> restores) throws Exception {
      List<PredictionEvent> predictions = new ArrayList<>();
      MixtureHarness operator = new MixtureHarness(options);
      try {
        List<LabeledExample> first = alternating(BEFORE, 1);
        List<LabeledExample> second = alternating(BEFORE, 2);
        for (int i = 0; i < BEFORE; i++) {
          operator.send(Events.features("lyon/a", i, first.get(i), true));
          operator.send(Events.features("lyon/b", i, second.get(i), true));
        }
        for (int i = 0; i < OWN.size(); i++) {
          if (restores.contains(i)) {
            OperatorSubtaskState checkpoint = operator.checkpoint(i + 1);
            predictions.addAll(operator.predictions());
            operator.cancel();
            operator = new MixtureHarness(options, checkpoint);
          }
          operator.send(Events.features(NAME, BEFORE + i, OWN.get(i), true));
        }
        predictions.addAll(operator.predictions());
        return new LateKey(comparable(predictions), operator.models().parked());
      } finally {
        operator.cancel();
      }
    }

    /** How many events of the late key were predicted right. */
    int right() {
      int right = 0;
      for (PredictionEvent prediction : predictions) {
        if (prediction.getModelKey().equals(NAME)) {
          int event = Integer.parseInt(prediction.getEventId()) - BEFORE;
          String truth = Events.SCHEMA.labels().name(OWN.get(event).label());
          right += prediction.getPredictedClass().equals(truth) ? 1 : 0;
        }
      }
      return right;
    }
  }

  @Test
  void aNewKeyKnowsWhatFollowsALabel_alsoRestoredAndParked() throws Exception {
    JobOptions prefix = options("learner.fleet", "prefix");
    LateKey inFleet = LateKey.of(prefix, Set.of());
    LateKey alone = LateKey.of(options(), Set.of());
    assertThat(inFleet.right()).isGreaterThan(48).isGreaterThan(alone.right() + 12);
    assertThat(inFleet.parked()).isZero();
    // the late key has not begun yet, and is young
    LateKey restored = LateKey.of(prefix, Set.of(0, 25));
    assertThat(restored.predictions()).isEqualTo(inFleet.predictions());
    LateKey parked =
        LateKey.of(options("learner.fleet", "prefix", "models.live-bytes", "1048576"), Set.of());
    assertThat(parked.parked()).isPositive();
    assertThat(parked.predictions()).isEqualTo(inFleet.predictions());
  }

  @Test
  void restoredWhileACheckpointIsWritten_andParked_itGoesOnBitForBit() throws Exception {
    JobOptions options = options("learner.fleet", "prefix", "models.park-after", "10 s");
    List<PredictionEvent> predictions = new ArrayList<>();
    MixtureHarness operator = new MixtureHarness(options);
    try {
      for (int i = 0; i < EVENTS; i++) {
        turn(operator, KEYS, i);
        if (i % 53 == 20) {
          OperatorSnapshotFutures running = operator.startCheckpoint(i);
          operator.processingTime(i * 1_000_000L);
          assertThat(operator.models().live()).isZero();
          assertThat(operator.models().parked()).isEqualTo(KEYS.size() + 2);
          OperatorSubtaskState checkpoint = MixtureHarness.finish(running);
          predictions.addAll(operator.predictions());
          operator.cancel();
          operator = new MixtureHarness(options, checkpoint);
          operator.processingTime(i * 1_000_000L);
        }
      }
      predictions.addAll(operator.predictions());
    } finally {
      operator.cancel();
    }
    assertThat(comparable(predictions)).isEqualTo(undisturbed(options));
  }

  @Test
  void littleMemoryParksModels_andChangesNoBit() throws Exception {
    JobOptions little = options("learner.fleet", "prefix", "models.live-bytes", "1048576");
    assertThat(undisturbed(little)).isEqualTo(undisturbed(options("learner.fleet", "prefix")));
  }

  @Test
  void afterRescalingEachFleetIsWhole() throws Exception {
    JobOptions options =
        options("learner.fleet", "prefix", "job.parallelism", "2", "job.max-parallelism", "8");
    List<PredictionEvent> expected = undisturbed(options);
    List<PredictionEvent> predictions = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    int half = EVENTS / 2;
    MixtureHarness.Subtask alone = new MixtureHarness.Subtask(0, 1, 8);
    try (MixtureHarness operator = new MixtureHarness(options, null, alone)) {
      for (int i = 0; i < half; i++) {
        turn(operator, KEYS, i);
      }
      checkpoint = operator.checkpoint(1);
      predictions.addAll(operator.predictions());
    }
    StateKeys keys = StateKeys.of(options);
    for (int index = 0; index < 2; index++) {
      MixtureHarness.Subtask subtask = new MixtureHarness.Subtask(index, 2, 8);
      List<String> own =
          KEYS.stream()
              .filter(
                  key ->
                      KeyGroupRangeAssignment.assignKeyToParallelOperator(keys.of(key), 8, 2)
                          == subtask.index())
              .toList();
      try (MixtureHarness operator =
          new MixtureHarness(options, subtask.part(checkpoint, 1), subtask)) {
        for (int i = half; i < EVENTS; i++) {
          turn(operator, own, i);
        }
        predictions.addAll(operator.predictions());
      }
    }
    assertThat(comparable(predictions)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void labelsThatComeBeforeTheirEventsMakeNoModel() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("learner.fleet", "all"))) {
      operator.send(Events.label("a", 0, EXAMPLES.get(0), 0));
      assertThat(operator.models().keys()).isEmpty();
      operator.send(Events.features("a", 0, EXAMPLES.get(0), false));
      assertThat(operator.models().keys()).hasSize(2);
      assertThat(operator.predictions()).hasSize(1);
    }
  }

  @Test
  void whereModelsAreDropped_thatInCommonGoesLast() throws Exception {
    JobOptions options =
        options("learner.fleet", "prefix", "models.max", "4", "models.when-full", "drop-idle");
    StateKeys keys = StateKeys.of(options);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (String key : List.of("lyon/a", "lyon/b", "lyon/c", "lyon/d")) {
        event(operator, key, 0);
      }
      assertThat(operator.models().keys())
          .containsExactly(
              keys.of("lyon/b"), keys.of("lyon/c"), keys.of("lyon/d"), keys.common("lyon/d"));
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getDetector().equals("models.max"))
          .extracting(event -> event.getModelKey())
          .containsExactly("lyon/a");
      event(operator, "rome/a", 0);
      assertThat(operator.models().keys())
          .containsExactly(
              keys.of("lyon/d"), keys.common("lyon/d"), keys.of("rome/a"), keys.common("rome/a"));
    }
  }

  @Test
  void whereModelsAreDropped_theReturnOfAFleetKeepsItsCommonModel() throws Exception {
    JobOptions options =
        options("learner.fleet", "prefix", "models.max", "3", "models.when-full", "drop-idle");
    StateKeys keys = StateKeys.of(options);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      event(operator, "lyon/a", 0);
      event(operator, "rome/a", 0);
      assertThat(operator.models().keys())
          .containsExactly(keys.common("lyon/a"), keys.of("rome/a"), keys.common("rome/a"));
      event(operator, "lyon/b", 0);
      assertThat(operator.models().keys())
          .containsExactly(keys.common("rome/a"), keys.of("lyon/b"), keys.common("lyon/b"));
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getDetector().equals("models.max"))
          .extracting(event -> event.getModelKey())
          .containsExactly("lyon/a", "rome/a");
    }
  }

  /** Has the model of a state key fail to learn from now on. */
  private static void breakModel(MixtureHarness operator, String stateKey) throws Exception {
    Map<?, ?> unparked = (Map<?, ?>) field(operator.models(), "unparked").get(operator.models());
    Object live = unparked.get(stateKey);
    ModelSlot slot = (ModelSlot) field(live, "slot").get(live);
    MixtureOfExperts mixture = slot.state(slot.spec()).mixture;
    field(mixture, "evaluator").set(mixture, null);
  }

  private static Field field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  @Test
  void aCommonModelThatFailsToLearn_costsTheKeyNothing() throws Exception {
    JobOptions options = options("learner.fleet", "prefix", "job.max-failures-in-a-row", "3");
    try (MixtureHarness operator = new MixtureHarness(options)) {
      event(operator, "lyon/a", 0);
      operator.forgetOutput();
      breakModel(operator, StateKeys.of(options).common("lyon/a"));
      event(operator, "lyon/b", 1);
      event(operator, "lyon/b", 2);
      assertThat(operator.predictions()).hasSize(2);
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(operator.driftEvents()) // of experts that begin
          .isNotEmpty()
          .extracting(DriftEvent::getKind)
          .containsOnly(DriftKind.START);
      assertThatThrownBy(() -> event(operator, "lyon/b", 3))
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .hasMessageContaining("the model in common failed to learn");
    }
  }

  @Test
  void reportsAreOfModelKeys_andTheirEndLeavesNothing() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("learner.fleet", "all"))) {
      turn(operator, KEYS, 0);
      operator.endInput();
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.metrics())
          .extracting(report -> report.getModelKey().toString())
          .containsExactlyInAnyOrderElementsOf(KEYS);
      assertThat(operator.deadLetters())
          .hasSize(KEYS.size())
          .allMatch(letter -> !letter.getReason().contains("(fleet)"));
    }
  }

  @Test
  void savedModelsHaveTheirModelKeys() throws Exception {
    JobOptions options = options("learner.fleet", "prefix");
    try (MixtureHarness operator = new MixtureHarness(options)) {
      turn(operator, KEYS, 0);
      assertThat(
              SavepointReader.read(List.copyOf(operator.checkpoint(1).getManagedKeyedState()), 1))
          .extracting(model -> model.modelKey())
          .containsExactlyInAnyOrder(
              "lyon/a", "lyon/b", "paris/a", "paris/b", "(fleet lyon)", "(fleet paris)");
    }
  }

  private static MixtureConfig configOf(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return MixtureOfExperts.savedConfig(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void theCommonModelLeavesItToTheOthersHowLateLabelsAre() throws Exception {
    JobOptions options = options("learner.fleet", "all");
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      turn(operator, KEYS, 0);
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, checkpoint)) {
      turn(operator, KEYS, 1);
      checkpoint = operator.checkpoint(2);
    }
    Map<String, LabelMemory> memories = new HashMap<>();
    for (SavedModel model :
        SavepointReader.read(List.copyOf(checkpoint.getManagedKeyedState()), 1)) {
      MixtureConfig config = configOf(model.mixture());
      memories.put(model.modelKey(), config.labelMemory());
      assertThat(config.calibration() == Calibration.NEVER)
          .isEqualTo(config.labelMemory() == LabelMemory.NEVER);
    }
    assertThat(memories)
        .containsEntry("(fleet)", LabelMemory.NEVER)
        .containsEntry("lyon/a", LabelMemory.LAST_LABELS)
        .hasSize(KEYS.size() + 1);
  }

  @Test
  void keysThatAreNamesOfCommonModelsAreRefused() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options("learner.fleet", "all"))) {
      event(operator, "(fleet)", 0);
      operator.send(Events.label("(fleet lyon)", 1, EXAMPLES.get(1), 0));
      event(operator, "(fleet", 2);
      assertThat(operator.predictions()).hasSize(1);
      assertThat(operator.deadLetters())
          .hasSize(2)
          .allMatch(letter -> letter.getKind() == DeadLetterKind.REFUSED)
          .allMatch(letter -> letter.getReason().contains("has in common"));
    }
    try (MixtureHarness operator = new MixtureHarness(options())) {
      event(operator, "(fleet)", 0);
      assertThat(operator.predictions()).hasSize(1);
    }
  }

  @Test
  void aFleetCannotBeginOrEndOrChangeOnASavedModel() throws Exception {
    JobOptions all = options("learner.fleet", "all");
    ModelSpec prefix = ModelSpec.of(options("learner.fleet", "prefix"));
    assertThat(ModelSpec.of(all).refusalOf(ModelSpec.of(options())))
        .startsWith("learner.fleet is all here, not set in the saved model; it cannot change");
    assertThat(ModelSpec.of(options()).refusalOf(ModelSpec.of(all)))
        .startsWith("learner.fleet is not set here, all in the saved model; it cannot change");
    assertThat(ModelSpec.of(all).refusalOf(prefix)).contains("a prefix up to '/'");
    assertThat(ModelSpec.of(all).refusalOf(ModelSpec.of(all))).isEmpty();
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(options())) {
      event(operator, "a", 0);
      checkpoint = operator.checkpoint(1);
    }
    assertThatThrownBy(() -> new MixtureHarness(all, checkpoint))
        .rootCause()
        .hasMessageContaining("learner.fleet is all here, not set in the saved model");
  }

  private static JobOptions presetInAFleet(String preset) {
    return Events.options(Map.of("learner.preset", preset, "learner.fleet", "all"));
  }

  @Test
  void whatCannotBeTogetherIsRefusedByItsKey() {
    assertThatThrownBy(() -> options("learner.fleet", "all", "router.backend", "opencl"))
        .hasMessageContaining("router.backend must be java or simd with learner.fleet");
    assertThatThrownBy(() -> options("learner.fleet", "all", "models.max", "1"))
        .hasMessageContaining("models.max must be at least 2 with learner.fleet");
    assertThatThrownBy(() -> presetInAFleet("paper-task"))
        .hasMessageContaining("fleet cannot be set");
    assertThatThrownBy(() -> presetInAFleet("paper-data"))
        .hasMessageContaining("fleet cannot be where a gate is mlp-bce");
    assertThatThrownBy(() -> options("learner.fleet", "some"))
        .hasMessageContaining("learner.fleet 'some' is unknown, allowed: all, prefix");
    assertThatThrownBy(
            () ->
                options("learner.fleet.type", "prefix", "learner.fleet.separator", "-".repeat(17)))
        .hasMessageContaining("separator must have 1 to 16 characters");
    assertThatThrownBy(() -> HostedMixture.check(options("learner.fleet", "all")))
        .hasMessageContaining("learner.fleet needs the models of a fleet in one subtask");
  }
}
