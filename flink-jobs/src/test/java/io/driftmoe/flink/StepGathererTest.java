// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.StepQueue.Ticket;
import io.driftmoe.networks.TrainingStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StepGathererTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int ROWS = 4;

  private final ObservedBackend device = new ObservedBackend();
  private final List<StepGatherer> started = new ArrayList<>();

  @AfterEach
  void everyThreadEnds() {
    started.forEach(StepGatherer::close);
    assertThat(started).allMatch(StepGatherer::isClosed);
  }

  @Test
  void theOnlyModelWaitsForNobody() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    GatheredSteps subtask = new GatheredSteps(gatherer);
    Model model = new Model("a", 1);
    awaitTaken(model.submit(subtask));
    awaitTaken(model.submit(subtask));
    assertThat(device.sizes()).containsExactly(1, 1);
    assertThat(gatherer.statistics().launches(LaunchReason.FULL)).isEqualTo(2);
    model.assertSteps(2);
  }

  @Test
  void stepsOfAllModelsOfAllSubtasksAreLaunchedTogether_whenTheLastHasCome() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    List<Model> models = known(gatherer, 5);
    device.launches().clear();
    List<StepBlock> blocks = new ArrayList<>();
    for (Model model : models) {
      assertThat(blocks).noneMatch(StepBlock::isTaken);
      blocks.add(model.submit(model.subtask));
    }
    blocks.forEach(StepGathererTest::awaitTaken);
    assertThat(device.sizes()).containsExactly(5);
    for (Model model : models) {
      model.assertSteps(2);
    }
  }

  @Test
  void noMoreAreLaunchedTogetherThanConfigured_theOldestFirst() throws Exception {
    StepGatherer gatherer = start(2, LONG);
    List<Model> models = known(gatherer, 5);
    long needed = gatherer.statistics().launches(LaunchReason.NEEDED);
    device.launches().clear();
    device.hold();
    List<StepBlock> blocks = new ArrayList<>();
    for (Model model : models) {
      blocks.add(model.submit(model.subtask));
    }
    device.letGo();
    blocks.subList(0, 4).forEach(StepGathererTest::awaitTaken);
    assertThat(blocks.get(4).isTaken()).as("two of five are enough, one is not").isFalse();
    blocks.get(4).await();
    assertThat(device.sizes()).containsExactly(2, 2, 1);
    assertThat(gatherer.statistics().launches(LaunchReason.NEEDED)).isEqualTo(needed + 1);
  }

  @Test
  void oneThatNobodyJoinsIsLaunchedWhenItHasWaited() throws Exception {
    StepGatherer gatherer = start(64, Duration.ofMillis(20));
    List<Model> models = known(gatherer, 3);
    long waited = gatherer.statistics().launches(LaunchReason.WAITED);
    awaitTaken(models.get(1).submit(models.get(1).subtask));
    assertThat(gatherer.statistics().launches(LaunchReason.WAITED)).isEqualTo(waited + 1);
  }

  @Test
  void oneThatIsNeededIsLaunchedWithThoseThatWait() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    List<Model> models = known(gatherer, 4);
    long needed = gatherer.statistics().launches(LaunchReason.NEEDED);
    device.launches().clear();
    StepBlock first = models.get(0).submit(models.get(0).subtask);
    StepBlock second = models.get(1).submit(models.get(1).subtask);
    second.await();
    assertThat(first.isTaken()).isTrue();
    assertThat(device.sizes()).containsExactly(2);
    assertThat(gatherer.statistics().launches(LaunchReason.NEEDED)).isEqualTo(needed + 1);
  }

  @Test
  void aStepIsWaitedForBeforeItWasHandedOver() throws Exception {
    GatheredSteps subtask = new GatheredSteps(start(64, LONG));
    Model model = new Model("a", 1);
    subtask.of("a");
    Ticket ticket = subtask.add(model.next());
    ticket.await();
    assertThat(subtask.submit()).isNull();
    model.assertSteps(1);
  }

  @Test
  void stepsOfOneEventGoTogether_aLaunchForEachShape() throws Exception {
    GatheredSteps subtask = new GatheredSteps(start(64, LONG));
    Model wide = new Model("a", 1, 7);
    Model narrow = new Model("a", 2, 3);
    subtask.of("a");
    subtask.add(wide.next());
    subtask.add(narrow.next());
    awaitTaken(subtask.submit());
    assertThat(device.launches())
        .extracting(launch -> launch.shape().sizes().get(1))
        .containsExactly(7, 3);
    assertThat(subtask.steps()).isEqualTo(2);
    wide.assertSteps(1);
    narrow.assertSteps(1);
  }

  @Test
  void subtasksAtOnceChangeNoResult() throws Exception {
    StepGatherer gatherer = start(6, Duration.ofMillis(1));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<List<Model>>> subtasks = new ArrayList<>();
    for (int s = 0; s < 4; s++) {
      int seed = s;
      subtasks.add(threads.submit(() -> train(new GatheredSteps(gatherer), seed)));
    }
    for (Future<List<Model>> subtask : subtasks) {
      for (Model model : subtask.get()) {
        model.assertSteps(model.taken);
      }
    }
    threads.shutdown();
    assertThat(gatherer.statistics().steps()).isEqualTo(4 * 300);
    assertThat(device.sizes().stream().mapToInt(n -> n).sum()).isEqualTo(4 * 300);
    assertThat(device.sizes()).allMatch(n -> n <= 6).anyMatch(n -> n > 1);
    assertThat(device.launches().stream().map(ObservedBackend.Launch::thread).distinct())
        .as("one thread owns the device")
        .hasSize(1);
  }

  private static List<Model> train(GatheredSteps subtask, int seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<Model> models = new ArrayList<>();
    List<Ticket> tickets = new ArrayList<>();
    for (int m = 0; m < 5; m++) {
      models.add(new Model(seed + "-" + m, 10 * seed + m));
      tickets.add(() -> {});
    }
    for (int i = 0; i < 300; i++) {
      int m = (int) (5 * random.nextDouble());
      tickets.get(m).await();
      tickets.set(m, models.get(m).submit(subtask));
    }
    tickets.forEach(Ticket::await);
    return models;
  }

  @Test
  void aDeviceThatFailsIsGivenUp_andNoStepIsLost() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    GatheredSteps subtask = new GatheredSteps(gatherer);
    Model model = new Model("a", 1);
    awaitTaken(model.submit(subtask));
    device.failNext();
    awaitTaken(model.submit(subtask));
    assertThat(gatherer.isDeviceLost()).isTrue();
    assertThat(device.isClosed()).isTrue();
    assertThat(model.submit(subtask)).as("taken at once, by the subtask").isNull();
    model.assertSteps(3);
    assertThat(device.sizes()).hasSize(2);
    assertThat(gatherer.statistics().failures()).isEqualTo(1);
    assertThat(gatherer.describe()).isEqualTo("java (observed failed)");
    assertThat(subtask.steps()).isEqualTo(3);
  }

  @Test
  void stepsThatWaitedForADeviceThatFailsAreTakenToo() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    List<Model> models = known(gatherer, 3);
    device.hold();
    StepBlock launched = models.get(0).submit(models.get(0).subtask);
    CompletableFuture<Void> needed = CompletableFuture.runAsync(launched::await);
    device.awaitBegun(1);
    StepBlock waiting = models.get(1).submit(models.get(1).subtask);
    device.failNext();
    device.letGo();
    waiting.await();
    needed.get(30, TimeUnit.SECONDS);
    for (int m = 0; m < 3; m++) {
      models.get(m).assertSteps(m < 2 ? 2 : 1);
    }
  }

  @Test
  void anyOtherFailureReachesAllWhoWaitOrCome() throws Exception {
    for (Throwable failure :
        List.of(new IllegalArgumentException("a bug"), new StackOverflowError())) {
      ObservedBackend broken = new ObservedBackend();
      StepGatherer gatherer = start(broken, 64, LONG);
      GatheredSteps subtask = new GatheredSteps(gatherer);
      CompletableFuture<List<StepBlock>> told = new CompletableFuture<>();
      subtask.onSettled(told::complete);
      broken.failNext(failure);
      StepBlock block = new Model("a", 1).submit(subtask);
      assertThatThrownBy(block::await).hasMessageContaining("launch").hasCause(failure);
      assertThat(told.get(30, TimeUnit.SECONDS)).containsExactly(block);
      assertThatThrownBy(() -> new Model("b", 1).submit(subtask)).hasCause(failure);
      assertThat(gatherer.isBroken()).isTrue();
      Awaitility.await().until(gatherer::isClosed);
      assertThat(broken.isClosed()).isTrue();
    }
  }

  @Test
  void whoWaitsCanBeInterrupted() throws Exception {
    GatheredSteps subtask = new GatheredSteps(start(64, LONG));
    device.hold();
    StepBlock block = new Model("a", 1).submit(subtask);
    device.awaitBegun(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                block.await();
              } catch (IllegalStateException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    waiting.start();
    waiting.interrupt();
    assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
    device.letGo();
  }

  @Test
  void aSubtaskThatEndsTakesItsStepsAndModelsAway() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    List<Model> models = known(gatherer, 2);
    device.launches().clear();
    StepBlock left = models.get(0).submit(models.get(0).subtask);
    models.get(0).subtask.close();
    StepBlock other = models.get(1).submit(models.get(1).subtask);
    awaitTaken(other);
    assertThat(left.isTaken()).isFalse();
    assertThat(device.sizes()).as("launched as the only one there is").containsExactly(1);
    assertThat(gatherer.statistics().launches(LaunchReason.FULL)).isPositive();
  }

  @Test
  void closingGivesTheDeviceBack_andTellsWhoWaits() throws Exception {
    StepGatherer gatherer = start(64, LONG);
    List<Model> models = known(gatherer, 2);
    StepBlock left = models.get(0).submit(models.get(0).subtask);
    gatherer.close();
    assertThat(gatherer.isClosed()).isTrue();
    assertThat(device.isClosed()).isTrue();
    assertThatThrownBy(left::await).hasMessageContaining("no longer taken");
  }

  @Test
  void aBackEndThatDoesNotOpenSaysWhy_andLeavesNoThread() {
    assertThatThrownBy(
            () ->
                StepGatherer.start(
                    () -> {
                      throw new BackendUnavailableException("no ICD");
                    },
                    64,
                    LONG))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage("no ICD");
    assertThatThrownBy(
            () ->
                StepGatherer.start(
                    () -> {
                      throw new BackendException("odd");
                    },
                    64,
                    LONG))
        .hasRootCauseMessage("odd");
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(t -> t.getName().equals(StepGatherer.THREAD)));
  }

  static TrainingStep anyStep() {
    return new Model("any", 1).next();
  }

  private StepGatherer start(int gatherRouters, Duration delay) throws Exception {
    return start(device, gatherRouters, delay);
  }

  private StepGatherer start(ObservedBackend backend, int gatherRouters, Duration delay)
      throws Exception {
    StepGatherer gatherer = StepGatherer.start(() -> backend, gatherRouters, delay);
    started.add(gatherer);
    return gatherer;
  }

  /** Models that have each taken a step, of two subtasks by turns. */
  private static List<Model> known(StepGatherer gatherer, int count) {
    List<GatheredSteps> subtasks =
        List.of(new GatheredSteps(gatherer), new GatheredSteps(gatherer));
    List<Model> models = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      Model model = new Model("model " + m, m);
      model.subtask = subtasks.get(m % 2);
      model.submit(model.subtask).await();
      models.add(model);
    }
    return models;
  }

  private static void awaitTaken(StepBlock block) {
    Awaitility.await().until(block::isTaken);
  }

  /** A router with mini-batches that its seed says, and what it must become. */
  private static final class Model {
    private final String key;
    private final Mlp router;
    private final Mlp expected;
    private final SplitMix64 random;
    private final SplitMix64 again;
    private GatheredSteps subtask;
    private int taken;

    private Model(String key, long seed) {
      this(key, seed, 5);
    }

    private Model(String key, long seed, int hidden) {
      this.key = key;
      this.router = Mlp.xavier(seed, 3, hidden, 2);
      this.expected = Mlp.xavier(seed, 3, hidden, 2);
      this.random = new SplitMix64(seed);
      this.again = new SplitMix64(seed);
    }

    private TrainingStep next() {
      taken++;
      return step(router, random);
    }

    private StepBlock submit(GatheredSteps steps) {
      steps.of(key);
      steps.add(next());
      return steps.submit();
    }

    private void assertSteps(int count) {
      ReferenceBackend reference = new ReferenceBackend();
      while (expected.steps() < count) {
        reference.step(List.of(step(expected, again)));
      }
      assertThat(router.steps()).isEqualTo(count);
      assertThat(router.parameters()).isEqualTo(expected.parameters());
      assertThat(router.secondMoments()).isEqualTo(expected.secondMoments());
    }

    private static TrainingStep step(Mlp router, SplitMix64 random) {
      float[] inputs = new float[ROWS * 3];
      float[] targets = new float[ROWS * 2];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = (float) random.nextDouble();
      }
      for (int i = 0; i < targets.length; i++) {
        targets[i] = random.nextDouble() < 0.5 ? 0 : 1;
      }
      return new TrainingStep(router, Loss.BINARY, inputs, null, targets, ROWS, 0.01);
    }
  }
}
