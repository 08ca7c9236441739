// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands do to models, in the operator. */
class ControlTest {
  private static final int COUNT = 900;
  private static final List<LabeledExample> EXAMPLES = Events.examples(COUNT);
  private static final int GROUPS = 8;
  private static final MixtureHarness.Subtask ALONE = new MixtureHarness.Subtask(0, 1, GROUPS);

  @TempDir private Path folder;

  private long number;

  private static JobOptions options(Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.putIfAbsent("learner.preset", "paper-data");
    keys.putIfAbsent("topics.control", "commands");
    return Events.options(keys);
  }

  private static JobOptions options() {
    return options(Map.of());
  }

  private Command command(Command.Kind kind, boolean isPrefix, String text) {
    number++;
    return new Command("c-" + number, kind, new Command.Target(isPrefix, text), 5_000, number);
  }

  /** To one model. */
  private void toOne(MixtureHarness operator, Command.Kind kind, String key) throws Exception {
    operator.command(new SourceRecord.Control(command(kind, false, key), key));
  }

  /** To all models whose keys begin so, of these groups; the models that were meant. */
  private long toAll(
      List<MixtureHarness> operators, List<Integer> groups, Command.Kind kind, String prefix)
      throws Exception {
    Command command = command(kind, true, prefix);
    for (int group = 0; group < GROUPS; group++) {
      operators
          .get(groups.get(group))
          .command(new SourceRecord.Control(command, ControlKeys.of(group, GROUPS)));
    }
    return operators.stream()
        .flatMap(operator -> operator.answers().stream())
        .filter(answer -> answer.command().equals(command) && answer.refusal().isEmpty())
        .mapToLong(GroupAnswer::models)
        .sum();
  }

  private long toAll(MixtureHarness operator, Command.Kind kind, String prefix) throws Exception {
    return toAll(List.of(operator), List.of(0, 0, 0, 0, 0, 0, 0, 0), kind, prefix);
  }

