// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.TrainingStep;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GatheringOperatorTest {
  private static final int BATCH = 4;
  private static final List<LabeledExample> EXAMPLES = Events.examples(10_100);

  private final ObservedBackend device = new ObservedBackend();
  private final BackendSource machine = ObservedDevices.of(() -> device);
  private final int sharedBefore = SharedBackend.inUse();

  @AfterEach
  void nothingIsLeft() {
    assertThat(SharedBackend.inUse()).isEqualTo(sharedBefore);
  }

  @Test
  void recordsOfAModelWhoseStepRunsAreHeld_andOtherModelsGoOn() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      device.hold();
      send(operator, "a", 0, BATCH + 2);
      send(operator, "b", 0, 1);
      assertThat(ids(operator)).containsExactly("a0", "a1", "a2", "a3", "b0");
      assertThat(operator.held()).isEqualTo(2);
      device.letGo();
      operator.awaitMail();
      assertThat(ids(operator)).containsExactly("a0", "a1", "a2", "a3", "b0", "a4", "a5");
      assertThat(operator.held()).isZero();
    }
  }

  @Test
  void heldRecordsAreHeldAgainAtTheNextStep() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      device.hold();
      send(operator, "a", 0, 2 * BATCH + 1);
      device.awaitBegun(1);
      device.letGo();
      device.hold();
      operator.awaitMail();
      assertThat(ids(operator)).hasSize(2 * BATCH);
      assertThat(operator.held()).isEqualTo(1);
      device.awaitBegun(1);
      device.letGo();
      operator.awaitMail();
      assertThat(ids(operator)).hasSize(2 * BATCH + 1);
    }
  }

  @Test
  void featuresAndLabelsOfAModelKeepTheirOrder() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      device.hold();
      send(operator, "a", 0, BATCH);
      for (int i = BATCH; i < 2 * BATCH; i++) {
        operator.send(Events.features("a", i, EXAMPLES.get(i), false));
        operator.send(Events.label("a", i, EXAMPLES.get(i), 0));
      }
      assertThat(operator.held()).isEqualTo(2 * BATCH);
      device.letGo();
      operator.awaitMail();
      operator.checkpoint(1);
      assertThat(device.sizes()).containsExactly(1, 1);
      operator.processingTime(10_000);
      MetricsEvent metrics = operator.metrics().get(0);
      assertThat(metrics.getLabels()).isEqualTo(2 * BATCH);
      assertThat(metrics.getModelVersion()).isEqualTo(2 * BATCH);
    }
  }

  @Test
  void aRecordDoesNotWaitForTheMailOfAStepThatWasTaken() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      device.hold();
      send(operator, "a", 0, BATCH + 1);
      device.letGo();
      Awaitility.await().pollInSameThread().until(operator::hasMail);
      send(operator, "a", BATCH + 1, BATCH + 2);
      assertThat(ids(operator)).containsExactly("a0", "a1", "a2", "a3", "a4", "a5");
      operator.mails();
      assertThat(ids(operator)).hasSize(BATCH + 2);
    }
  }

  @Test
  void aWatermarkFindsNothingHeld() throws Exception {
    try (MixtureHarness operator = gathering(Map.of())) {
      long needed = operator.gatherer().statistics().launches(LaunchReason.NEEDED);
      operator.watermark(4_000);
      assertThat(ids(operator, "a")).hasSize(2 * BATCH + 2);
      assertThat(operator.held()).isZero();
      List<Object> output = operator.output();
      assertThat(output.get(output.size() - 1)).isEqualTo(new Watermark(4_000));
      assertThat(output.get(output.size() - 2)).isInstanceOf(StreamRecord.class);
      assertThat(operator.gatherer().statistics().launches(LaunchReason.NEEDED))
          .isEqualTo(needed + 1);
    }
  }

  @Test
  void aWatermarkWithNothingHeldLeavesStepsToBeGathered() throws Exception {
    try (MixtureHarness operator = gathering(Map.of())) {
      operator.watermark(4_000);
      device.launches().clear();
      send(operator, "b", BATCH, 2 * BATCH);
      operator.watermark(5_000);
      assertThat(device.launches()).isEmpty();
    }
  }

  @Test
  void anIdleInputFindsNothingHeld() throws Exception {
    try (MixtureHarness operator = gathering(Map.of())) {
      operator.idle();
      assertThat(ids(operator, "a")).hasSize(2 * BATCH + 2);
      List<Object> output = operator.output();
      assertThat(output.get(output.size() - 1)).isEqualTo(WatermarkStatus.IDLE);
      assertThat(output.get(output.size() - 2)).isInstanceOf(StreamRecord.class);
    }
  }

  @Test
  void aCheckpointFindsNothingHeld_andNoStepUnderWay() throws Exception {
    try (MixtureHarness operator = gathering(Map.of())) {
      operator.checkpoint(1);
      assertThat(ids(operator, "a")).hasSize(2 * BATCH + 2);
      send(operator, "b", BATCH, 2 * BATCH); // its step waits, and nothing is held behind it
      assertThat(operator.gatherer().statistics().steps()).isEqualTo(3);
      operator.checkpoint(2);
      assertThat(operator.gatherer().statistics().steps()).isEqualTo(4);
      assertThat(operator.steps().steps()).isEqualTo(4);
    }
  }

  @Test
  void theEndOfAnInputFindsNothingHeld() throws Exception {
    try (MixtureHarness operator = gathering(Map.of())) {
      operator.endInput();
      assertThat(ids(operator, "a")).hasSize(2 * BATCH + 2);
      send(operator, "b", BATCH, 2 * BATCH);
      operator.finish();
      assertThat(operator.gatherer().statistics().steps()).isEqualTo(4);
    }
  }

  @Test
  void whatIsHeldIsBounded() throws Exception {
    try (MixtureHarness operator = gathering(Map.of("learner.batch-size", "5000"), 5_000)) {
      int held = (int) operator.held();
      int next = 10_000 + held;
      for (int i = next; i < next + GatheringOperator.MOST_HELD - held - 1; i++) {
        operator.send(Events.features("a", i, EXAMPLES.get(i % 5_000), false));
      }
      assertThat(operator.held()).isEqualTo(GatheringOperator.MOST_HELD - 1);
      int before = ids(operator).size();
      operator.send(Events.features("a", 9_999_999, EXAMPLES.get(0), false));
      assertThat(operator.held()).isZero();
      assertThat(ids(operator)).hasSize(before + GatheringOperator.MOST_HELD);
    }
  }

  @Test
  void aStepThatNobodyJoinsIsLaunchedAfterTheDelay() throws Exception {
    try (MixtureHarness operator = gathering(Map.of("router.gather-delay", "30 ms"))) {
      while (operator.held() > 0) {
        operator.awaitMail();
      }
      assertThat(ids(operator, "a")).hasSize(2 * BATCH + 2);
      assertThat(operator.gatherer().statistics().launches(LaunchReason.WAITED)).isPositive();
    }
  }

  @Test
  void stepsOfAllModelsAreLaunchedTogether() throws Exception {
    try (MixtureHarness operator = gathering(Map.of())) {
      device.launches().clear();
      send(operator, "b", BATCH, 2 * BATCH);
      while (operator.held() > 0) { // the first mail may be of the steps before
        operator.awaitMail();
      }
      assertThat(device.sizes()).containsExactly(2);
      assertThat(ids(operator, "a")).hasSize(2 * BATCH + 2);
    }
  }

  @Test
  void aDeviceThatFailsChangesNoPrediction_andLosesNone() throws Exception {
    List<PredictionEvent> expected;
    try (MixtureHarness plain = plain()) {
      send(plain, "a", 0, 60);
      expected = plain.predictions();
    }
    try (MixtureHarness operator = operator(Map.of())) {
      for (int i = 0; i < 60; i++) {
        if (i == 30) {
          device.failNext();
        }
        send(operator, "a", i, i + 1);
        operator.mails();
      }
      operator.checkpoint(1);
      assertSame(operator.predictions(), expected);
      assertThat(operator.gatherer().statistics().failures()).isEqualTo(1);
      assertThat(device.isClosed()).isTrue();
      assertThat(operator.steps().steps()).isEqualTo(60 / BATCH);
    }
  }

  @Test
  void anyOtherFailureOfALaunchFailsTheTask() throws Exception {
    MixtureHarness operator = operator(Map.of());
    device.failNext(new IllegalArgumentException("a bug"));
    send(operator, "a", 0, BATCH);
    assertThatThrownBy(operator::awaitMail).hasRootCauseMessage("a bug");
    send(operator, "a", BATCH, BATCH + 1);
    assertThatThrownBy(() -> operator.watermark(1)).hasRootCauseMessage("a bug");
    assertThatThrownBy(() -> operator.checkpoint(1)).hasRootCauseMessage("a bug");
    operator.cancel();
    assertThat(device.isClosed()).isTrue();
  }

  @Test
  void aTaskThatIsCancelledDoesNotWaitForTheDevice() throws Exception {
    MixtureHarness operator = operator(Map.of());
    device.hold();
    send(operator, "a", 0, BATCH + 1);
    device.awaitBegun(1);
    Thread task = Thread.currentThread();
    CompletableFuture<Void> canceller =
        CompletableFuture.runAsync(
            () -> {
              Awaitility.await().until(() -> task.getState() == Thread.State.WAITING);
              task.interrupt();
            });
    assertThatThrownBy(() -> operator.watermark(1)).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    canceller.get(30, TimeUnit.SECONDS);
    device.letGo();
    operator.cancel();
    assertThat(device.isClosed()).isTrue();
  }

  @Test
  void aSavepointOfEitherIsGoneOnWithByTheOther() throws Exception {
    List<PredictionEvent> expected;
    try (MixtureHarness plain = plain()) {
      for (int i = 0; i < 50; i++) {
        send(plain, "a", i, i + 1);
        send(plain, "b", 2 * i, 2 * i + 2);
      }
      expected = plain.predictions();
    }
    for (boolean gatheredFirst : List.of(true, false)) {
      List<PredictionEvent> actual = new ArrayList<>();
      OperatorSubtaskState savepoint = null;
      for (int part = 0; part < 2; part++) {
        ObservedBackend opened = new ObservedBackend();
        BackendSource source = ObservedDevices.of(() -> opened);
        boolean gathered = gatheredFirst == (part == 0);
        try (MixtureHarness operator =
            gathered
                ? new MixtureHarness(options(Map.of()), source, savepoint)
                : new MixtureHarness(options(Map.of("router.backend", "java")), savepoint)) {
          for (int i = 25 * part; i < 25 * part + 25; i++) {
            send(operator, "a", i, i + 1);
            send(operator, "b", 2 * i, 2 * i + 2);
            operator.mails();
          }
          savepoint = operator.savepoint(part);
          actual.addAll(operator.predictions());
        }
        assertThat(opened.launches().isEmpty()).isNotEqualTo(gathered);
      }
      for (String key : List.of("a", "b")) {
        assertSame(of(key, actual), of(key, expected));
      }
    }
  }

  @Test
  void inEventTimeOrderTheStepsOfManyModelsAreLaunchedTogether() throws Exception {
    int models = 6;
    int events = 10 * BATCH;
    Map<String, String> byTime = Map.of("input.order", "event-time");
    Map<String, String> plainByTime = new HashMap<>(byTime);
    plainByTime.put("router.backend", "java");
    try (MixtureHarness plain = new MixtureHarness(options(plainByTime));
        MixtureHarness operator = operator(byTime)) {
      for (int i = events - 1; i >= 0; i--) {
        for (int m = 0; m < models; m++) {
          plain.send(Events.features("m" + m, i, EXAMPLES.get(i + m), true));
          operator.send(Events.features("m" + m, i, EXAMPLES.get(i + m), true));
        }
      }
      plain.watermark(500L * events); // half of them
      operator.watermark(500L * events);
      plain.watermark(Long.MAX_VALUE);
      operator.watermark(Long.MAX_VALUE);
      operator.checkpoint(1);
      for (int m = 0; m < models; m++) {
        assertSame(of("m" + m, operator.predictions()), of("m" + m, plain.predictions()));
      }
      assertThat(operator.eventTimeTimers()).isZero();
      assertThat(operator.metrics()).hasSize(models).allMatch(MetricsEvent::getFinalReport);
      assertThat(device.sizes().stream().mapToInt(n -> n).sum()).isEqualTo(models * 10);
      // the first model that steps knows of no others, from then on all wait for each other
      assertThat(device.sizes()).filteredOn(n -> n == models).hasSizeGreaterThanOrEqualTo(8);
    }
  }

  @Test
  void timersOfAModelKeepTheirOrder_whereItsStepIsTakenWhileTheyArePutOff() throws Exception {
    CountingBackend host = new CountingBackend();
    BackendSource withVectors =
        new BackendSource() {
          private static final long serialVersionUID = 1L;

          @Override
          public ChosenBackend choose(
              JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
            return ChosenBackend.all(options.backend());
          }

          @Override
          public NetworkBackend open(BackendChoice choice, String part, List<NetworkShape> shapes) {
            return choice == BackendChoice.SIMD ? host : device;
          }
        };
    Map<String, String> byTime =
        Map.of(
            "input.order", "event-time",
            "learner.batch-size", "2",
            "router.gather-routers", "1");
    try (MixtureHarness operator = new MixtureHarness(options(byTime), withVectors, null)) {
      send(operator, "b", 0, 2);
      operator.watermark(1_000); // b is known to step, so that a alone does not end a round
      operator.checkpoint(1);
      operator.mails();
      device.hold();
      // a steps at 3, so its timer at 4 is put off; its step is taken while b is at 5
      send(operator, "a", 2, 5);
      send(operator, "b", 5, 6);
      send(operator, "a", 6, 8);
      host.onForward(
          5,
          () -> {
            device.letGo();
            Awaitility.await().pollInSameThread().until(operator::hasMail);
          });
      operator.watermark(10_000);
      assertThat(ids(operator)).startsWith("b0", "b1", "a2", "a3", "b5");
      assertThat(ids(operator, "a")).containsExactly("a2", "a3", "a4", "a6", "a7");
    }
  }

  @Test
  void whatIsTakenAtOnceRunsInThePlainOperator() {
    for (String backend : List.of("java", "simd")) {
      MixtureFunction function =
          new MixtureFunction(options(Map.of("router.backend", backend)), null, machine);
      assertThat(MixtureJob.operator(function)).isExactlyInstanceOf(MixtureOperator.class);
    }
  }

  @Test
  void aBackEndThatIsNotThereEndsTheJob_withTheKey() {
    assertThatThrownBy(() -> new MixtureHarness(options(Map.of()), ObservedDevices.none(), null))
        .isInstanceOf(SuppressRestartsException.class)
        .hasRootCauseMessage("OPENCL: this test has none")
        .cause()
        .hasMessageStartingWith("router.backend: ");
  }

  @Test
  void vectorInstructionsComputeOnTheThreadOfTheTask() throws Exception {
    HostOnly host = new HostOnly(BackendChoice.SIMD);
    for (String backend : List.of("simd", "auto")) {
      host.backend.forwards = 0;
      host.backend.steps = 0;
      try (MixtureHarness operator =
          new MixtureHarness(options(Map.of("router.backend", backend)), host, null)) {
        send(operator, "a", 0, 2 * BATCH);
        assertThat(operator.steps()).isNull();
        assertThat(host.backend.forwards).isEqualTo(2 * BATCH);
        assertThat(host.backend.steps).isEqualTo(2);
        operator.checkpoint(1);
        operator.watermark(1_000);
        operator.endInput();
      }
      assertThat(host.backend.closed).isTrue();
    }
  }

  @Test
  void whereJavaIsFastestAutoIsPlain() throws Exception {
    try (MixtureHarness plain = plain();
        MixtureHarness operator =
            new MixtureHarness(
                options(Map.of("router.backend", "auto")),
                new HostOnly(BackendChoice.JAVA),
                null)) {
      send(plain, "a", 0, 20);
      send(operator, "a", 0, 20);
      assertSame(operator.predictions(), plain.predictions());
    }
  }

  /** A machine without device. */
  private static final class HostOnly implements BackendSource {
    private static final long serialVersionUID = 1L;

    private final transient CountingBackend backend = new CountingBackend();
    private final BackendChoice fastest;

    private HostOnly(BackendChoice fastest) {
      this.fastest = fastest;
    }

    @Override
    public ChosenBackend choose(
        JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
      assertThat(shapes).hasSize(1).allMatch(shape -> shape.rows() == BATCH);
      return ChosenBackend.all(fastest);
    }

    @Override
    public NetworkBackend open(BackendChoice choice, String device, List<NetworkShape> shapes)
        throws BackendUnavailableException {
      if (choice != BackendChoice.SIMD) {
        throw new BackendUnavailableException("only vectors");
      }
      return backend;
    }
  }

  private static final class CountingBackend implements NetworkBackend {
    private final ReferenceBackend reference = new ReferenceBackend();
    private int forwards;
    private int steps;
    private boolean closed;
    private int hookAt;
    private Runnable hook;

    /** Runs something during one of the calls, counted from 1. */
    private void onForward(int call, Runnable hook) {
      this.hookAt = call;
      this.hook = hook;
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public void forward(List<ForwardPass> passes) {
      forwards++;
      if (forwards == hookAt) {
        hook.run();
      }
      reference.forward(passes);
    }

    @Override
    public void step(List<TrainingStep> taken) {
      steps++;
      reference.step(taken);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private MixtureHarness operator(Map<String, String> overrides) throws Exception {
    return new MixtureHarness(options(overrides), machine, null);
  }

  private MixtureHarness gathering(Map<String, String> overrides) throws Exception {
    return gathering(overrides, BATCH);
  }

  /**
   * The models a and b are known, a step of a waits for one of b, and two records of a are held.
   */
  private MixtureHarness gathering(Map<String, String> overrides, int batch) throws Exception {
    MixtureHarness operator = operator(overrides);
    send(operator, "a", 0, batch);
    operator.checkpoint(-2);
    send(operator, "b", 0, batch);
    operator.checkpoint(-1);
    operator.mails();
    device.hold(); // or a short delay might be over before the records are sent
    send(operator, "a", batch, 2 * batch + 2);
    assertThat(operator.held()).isEqualTo(2);
    device.letGo();
    return operator;
  }

  private static MixtureHarness plain() throws Exception {
    return new MixtureHarness(options(Map.of("router.backend", "java")));
  }

  private static JobOptions options(Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>();
    keys.put("learner.preset", "paper-data");
    keys.put("learner.experts", "3");
    keys.put("learner.hidden", "[8]");
    keys.put("learner.batch-size", Integer.toString(BATCH));
    keys.put("router.backend", "opencl");
    keys.put("router.gather-delay", "1 min");
    keys.putAll(overrides);
    return Events.options(keys);
  }

  private static void send(MixtureHarness operator, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), true));
    }
  }

  private static List<String> ids(MixtureHarness operator) throws Exception {
    return operator.predictions().stream().map(p -> p.getModelKey() + p.getEventId()).toList();
  }

  private static List<String> ids(MixtureHarness operator, String key) throws Exception {
    return ids(operator).stream().filter(id -> id.startsWith(key)).toList();
  }

  private static List<PredictionEvent> of(String key, List<PredictionEvent> predictions) {
    return predictions.stream().filter(p -> p.getModelKey().equals(key)).toList();
  }

  /** In everything but the time at which they were made. */
  private static void assertSame(List<PredictionEvent> actual, List<PredictionEvent> expected) {
    assertThat(actual.stream().map(GatheringOperatorTest::timeless).toList())
        .isEqualTo(expected.stream().map(GatheringOperatorTest::timeless).toList());
  }

  /** A prediction without the time at which it was made. */
  static PredictionEvent timeless(PredictionEvent event) {
    return PredictionEvent.newBuilder(event).setLatencyMicros(0).build();
  }
}
