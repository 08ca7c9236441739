// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.TrainingStep;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures are injected where records are processed. */
final class FailuresTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(200);
  private static final FailingEncoder.Cause INJECTED = () -> new IllegalStateException("injected");

  private static JobOptions options(Map<String, String> overrides) {
    return Events.options(overrides);
  }

  private static MixtureHarness operator(
      JobOptions options, FailingEncoder.Place place, Set<String> ids) throws Exception {
    return new MixtureHarness(
        FailingEncoder.function(options, place, ids, INJECTED), (OperatorSubtaskState) null);
  }

  private static Set<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.toSet());
  }

  private static void send(MixtureHarness operator, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features("k", i, EXAMPLES.get(i), true));
    }
  }

  /** In both orders of input, and from the first record on. */
  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void aRecordThatFails_isADeadLetter_andTheOthersGoOn(String order) throws Exception {
    JobOptions options = options(Map.of("learner.preset", "paper-data", "input.order", order));
    try (MixtureHarness operator =
        operator(options, FailingEncoder.Place.PREDICTION, Set.of("0", "7"))) {
      send(operator, 0, 20);
      operator.watermark(Long.MAX_VALUE);

      List<DeadLetter> letters = operator.deadLetters();
      assertThat(letters).hasSize(2);
      DeadLetter letter = letters.get(1);
      assertThat(letter.getKind()).isEqualTo(DeadLetterKind.FAILED);
      assertThat(letter.getTopic()).isEqualTo("driftmoe.features");
      assertThat(letter.getPartition()).isZero();
      assertThat(letter.getOffset()).isEqualTo(7);
      assertThat(letter.getReason())
          .startsWith("event id '7' of model key 'k': IllegalStateException: injected (")
          .contains("line ");
      MixtureOfExperts library =
          MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
      List<PredictionEvent> predictions = operator.predictions();
      assertThat(predictions).hasSize(18);
      int at = 0;
      for (int i = 0; i < 20; i++) {
        PendingPrediction expected = library.predict(EXAMPLES.get(i).features());
        if (i != 0 && i != 7) {
          assertThat(predictions.get(at).getEventId()).isEqualTo(Integer.toString(i));
          assertThat(predictions.get(at++).getProbabilities().get(0))
              .isEqualTo(expected.probabilities()[0]);
          library.learn(expected, EXAMPLES.get(i).label());
        }
      }
    }
  }

  /** The event has been predicted by then: what fails is its label, which may have come first. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLabelThatFails_isTheDeadLetter(boolean labelFirst) throws Exception {
    JobOptions options = options(Map.of());
    try (MixtureHarness operator = operator(options, FailingEncoder.Place.LIFECYCLE, Set.of("0"))) {
      SourceRecord.Keyed event = Events.features("k", 0, EXAMPLES.get(0), false);
      SourceRecord.Keyed label = Events.label("k", 0, EXAMPLES.get(0), 5);
      operator.send(labelFirst ? label : event);
      operator.send(labelFirst ? event : label);
      send(operator, 1, 5);

      assertThat(operator.predictions()).hasSize(5);
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getKind()).isEqualTo(DeadLetterKind.FAILED);
                assertThat(letter.getTopic()).isEqualTo("driftmoe.labels");
              });
    }
  }

  @Test
  void metricsThatFail_areLeftOut() throws Exception {
    try (MixtureHarness operator =
        operator(options(Map.of()), FailingEncoder.Place.METRICS, Set.of("3"))) {
      send(operator, 0, 3);
      operator.processingTime(5_000);
      assertThat(operator.metrics()).isEmpty();
      send(operator, 3, 6);
      operator.processingTime(10_000);
      assertThat(operator.metrics()).extracting(MetricsEvent::getEvents).containsExactly(6L);
    }
  }

  /** Another model is to be dropped for it; that it cannot be said costs nothing more. */
  @Test
  void aDropThatCannotBeSaid_costsNoRecord() throws Exception {
    JobOptions options = options(Map.of("models.max", "1", "models.when-full", "drop-idle"));
    try (MixtureHarness operator = operator(options, FailingEncoder.Place.DROPPED, Set.of("1"))) {
      for (int i = 0; i < 3; i++) {
        operator.send(Events.features("k" + i, i, EXAMPLES.get(i), true));
      }
      assertThat(operator.predictions()).hasSize(3);
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getKind() == DriftKind.RETIRE)
          .extracting(DriftEvent::getModelKey)
          .containsExactly("k1");
    }
  }

  /** Ids are whatever a producer sends; reasons are read in terminals. */
  @Test
  void idsAreQuotedInReasons() throws Exception {
    String id = "7\n\u001b[2J";
    try (MixtureHarness operator =
        operator(options(Map.of()), FailingEncoder.Place.PREDICTION, Set.of(id))) {
      operator.send(new SourceRecord.Features("k", id, 0, 0, 0, EXAMPLES.get(0).features(), -1, 0));
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(
              letter ->
                  assertThat(letter.getReason())
                      .startsWith("event id '7\\u000a\\u001b[2J' of model key 'k': Ill"));
    }
  }

  /** Its records cannot be processed, and those of other keys can. */
  @Test
  void aParkedModelThatCannotBeRead_costsItsRecords() throws Exception {
    try (MixtureHarness operator =
        new MixtureHarness(options(Map.of("models.park-after", "1 min")))) {
      operator.send(Events.features("broken", 0, EXAMPLES.get(0), false));
      operator.send(Events.features("k", 0, EXAMPLES.get(0), true));
      Object model =
          field("slot", ((Map<?, ?>) field("unparked", operator.models())).get("broken"));
      operator.processingTime(600_000);
      assertThat(operator.models().parked()).isEqualTo(2);
      ((byte[]) field("bytes", field("form", model)))[0] ^= 1;

      operator.send(Events.label("broken", 0, EXAMPLES.get(0), 0));
      operator.send(Events.features("broken", 1, EXAMPLES.get(1), true));
      send(operator, 1, 5);
      operator.watermark(Long.MAX_VALUE);

      assertThat(operator.predictions()).hasSize(6);
      assertThat(operator.deadLetters().subList(0, 2))
          .allSatisfy(letter -> assertThat(letter.getKind()).isEqualTo(DeadLetterKind.FAILED))
          .extracting(DeadLetter::getTopic)
          .containsExactly("driftmoe.labels", "driftmoe.features");
      assertThat(operator.metrics())
          .filteredOn(MetricsEvent::getFinalReport)
          .extracting(MetricsEvent::getModelKey)
          .containsExactly("k");
    }
  }

  /** A checkpoint in which the detector of the one model is damaged. */
  private static KeyGroupsStateHandle damaged(OperatorSubtaskState checkpoint) throws IOException {
    KeyGroupsStateHandle state =
        (KeyGroupsStateHandle) checkpoint.getManagedKeyedState().iterator().next();
    byte[] bytes;
    try (InputStream in = state.openInputStream()) {
      bytes = in.readAllBytes();
    }
    int tag = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("ADWN");
    assertThat(tag).isPositive();
    bytes[tag] = '?';
    return new KeyGroupsStateHandle(
        state.getGroupRangeOffsets(), new ByteStreamStateHandle("damaged", bytes));
  }

  /** The job goes on, says so once, and its next checkpoint is whole. */
  @Test
  void aPartThatCannotBeRestored_beginsAfresh() throws Exception {
    JobOptions options = options(Map.of("learner.preset", "paper-data"));
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, 0, 150);
      checkpoint = operator.checkpoint(1);
    }
    KeyGroupsStateHandle damaged = damaged(checkpoint);
    OperatorSubtaskState next;
    try (MixtureHarness operator =
        new MixtureHarness(
            options,
            OperatorSubtaskState.builder()
                .setManagedKeyedState(damaged)
                .setRawKeyedState(checkpoint.getRawKeyedState())
                .build())) {
      send(operator, 150, 170);
      assertThat(operator.predictions()).hasSize(20);
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getKind() == DriftKind.FAIL)
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.getDescription())
                      .contains("to be restored", "ADWIN", "begins afresh"));
      next = operator.checkpoint(2);
    }
    try (MixtureHarness operator = new MixtureHarness(options, next)) {
      send(operator, 170, 180);
      assertThat(operator.driftEvents()).noneMatch(event -> event.getKind() == DriftKind.FAIL);
    }
    assertThatThrownBy(() -> SavepointReader.read(List.of(damaged), 1))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("a part of the model of 'k' cannot be read, detector 0: ");
  }

  private static Object field(String name, Object of) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  @Test
  void afterSoManyInARow_theJobStopsForGood() throws Exception {
    JobOptions options = options(Map.of("job.max-failures-in-a-row", "3"));
    Set<String> ids = ids(10, 30);
    ids.addAll(ids(3, 5));
    try (MixtureHarness operator = operator(options, FailingEncoder.Place.PREDICTION, ids)) {
      send(operator, 0, 12);
      assertThat(operator.deadLetters()).hasSize(4);
      assertThatThrownBy(() -> send(operator, 12, 13))
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .hasMessageStartingWith(
              "job.max-failures-in-a-row: 3 records in a row failed, the last one with"
                  + " driftmoe.features at partition 0, offset 12: IllegalStateException:"
                  + " injected");
    }
  }

  static List<FailingEncoder.Cause> concerningOthers() {
    return List.of(
        () -> new OutOfMemoryError("injected"),
        () -> new InterruptedException("injected"),
        () -> new CancelTaskException("injected"),
        () -> new IllegalStateException(new FlinkRuntimeException("injected")));
  }

  @ParameterizedTest
  @MethodSource("concerningOthers")
  void failuresThatConcernOthers_areThrown(FailingEncoder.Cause cause) throws Exception {
    MixtureFunction function =
        FailingEncoder.function(
            options(Map.of()), FailingEncoder.Place.PREDICTION, Set.of("1"), cause);
    try (MixtureHarness operator = new MixtureHarness(function, (OperatorSubtaskState) null)) {
      assertThatThrownBy(() -> send(operator, 0, 2)).hasStackTraceContaining("injected");
      assertThat(operator.deadLetters()).isEmpty();
    }
  }

  /** Computes like the reference, and fails where a network predicts or learns so many times. */
  private static final class FailingBackend implements NetworkBackend {
    private final ReferenceBackend reference = new ReferenceBackend();
    private final int failAtForward;
    private final int failAtStep;
    private int forwards;
    private int steps;

    private FailingBackend(int failAtForward, int failAtStep) {
      this.failAtForward = failAtForward;
      this.failAtStep = failAtStep;
    }

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public void forward(List<ForwardPass> passes) {
      if (forwards++ == failAtForward) {
        throw new IllegalStateException("injected");
      }
      reference.forward(passes);
    }

    @Override
    public void step(List<TrainingStep> trainingSteps) {
      if (steps++ == failAtStep) {
        throw new IllegalStateException("injected");
      }
      reference.step(trainingSteps);
    }

    @Override
    public void close() {
      reference.close();
    }
  }

  private record FailingBackends(int forward, int step) implements BackendSource {
    private static final long serialVersionUID = 1L;

    @Override
    public ChosenBackend choose(
        JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
      return ChosenBackend.all(options.backend());
    }

    @Override
    public NetworkBackend open(BackendChoice choice, String device, List<NetworkShape> shapes) {
      return new FailingBackend(forward, step);
    }
  }

  /** The gate's networks, or those of an expert, throw in the middle: it is said, and goes on. */
  @ParameterizedTest
  @ValueSource(strings = {"gate forward", "gate step", "expert forward", "expert step"})
  void aPartThatFails_isAnEvent_andTheModelRestores(String where) throws Exception {
    boolean expert = where.startsWith("expert");
    JobOptions options =
        options(
            Map.of(
                "learner.pool", expert ? "[naive-bayes, mlp]" : "[naive-bayes, hoeffding-tree]",
                "learner.top-k", "2",
                "learner.gates", expert ? "[fixed-share]" : "[mlp-nll, fixed-share]",
                "router.backend", "simd",
                "router.networks", "all"));
    int forward = where.endsWith("forward") ? 40 : -1;
    int step = where.endsWith("step") ? 2 : -1;
    OperatorSubtaskState checkpoint;
    List<PredictionEvent> going;
    try (MixtureHarness operator =
        new MixtureHarness(options, new FailingBackends(forward, step), null)) {
      send(operator, 0, 100);
      checkpoint = operator.checkpoint(1);
      send(operator, 100, 200);

      going = operator.predictions();
      assertThat(going).hasSize(200);
      assertThat(operator.deadLetters()).isEmpty();
      List<DriftEvent> failures =
          operator.driftEvents().stream().filter(e -> e.getKind() == DriftKind.FAIL).toList();
      assertThat(failures).hasSize(1);
      assertThat(failures.get(0).getDetector()).isEqualTo(expert ? "expert" : "gate");
      assertThat(failures.get(0).getExpert()).isEqualTo(expert ? 1 : null);
      assertThat(failures.get(0).getDescription())
          .startsWith(expert ? "expert 1 failed to " : "gate 0 failed to ")
          .contains(" and begins afresh: IllegalStateException: injected");
    }
    try (MixtureHarness operator =
        new MixtureHarness(options, new FailingBackends(-1, -1), checkpoint)) {
      send(operator, 100, 200);
      List<PredictionEvent> after = operator.predictions();
      for (int i = 0; i < 100; i++) {
        assertThat(after.get(i).getProbabilities())
            .isEqualTo(going.get(100 + i).getProbabilities());
      }
    }
  }

  @Test
  void text_isOneShortLineOfUnicode() {
    assertThat(FailureText.of(new IllegalStateException("a\nb\ud800")))
        .startsWith("IllegalStateException: a (FailuresTest.text_isOneShortLineOfUnicode, line ");
    assertThat(FailureText.of(new IllegalStateException("\ud800")))
        .startsWith("IllegalStateException: ? (");
    assertThat(FailureText.of(new IllegalStateException("x".repeat(9_000))).length())
        .isLessThan(800);
    Throwable foreign = new StackOverflowError();
    foreign.setStackTrace(new StackTraceElement[0]);
    assertThat(FailureText.of(foreign)).isEqualTo("StackOverflowError");
  }
}