  private static void send(MixtureHarness operator, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), true));
    }
  }

  private static List<PredictionEvent> of(String key, MixtureHarness operator) throws Exception {
    return operator.predictions().stream().filter(p -> p.getModelKey().equals(key)).toList();
  }

  private static MetricsEvent latest(String key, MixtureHarness operator) throws Exception {
    operator.processingTime(System.currentTimeMillis()); // the harness begins at 0
    List<MetricsEvent> all =
        operator.metrics().stream().filter(m -> m.getModelKey().equals(key)).toList();
    return all.get(all.size() - 1);
  }

  @Test
  void aFrozenModelPredictsOn_isScored_andLearnsNothing_untilItIsThawed() throws Exception {
    JobOptions options = options();
    MixtureOfExperts twin =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "a", 0, 300);
      send(operator, "b", 0, 10);
      toOne(operator, Command.Kind.FREEZE, "a");
      send(operator, "a", 300, 500);
      send(operator, "b", 10, 20);
      toOne(operator, Command.Kind.THAW, "a");
      send(operator, "a", 500, 600);

      List<PredictionEvent> predictions = of("a", operator);
      int right = 0;
      for (int i = 0; i < 600; i++) {
        PendingPrediction expected = twin.predict(EXAMPLES.get(i).features());
        right += expected.predictedClass() == EXAMPLES.get(i).label() ? 1 : 0;
        assertThat(predictions.get(i).getProbabilities().get(0))
            .isEqualTo(expected.probabilities()[0]);
        assertThat(predictions.get(i).getModelVersion()).isEqualTo(twin.version());
        if (i < 300 || i >= 500) {
          twin.learn(expected, EXAMPLES.get(i).label());
        }
      }
      assertThat(of("b", operator)).last().matches(p -> p.getModelVersion() == 19);
      MetricsEvent metrics = latest("a", operator);
      assertThat(metrics.getLabels()).isEqualTo(600); // scored all the time
      assertThat(metrics.getAccuracy()).isEqualTo(100.0 * right / 600);
      assertThat(metrics.getModelVersion()).isEqualTo(400);
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getDetector().equals("control"))
          .extracting(DriftEvent::getKind)
          .containsExactly(DriftKind.FREEZE, DriftKind.THAW);
      DriftEvent answer = operator.driftEvents().get(0);
      assertThat(answer.getEventId()).isEqualTo("c-1");
      assertThat(answer.getModelKey()).isEqualTo("a");
      assertThat(answer.getModels()).isEqualTo(1);
      assertThat(answer.getEventTime()).isEqualTo(5_000);
      assertThat(answer.getModelVersion()).isEqualTo(300);
    }
  }

  @Test
  void aLateLabelIsLearned_ifItComesWhileTheModelLearns() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options())) {
      send(operator, "a", 0, 10);
      operator.send(Events.features("a", 10, EXAMPLES.get(10), false));
      toOne(operator, Command.Kind.FREEZE, "a");
      operator.send(Events.label("a", 10, EXAMPLES.get(10), 5));
      operator.send(Events.features("a", 11, EXAMPLES.get(11), false));
      toOne(operator, Command.Kind.THAW, "a");
      operator.send(Events.label("a", 11, EXAMPLES.get(11), 5));
      operator.send(Events.features("a", 12, EXAMPLES.get(12), true));
      assertThat(of("a", operator)).last().matches(p -> p.getModelVersion() == 11);
      operator.send(Events.features("a", 10, EXAMPLES.get(10), true));
      assertThat(operator.deadLetters()).hasSize(1); // its label was taken: it is a duplicate
    }
  }

  @Test
  void aKeyThatIsReset_beginsAnew_andDoesNotLearnWhatItsFormerModelPredicted() throws Exception {
    JobOptions options = options();
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "a", 0, 100);
      operator.send(Events.features("a", 100, EXAMPLES.get(100), false));
      toOne(operator, Command.Kind.RESET, "a");
      saved = operator.checkpoint(1);
    }
    MixtureOfExperts fresh =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    try (MixtureHarness operator = new MixtureHarness(options, saved)) {
      operator.send(Events.label("a", 100, EXAMPLES.get(100), 5));
      operator.send(Events.features("a", 101, EXAMPLES.get(101), false));
      saved = operator.checkpoint(2);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved)) {
      operator.send(Events.label("a", 101, EXAMPLES.get(101), 5)); // of the model that is there
      send(operator, "a", 102, 200);
      fresh.learn(fresh.predict(EXAMPLES.get(101).features()), EXAMPLES.get(101).label());
      List<PredictionEvent> predictions = of("a", operator);
      for (int i = 102; i < 200; i++) {
        PendingPrediction expected = fresh.predict(EXAMPLES.get(i).features());
        assertThat(predictions.get(i - 102).getProbabilities().get(0))
            .isEqualTo(expected.probabilities()[0]);
        fresh.learn(expected, EXAMPLES.get(i).label());
      }
      MetricsEvent metrics = latest("a", operator);
      assertThat(metrics.getLabels()).isEqualTo(99); // that of the former model is not among them
      assertThat(metrics.getModelVersion()).isEqualTo(99);
    }
  }

  @Test
  void aCommandToAll_isForModelsToComeAndAfterRescaling_andCostsNoParkedModelItsPlace()
      throws Exception {
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options(), null, ALONE)) {
      for (int key = 0; key < 20; key++) {
        send(operator, "key " + key, 0, 3);
      }
      operator.processingTime(3_600_000);
      assertThat(operator.models().parked()).isEqualTo(20);
      assertThat(toAll(operator, Command.Kind.FREEZE, "")).isEqualTo(20);
      assertThat(toAll(operator, Command.Kind.THAW, "key 1")).isEqualTo(11);
      assertThat(operator.models().parked()).isEqualTo(20);
      saved = operator.checkpoint(1);
    }
    List<MixtureHarness> halves = new ArrayList<>();
    List<Integer> subtasks = List.of(0, 0, 0, 0, 1, 1, 1, 1);
    try {
      for (int index = 0; index < 2; index++) {
        MixtureHarness.Subtask half = new MixtureHarness.Subtask(index, 2, GROUPS);
        halves.add(new MixtureHarness(options(), half.part(saved, 1), half));
      }
      for (int key = 0; key < 40; key++) {
        String name = "key " + key;
        int learned = key < 20 ? 3 : 0;
        boolean thawed = name.startsWith("key 1");
        MixtureHarness half = halves.get(subtasks.get(ControlKeys.groupOf(name, GROUPS)));
        send(half, name, learned, 10);
        assertThat(of(name, half))
            .as(name)
            .last()
            .matches(p -> p.getModelVersion() == (thawed ? 9 : learned));
      }
      assertThat(toAll(halves, subtasks, Command.Kind.THAW, "")).isEqualTo(40);
      for (int key = 0; key < 40; key++) {
        String name = "key " + key;
        MixtureHarness half = halves.get(subtasks.get(ControlKeys.groupOf(name, GROUPS)));
        send(half, name, 10, 12);
        assertThat(of(name, half)).last().matches(p -> p.getModelVersion() % 10 > 0);
      }
    } finally {
      halves.forEach(MixtureHarness::close);
    }
  }

  @Test
  void aResetOfAll_isSaidOfEachModelOnce_andIsNotForModelsToCome() throws Exception {
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options(), null, ALONE)) {
      send(operator, "a", 0, 50);
      send(operator, "b", 0, 50);
      assertThat(toAll(operator, Command.Kind.RESET, "")).isEqualTo(2);
      send(operator, "a", 50, 60);
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(), saved, ALONE)) {
      send(operator, "a", 60, 70);
      send(operator, "b", 50, 60);
      send(operator, "c", 0, 10);
      assertThat(of("a", operator)).last().matches(p -> p.getModelVersion() == 19);
      assertThat(of("b", operator)).last().matches(p -> p.getModelVersion() == 9);
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getKind() == DriftKind.RESET)
          .singleElement()
          .matches(event -> event.getModelKey().equals("b") && event.getModels() == -1)
          .matches(event -> event.getModelVersion() == 50);
    }
  }

  @Test
  void aJobWithoutControlTopic_releasesTheModels_andSaysSo() throws Exception {
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options(), null, ALONE)) {
      send(operator, "a", 0, 10);
      toAll(operator, Command.Kind.FREEZE, "");
      send(operator, "a", 10, 20);
      saved = operator.checkpoint(1);
    }
    JobOptions without = options(Map.of("topics.control", "null"));
    try (MixtureHarness operator = new MixtureHarness(without, saved, ALONE)) {
      send(operator, "a", 20, 31);
      send(operator, "b", 0, 5);
      assertThat(of("a", operator)).last().matches(p -> p.getModelVersion() == 20);
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getKind() == DriftKind.THAW)
          .singleElement()
          .matches(event -> event.getModelKey().equals("a"));
      saved = operator.checkpoint(2);
    }
    try (MixtureHarness operator = new MixtureHarness(options(), saved, ALONE)) {
      send(operator, "c", 0, 5); // the command does not come back with the topic
      assertThat(of("c", operator)).last().matches(p -> p.getModelVersion() == 4);
    }
  }

  @Test
  void aCommandToAKeyWithoutModel_isRefused_andLeavesNothing() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options())) {
      int before = operator.stateEntries();
      toOne(operator, Command.Kind.RESET, "nobody");
      assertThat(operator.driftEvents())
          .singleElement()
          .matches(event -> event.getKind() == DriftKind.REFUSE && event.getModels() == 0)
          .matches(event -> event.getDescription().equals("modelKey 'nobody' has no model"));
      assertThat(operator.stateEntries()).isEqualTo(before);
      assertThat(operator.eventTimeTimers()).isZero();
    }
  }

  @Test
  void commandsToTooManyBeginnings_areRefused_untilOneReplacesThem() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(), null, ALONE)) {
      for (int i = 0; i <= StandingCommands.MOST; i++) {
        toAll(operator, Command.Kind.FREEZE, "tenant " + i + "/");
      }
      List<GroupAnswer> answers = operator.answers();
      assertThat(answers.subList(0, GROUPS * StandingCommands.MOST))
          .allMatch(answer -> answer.refusal().isEmpty());
      assertThat(answers.subList(GROUPS * StandingCommands.MOST, answers.size()))
          .hasSize(GROUPS)
          .allMatch(answer -> answer.refusal().contains("100 different beginnings of keys"));
      toAll(operator, Command.Kind.THAW, "tenant ");
      toAll(operator, Command.Kind.FREEZE, "tenant 7/");
      assertThat(operator.answers().subList(answers.size(), answers.size() + 2 * GROUPS))
          .allMatch(answer -> answer.refusal().isEmpty());
      send(operator, "tenant 7/x", 0, 3);
      send(operator, "tenant 8/x", 0, 3);
      assertThat(of("tenant 7/x", operator)).last().matches(p -> p.getModelVersion() == 0);
      assertThat(of("tenant 8/x", operator)).last().matches(p -> p.getModelVersion() == 2);
    }
  }

  @Test
  void aCommandToAll_isTaken_howeverManyOthersHold() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(), null, ALONE)) {
      send(operator, "tenant 7/x", 0, 3);
      for (int i = 0; i < StandingCommands.MOST; i++) {
        toAll(operator, Command.Kind.RESET, "tenant " + i + "/");
        toAll(operator, Command.Kind.THAW, "tenant " + i + "/");
      }
      int before = operator.answers().size();
      toAll(operator, Command.Kind.RESET, "more"); // only the group of the model is not settled
      assertThat(operator.answers().subList(before, before + GROUPS))
          .filteredOn(answer -> !answer.refusal().isEmpty())
          .singleElement()
          .matches(answer -> answer.refusal().contains("with a reset of all"));
      send(operator, "tenant 7/x", 3, 6);
      assertThat(of("tenant 7/x", operator)).last().matches(p -> p.getModelVersion() == 2);
      toAll(operator, Command.Kind.RESET, "more");
      toAll(operator, Command.Kind.FREEZE, "");
      assertThat(operator.answers().subList(before + GROUPS, before + 3 * GROUPS))
          .allMatch(answer -> answer.refusal().isEmpty());
      send(operator, "tenant 7/x", 6, 9);
      assertThat(of("tenant 7/x", operator)).last().matches(p -> p.getModelVersion() == 3);
    }
  }

  @Test
  void branchesThatEnded_makeRoomForOthers() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(), null, ALONE)) {
      for (int i = 0; i < 3 * StandingCommands.MOST; i++) {
        number++;
        Command command =
            new Command(
                "c-" + number,
                Command.Kind.DROP_BRANCH,
                new Command.Target(true, i % 2 == 0 ? "" : "a"),
                5_000,
                "b" + i,
                "",
                number);
        operator.command(new SourceRecord.Control(command, ControlKeys.of(0, GROUPS)));
      }
      assertThat(operator.answers())
          .hasSize(3 * StandingCommands.MOST)
          .allMatch(answer -> answer.refusal().isEmpty());
      operator.checkpoint(1);
    }
  }

  @Test
  void aSnapshotIsWrittenOnRequest_andOnDrift() throws Exception {
    Path published = folder.resolve("models");
    JobOptions options =
        options(
            Map.of(
                "models.publish.folder", published.toString(),
                "models.publish.every", "1 d",
                "models.publish.on-drift", "true"));
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "a", 0, 30);
      send(operator, "b", 0, 40);
      toOne(operator, Command.Kind.SNAPSHOT, "a");
      settle(operator, 100_000);
      assertThat(version(published, "a")).isEqualTo(30);
      assertThat(Files.exists(published.resolve(ModelFile.nameOf("b")))).isFalse();
      send(operator, "a", 30, 35);
      assertThat(toAll(operator, Command.Kind.SNAPSHOT, "")).isEqualTo(2);
      settle(operator, 200_000);
      assertThat(version(published, "a")).isEqualTo(35);
      assertThat(version(published, "b")).isEqualTo(40);

      int next = 40;
      while (operator.driftEvents().stream().noneMatch(e -> e.getKind() == DriftKind.DRIFT)) {
        send(operator, "b", next, next + 1); // the concept turns half-way
        next++;
      }
      settle(operator, 300_000);
      assertThat(version(published, "b")).isEqualTo(next);
      toOne(operator, Command.Kind.RESET, "b");
      settle(operator, 3 * 24 * 3_600_000L);
      assertThat(version(published, "b")).isZero();
    }
  }

  private static void settle(MixtureHarness operator, long time) throws Exception {
    ModelPublisher publisher = Objects.requireNonNull(operator.publisher());
    long now = time;
    do { // it pauses for longer where writing takes longer
      operator.processingTime(now);
      await().pollInterval(Duration.ofMillis(1)).until(() -> !publisher.isWriting());
      now += 100;
    } while (publisher.hasDue() || now < time + 400);
  }

  private static long version(Path published, String key) throws Exception {
    return Model.load(published.resolve(ModelFile.nameOf(key))).version();
  }
}
