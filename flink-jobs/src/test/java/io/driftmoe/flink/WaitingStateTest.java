// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsSavepointStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictions and labels that wait: over restores, from old savepoints, and above their limit. */
class WaitingStateTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(200);
  private static final int ENOUGH = 1_000;

  private static JobOptions options(int maxPending) {
    return Events.options(
        Map.of(
            "learner.preset", "paper-data",
            "learner.pool", "[naive-bayes, no-change]",
            "learner.top-k", "1",
            "learner.gates", "[fixed-share]",
            "labels.timeout", "100 s",
            "labels.max-pending", Integer.toString(maxPending)));
  }

  // What the savepoint of the old layout was taken after: 40 predictions and 40 labels wait under
  // key a, 10 predictions under key b.

  private static void start(MixtureHarness operator) throws Exception {
    for (int i = 0; i < 60; i++) {
      operator.send(Events.features("a", i, EXAMPLES.get(i), false));
      if (i % 3 == 2) {
        operator.send(Events.label("a", i - 1, EXAMPLES.get(i - 1), 1));
      }
    }
    for (int i = 99; i >= 60; i--) {
      operator.send(Events.label("a", i, EXAMPLES.get(i), 1));
    }
    for (int i = 0; i < 10; i++) {
      operator.send(Events.features("b", i, EXAMPLES.get(100 + i), false));
    }
    operator.watermark(20_000);
  }

  private static void goOn(MixtureHarness operator) throws Exception {
    operator.watermark(105_000); // the first touch of key b is a timer
    for (int i = 20; i < 120; i++) {
      if (i >= 60 && i % 4 != 0) {
        operator.send(Events.features("a", i, EXAMPLES.get(i), false));
      }
      if (i % 5 != 0) {
        operator.send(Events.label("a", i, EXAMPLES.get(i), 100));
      }
    }
    operator.watermark(150_000);
    for (int i = 120; i < 200; i++) {
      operator.send(Events.features("b", i, EXAMPLES.get(i), false));
    }
    operator.watermark(Long.MAX_VALUE);
  }

  /** All that was put out, a line each, without what the clock of the machine says. */
  private static List<String> said(MixtureHarness operator) throws Exception {
    List<String> said = new ArrayList<>();
    for (PredictionEvent prediction : operator.predictions()) {
      said.add(
          "%s %s %s %s %s"
              .formatted(
                  prediction.getModelKey(),
                  prediction.getEventId(),
                  prediction.getModelVersion(),
                  bits(prediction.getProbabilities()),
                  bits(prediction.getGateWeights())));
    }
    for (DeadLetter letter : operator.deadLetters()) {
      said.add("%s %s %s".formatted(letter.getKind(), letter.getOffset(), letter.getReason()));
    }
    for (MetricsEvent metrics : operator.metrics()) {
      said.add(
          "%s %s %s %s %s %s %s"
              .formatted(
                  metrics.getModelKey(),
                  metrics.getEvents(),
                  metrics.getLabels(),
                  metrics.getOrphanLabels(),
                  metrics.getExpiredPredictions(),
                  metrics.getPendingPredictions(),
                  bits(List.of(metrics.getKappa()))));
    }
    return said;
  }

  private static List<String> bits(List<Double> values) {
    return values.stream().map(Double::doubleToRawLongBits).map(Long::toHexString).toList();
  }

  private static List<String> saidAfter(OperatorSubtaskState state, JobOptions options)
      throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options, state)) {
      goOn(operator);
      return said(operator);
    }
  }

  private static String hash(List<String> lines) throws Exception {
    byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
  }

  /** Written by the operator that had what waits inside its only state, after {@link #start}. */
  private static OperatorSubtaskState ofVersion3() throws Exception {
    return ofVersion3(bytes -> bytes);
  }

  static OperatorSubtaskState ofVersion3(UnaryOperator<byte[]> change) throws Exception {
    try (InputStream in = WaitingStateTest.class.getResourceAsStream("/state/savepoint-v3.bin")) {
      byte[] bytes = change.apply(in.readAllBytes());
      long offset = ByteBuffer.wrap(bytes).getLong();
      return OperatorSubtaskState.builder()
          .setManagedKeyedState(
              new KeyGroupsSavepointStateHandle(
                  new KeyGroupRangeOffsets(0, 0, new long[] {offset}),
                  new ByteStreamStateHandle(
                      "version 3", Arrays.copyOfRange(bytes, Long.BYTES, bytes.length))))
          .build();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 460a63c39f5697f5946b150cfb89813d8aee4e9881f680f2fa49a21b4d291d14",
    "25, c95d1ed870ce533c9b519d9b40ec1ce002d17882c5268ee0a4ad5d9745a13b60"
  })
  void putsOutTheSameInEveryVersion(int maxPending, String expected) throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(maxPending))) {
      start(operator);
      goOn(operator);
      assertThat(hash(said(operator))).isEqualTo(expected);
    }
  }

  /** The old savepoint does not hold how far topics were read, nor which ids were learned. */
  @Test
  void goesOnFromASavepointOfVersion3() throws Exception {
    try (MixtureHarness old = new MixtureHarness(options(ENOUGH), ofVersion3());
        MixtureHarness fresh = new MixtureHarness(options(ENOUGH), stateAfterStart())) {
      goOn(old);
      goOn(fresh);
      List<String> said = said(old);
      // weights were moved by powers of other last digits when the savepoint was taken
      assertThat(old.predictions())
          .usingRecursiveFieldByFieldElementComparator(
              RecursiveComparisonConfiguration.builder()
                  .withComparatorForType(WaitingStateTest::near, Double.class)
                  .withIgnoredFields("latencyMicros")
                  .build())
          .isEqualTo(fresh.predictions());
      assertThat(hash(said))
          .isEqualTo("39f30ff221f908bd5af020c1ccb314d3aaac0f26f3731f3be100994fcc8a0d6e");
      MetricsEvent last = old.metrics().get(old.metrics().size() - 1);
      assertThat(last.getLosses()).isNotEmpty();
    }
  }

  private static int near(double one, double other) {
    return Math.abs(one - other) < 1e-9 ? 0 : Double.compare(one, other);
  }

  private static int near(JsonNode one, JsonNode other) {
    boolean equal =
        one.isNumber() && other.isNumber()
            ? near(one.doubleValue(), other.doubleValue()) == 0
            : one.equals(other);
    return equal ? 0 : 1;
  }

  private static OperatorSubtaskState stateAfterStart() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH))) {
      start(operator);
      return operator.checkpoint(1);
    }
  }

  private static List<String> saidAfterStart() throws Exception {
    return saidAfter(stateAfterStart(), options(ENOUGH));
  }

  /** Also when a checkpoint comes before the first touch, or while keys are touched. */
  @Test
  void whatWaitsInASavepointOfVersion3_isInLaterCheckpoints() throws Exception {
    List<String> expected = saidAfter(ofVersion3(), options(ENOUGH));
    OperatorSubtaskState before;
    OperatorSubtaskState during;
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH), ofVersion3())) {
      before = operator.checkpoint(1);
      OperatorSnapshotFutures running = operator.startCheckpoint(2);
      goOn(operator);
      during = MixtureHarness.finish(running);
      assertThat(said(operator)).isEqualTo(expected);
    }
    assertThat(saidAfter(before, options(ENOUGH))).isEqualTo(expected);
    assertThat(saidAfter(during, options(ENOUGH))).isEqualTo(expected);
  }

  @Test
  void aRunningCheckpointHoldsWhatWaitedWhenItStarted() throws Exception {
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH))) {
      start(operator);
      OperatorSnapshotFutures running = operator.startCheckpoint(1);
      goOn(operator);
      checkpoint = MixtureHarness.finish(running);
    }
    assertThat(saidAfter(checkpoint, options(ENOUGH))).isEqualTo(saidAfterStart());
  }

  @Test
  void savepointsOfBothLayoutsShowTheirModels() throws Exception {
    OperatorSubtaskState now;
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH))) {
      start(operator);
      now = operator.savepoint(1);
    }
    List<SavedModel> models = SavepointReader.read(now.getManagedKeyedState(), 1);
    List<SavedModel> old = SavepointReader.read(ofVersion3().getManagedKeyedState(), 1);
    assertThat(models).extracting(SavedModel::modelKey).containsExactlyInAnyOrder("a", "b");
    assertThat(old)
        .extracting(SavedModel::tree)
        .usingElementComparator((a, b) -> a.equals(WaitingStateTest::near, b) ? 0 : 1)
        .containsExactlyInAnyOrderElementsOf(models.stream().map(SavedModel::tree).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLoweredLimitHoldsFromTheFirstTouch(boolean ofVersion3) throws Exception {
    OperatorSubtaskState state;
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH))) {
      start(operator);
      state = ofVersion3 ? ofVersion3() : operator.savepoint(1);
    }
    // i % 3 == 1 have had their label
    List<String> oldest =
        IntStream.range(0, 60)
            .filter(i -> i % 3 != 1)
            .limit(30)
            .mapToObj(i -> "'" + i + "'")
            .toList();
    try (MixtureHarness operator = new MixtureHarness(options(10), state)) {
      assertThat(operator.deadLetters()).isEmpty();
      operator.send(Events.features("a", 120, EXAMPLES.get(120), true));
      List<DeadLetter> letters = operator.deadLetters();
      assertThat(letters).hasSize(60).allMatch(l -> l.getReason().contains("max-pending = 10"));
      assertThat(letters.subList(0, 30))
          .zipSatisfy(oldest, (letter, id) -> assertThat(letter.getReason()).contains(id));
      assertThat(letters.subList(30, 60))
          .allMatch(l -> l.getKind() == DeadLetterKind.ORPHAN_LABEL)
          .extracting(DeadLetter::getOffset)
          .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(i -> 99L - i).toList());
      operator.send(Events.features("a", 121, EXAMPLES.get(121), true));
      assertThat(operator.deadLetters()).hasSize(60);
    }
    try (MixtureHarness operator = new MixtureHarness(options(7), state)) {
      operator.send(Events.features("b", 120, EXAMPLES.get(120), true));
      List<DeadLetter> ofB =
          operator.deadLetters().stream()
              .filter(l -> new String(l.getKey().array()).equals("b"))
              .toList();
      assertThat(ofB).hasSize(3).allMatch(l -> l.getReason().contains("max-pending = 7"));
      assertThat(ofB.get(0).getReason()).contains("'0'");
      assertThat(ofB.get(2).getReason()).contains("'2'");
    }
    try (MixtureHarness operator = new MixtureHarness(options(7), state)) {
      operator.processingTime(60_000); // the metrics timer of each key
      assertThat(operator.metrics()).isNotEmpty().allMatch(m -> m.getPendingPredictions() == 7);
    }
  }

  @Test
  void rescalingCarriesWhatWaits() throws Exception {
    int keys = 6;
    MixtureHarness.Subtask alone = new MixtureHarness.Subtask(0, 1, 8);
    OperatorSubtaskState saved;
    int letters = 0;
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH), null, alone)) {
      for (int i = 0; i < 60; i++) {
        operator.send(Events.features("key " + i % keys, i, EXAMPLES.get(i), false));
        operator.send(Events.label("key " + i % keys, 100 + i, EXAMPLES.get(100 + i), 1));
      }
      letters += operator.deadLetters().size();
      saved = operator.checkpoint(1);
    }
    for (int index = 0; index < 2; index++) {
      MixtureHarness.Subtask half = new MixtureHarness.Subtask(index, 2, 8);
      try (MixtureHarness operator =
          new MixtureHarness(options(ENOUGH), half.part(saved, 1), half)) {
        operator.watermark(Long.MAX_VALUE);
        assertThat(operator.deadLetters()).isNotEmpty();
        letters += operator.deadLetters().size();
      }
    }
    assertThat(letters).isEqualTo(120);
  }

  @Test
  void idsMayBeLong() throws Exception {
    String id = "€".repeat(70_000);
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH))) {
      LabeledExample example = EXAMPLES.get(0);
      operator.send(new SourceRecord.Features(id, id, 0, 0, 0, example.features(), -1, 0));
      operator.send(new SourceRecord.Label(id, id + "2", 1_000, 0, 1, example.label()));
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(ENOUGH), saved)) {
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.deadLetters()).hasSize(2);
    }
  }
}
