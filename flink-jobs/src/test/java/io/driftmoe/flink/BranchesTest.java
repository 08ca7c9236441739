// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.branches.PairedTest;
import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shadows of models, in the operator. */
class BranchesTest {
  private static final int COUNT = 1_500;
  private static final List<LabeledExample> EXAMPLES = Events.examples(COUNT);
  private static final int GROUPS = 8;
  private static final MixtureHarness.Subtask ALONE = new MixtureHarness.Subtask(0, 1, GROUPS);

  /** So many events later a label comes. */
  private static final int LATE = 7;

  private long number;

  private static JobOptions options(Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.putIfAbsent("learner.preset", "paper-data");
    return Events.options(keys);
  }

  private static JobOptions with(String branches) {
    return options(Map.of("learner.branches", branches));
  }

  private void command(
      MixtureHarness operator, Command.Kind kind, String key, String branch, String settings)
      throws Exception {
    number++;
    JobOptions options = options(Map.of());
    String written =
        kind == Command.Kind.BRANCH
            ? BranchFormat.write(JobOptions.branch(settings, options.learner())).toString()
            : "";
    Command.Target target = new Command.Target(key.isEmpty(), key);
    Command command = new Command("c" + number, kind, target, 5_000, branch, written, number);
    if (!key.isEmpty()) {
      operator.command(new SourceRecord.Control(command, key));
      return;
    }
    for (int group = 0; group < GROUPS; group++) {
      operator.command(new SourceRecord.Control(command, ControlKeys.of(group, GROUPS)));
    }
  }

  private static void send(MixtureHarness operator, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i % COUNT), true));
    }
  }

  /** Each label comes after seven more events. */
  private static void sendLate(MixtureHarness operator, String key, int from, int to)
      throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), false));
      if (i >= LATE) {
        operator.send(Events.label(key, i - LATE, EXAMPLES.get(i - LATE), LATE));
      }
    }
  }

  private static List<PredictionEvent> withoutLatency(List<PredictionEvent> predictions) {
    predictions.forEach(prediction -> prediction.setLatencyMicros(0));
    return predictions;
  }

  private static MetricsEvent report(MixtureHarness operator) throws Exception {
    operator.processingTime(System.currentTimeMillis()); // the harness begins at 0
    List<MetricsEvent> all = operator.metrics();
    return all.get(all.size() - 1);
  }

  private static List<DriftEvent> said(MixtureHarness operator) throws Exception {
    return operator.driftEvents().stream()
        .filter(event -> event.getDetector().equals("control"))
        .toList();
  }

  /** What a branch is in the library: the same events, labels when they come. */
  private static final class Twin {
    private final MixtureOfExperts champion;
    private final MixtureOfExperts branch;
    private final Map<Integer, PendingPrediction> ofChampion = new HashMap<>();
    private final Map<Integer, PendingPrediction> ofBranch = new HashMap<>();
    private final PairedTest test = new PairedTest(Branch.TEST);
    private int right;

    Twin(MixtureConfig champion, MixtureConfig branch) {
      this(
          MixtureOfExperts.create(champion, Events.SCHEMA),
          MixtureOfExperts.create(branch, Events.SCHEMA));
    }

    Twin(MixtureOfExperts champion, MixtureOfExperts branch) {
      this.champion = champion;
      this.branch = branch;
    }

    void late(int from, int to) {
      for (int i = from; i < to; i++) {
        ofChampion.put(i, champion.predict(EXAMPLES.get(i).features()));
        ofBranch.put(i, branch.predict(EXAMPLES.get(i).features()));
        if (ofChampion.containsKey(i - LATE)) {
          int label = EXAMPLES.get(i - LATE).label();
          PendingPrediction own = ofBranch.get(i - LATE);
          test.add(
              ofChampion.get(i - LATE).predictedClass() == label, own.predictedClass() == label);
          right += own.predictedClass() == label ? 1 : 0;
          champion.learn(ofChampion.get(i - LATE), label);
          branch.learn(own, label);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{seed: 9}", "{preset: adaptive}"})
  void aBranchIsTheLibraryWithItsSettings_overRestores_andChangesNothingElse(String settings)
      throws Exception {
    JobOptions plain = options(Map.of());
    JobOptions branched =
        with(
            "{other: {settings: %s, warm-up: 0, most-cpu: 1000, most-memory: 1000}}"
                .formatted(settings));
    JobOptions.Branch branch = branched.learner().branches().get("other");
    List<PredictionEvent> expected;
    MetricsEvent withoutBranch;
    try (MixtureHarness operator = new MixtureHarness(plain)) {
      sendLate(operator, "k", 0, COUNT);
      expected = withoutLatency(operator.predictions());
      withoutBranch = report(operator);
    }
    List<PredictionEvent> predictions = new ArrayList<>();
    OperatorSubtaskState saved = null;
    MetricsEvent report = null;
    for (int from = 0; from < COUNT; from += 500) {
      try (MixtureHarness operator = new MixtureHarness(branched, saved)) {
        sendLate(operator, "k", from, from + 500);
        predictions.addAll(withoutLatency(operator.predictions()));
        report = report(operator);
        saved = operator.checkpoint(1);
        assertThat(said(operator)).hasSize(from == 0 ? 1 : 0);
      }
    }
    assertThat(predictions).isEqualTo(expected);
    Twin twin = new Twin(plain.learner().toMixtureConfig(), branch.mixture().config(branch.seed()));
    twin.late(0, COUNT);
    BranchReport said = report.getBranches().get(0);
    assertThat(said.getName()).isEqualTo("other");
    assertThat(said.getDropped()).isEmpty();
    assertThat(said.getLabels()).isEqualTo(COUNT - LATE);
    assertThat(said.getCompared()).isEqualTo(COUNT - LATE);
    assertThat(said.getAccuracy()).isEqualTo(100.0 * twin.right / (COUNT - LATE));
    assertThat(said.getNegativeFlips()).isEqualTo(twin.test.negativeFlips()).isPositive();
    assertThat(said.getPositiveFlips()).isEqualTo(twin.test.positiveFlips()).isPositive();
    assertThat(said.getLogEvidence()).isEqualTo(twin.test.logEvidence());
    assertThat(said.getVerdict()).isEqualTo(twin.test.verdict().name());
    assertThat(report.getAccuracy()).isEqualTo(withoutBranch.getAccuracy());
    assertThat(said.getModelAccuracy()).isCloseTo(report.getAccuracy(), within(1e-9));
    assertThat(said.getCpuShare()).isPositive();
    assertThat(said.getBytes()).isPositive();
  }

  /** It has the settings of its model, and the labels that its model asked for. */
  @Test
  void aBranchWeighsAnswersToQuestions_asItsModelDoes() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "labels.budget", "20 %",
                "learner.calibration", "online",
                "learner.branches", "{same: {most-cpu: 1000, most-memory: 1000}}"));
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (int i = 0; i < 600; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), false));
        if (operator.predictions().get(i).getLabelWanted()) {
          operator.send(Events.label("k", i, EXAMPLES.get(i), 1));
        }
      }
      operator.operator().setCurrentKey("k");
      ModelState state = operator.models().get("k");
      assertThat(state.mixture.version()).isGreaterThan(60);
      for (LabeledExample example : EXAMPLES) {
        PendingPrediction made = state.mixture.predict(example.features());
        assertThat(state.branches.all().get(0).predict(example.features(), 0).probabilities())
            .isEqualTo(made.probabilities());
      }
    }
  }

  /** Settings that may change on a saved model need no new beginning. */
  @Test
  void aBranchWithCompatibleSettings_beginsWithAllThatTheModelHasLearned() throws Exception {
    JobOptions options = options(Map.of("topics.control", "commands"));
    Twin twin;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "k", 0, 400);
      command(
          operator,
          Command.Kind.BRANCH,
          "k",
          "balanced",
          "{settings: {objective: balanced-accuracy}, warm-up: 0}");
      assertThat(said(operator)).hasSize(1);
      DriftEvent answer = said(operator).get(0);
      assertThat(answer.getKind()).isEqualTo(DriftKind.BRANCH);
      assertThat(answer.getModels()).isEqualTo(1);
      assertThat(answer.getBranch()).isEqualTo("balanced");
      assertThat(answer.getDescription())
          .isEqualTo("the branch balanced begins with all that the model has learned");
      sendLate(operator, "k", 400, 900);
      BranchReport report = report(operator).getBranches().get(0);

      MixtureConfig config = options.learner().toMixtureConfig();
      MixtureOfExperts champion = MixtureOfExperts.create(config, Events.SCHEMA);
      for (LabeledExample example : EXAMPLES.subList(0, 400)) {
        champion.learn(champion.predict(example.features()), example.label());
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      champion.writeSnapshot(new DataOutputStream(bytes));
      JobOptions balanced = options(Map.of("learner.objective", "balanced-accuracy"));
      MixtureOfExperts branch =
          MixtureOfExperts.restore(
              balanced.learner().toMixtureConfig(),
              Events.SCHEMA,
              new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      twin = new Twin(champion, branch);
      twin.late(400, 900);
      assertThat(report.getCompared()).isEqualTo(500 - LATE);
      assertThat(report.getAccuracy()).isEqualTo(100.0 * twin.right / (500 - LATE));
      assertThat(report.getPositiveFlips()).isEqualTo(twin.test.positiveFlips());
    }
  }

  @Test
  void aFrozenModel_hasBranchesThatAreCompared_andLearnNothing() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "topics.control", "c",
                "learner.branches", "{b: {settings: {seed: 4}, warm-up: 10}}"));
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "k", 0, 20);
      command(operator, Command.Kind.FREEZE, "k", "", "");
      send(operator, "k", 20, 50);
      BranchReport report = report(operator).getBranches().get(0);
      assertThat(report.getLabels()).isEqualTo(50);
      assertThat(report.getCompared()).isEqualTo(40);
      operator.operator().setCurrentKey("k");
      assertThat(operator.models().get("k").mixture.version()).isEqualTo(20);
    }
  }

  @Test
  void aBranchThatFails_isDropped_andCostsTheModelNothing() throws Exception {
    List<PredictionEvent> expected;
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()))) {
      send(operator, "k", 0, 100);
      expected = withoutLatency(operator.predictions());
    }
    JobOptions options = options(Map.of("topics.control", "c"));
    StreamSchema other =
        new StreamSchema(List.of(Attribute.numeric("x")), new LabelSpace(List.of("UP", "DOWN")));
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "k", 0, 50);
      operator.operator().setCurrentKey("k");
      ModelState state = operator.models().get("k");
      MixtureOfExperts wrong = MixtureOfExperts.create(options.learner().toMixtureConfig(), other);
      state.branches.put(
          new Branch(
              "wrong", state.takeNumber(), JobOptions.branch("", options.learner()), true, wrong));
      command(operator, Command.Kind.BRANCH, "k", "sound", "");
      send(operator, "k", 50, 100);
      assertThat(withoutLatency(operator.predictions())).isEqualTo(expected);
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(said(operator))
          .filteredOn(event -> event.getKind() == DriftKind.DROP_BRANCH)
          .singleElement()
          .matches(event -> event.getBranch().equals("wrong") && event.getModelVersion() == 50);
      assertThat(said(operator))
          .anyMatch(
              event ->
                  event
                      .getDescription()
                      .startsWith("the branch wrong is dropped: it failed to predict"));
      assertThat(report(operator).getBranches())
          .extracting(BranchReport::getName, branch -> branch.getDropped().isEmpty())
          .containsExactly(tuple("wrong", false), tuple("sound", true));
    }
  }

  /** A checkpoint with a branch that cannot be written is a checkpoint all the same. */
  @Test
  void aBranchThatCannotBeSaved_isDropped_andCostsTheModelNothing() throws Exception {
    List<PredictionEvent> expected;
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()))) {
      send(operator, "k", 0, 100);
      expected = withoutLatency(operator.predictions());
    }
    JobOptions options = options(Map.of("topics.control", "c"));
    List<PredictionEvent> predictions = new ArrayList<>();
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "k", 0, 50);
      operator.operator().setCurrentKey("k");
      ModelState state = operator.models().get("k");
      state.branches.put(BranchStateTest.unwritable(state, "nameless"));
      saved = operator.checkpoint(1);
      predictions.addAll(withoutLatency(operator.predictions()));
      send(operator, "k", 50, 55);
      assertThat(said(operator))
          .singleElement()
          .matches(event -> event.getKind() == DriftKind.DROP_BRANCH)
          .matches(event -> event.getDescription().contains("it cannot be written"));
      assertThat(operator.deadLetters()).isEmpty();
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved)) {
      send(operator, "k", 50, 100);
      predictions.addAll(withoutLatency(operator.predictions()));
      assertThat(predictions).isEqualTo(expected);
      assertThat(report(operator).getBranches().get(0).getDropped())
          .startsWith("it cannot be written");
    }
  }

  @Test
  void aBranchThatTakesTooMuch_isDropped_andStaysDroppedOverARestore() throws Exception {
    JobOptions time = with("{slow: {settings: {seed: 2}, most-cpu: 3}}");
    assertDropped(time, 2_000, "times the time of the model, and most-cpu is 3.0");
    JobOptions memory =
        with("{large: {settings: {preset: adaptive}, most-cpu: 1000, most-memory: 0.001}}");
    assertDropped(memory, 1_000, "bytes, more than most-memory = 0.001 times the");
  }

  private static void beSlow(MixtureHarness operator) throws Exception {
    operator.operator().setCurrentKey("k");
    for (Branch branch : operator.models().get("k").branches.all()) {
      branch.spent(1L << 50, 1); // days
    }
  }

  /** What the model takes is not known where another thread may train it. */
  @Test
  void timeIsNotWeighed_whereTheModelIsTrainedElsewhere() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "router.backend", "auto",
                "learner.branches", "{slow: {settings: {seed: 2}, most-cpu: 3}}"));
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "k", 0, 10);
      beSlow(operator);
      send(operator, "k", 10, 3_010);
      assertThat(said(operator)).extracting(DriftEvent::getKind).containsExactly(DriftKind.BRANCH);
      assertThat(report(operator).getBranches().get(0).getLabels()).isEqualTo(3_010);
    }
  }

  private static void assertDropped(JobOptions options, int after, String why) throws Exception {
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "k", 0, 10);
      if (why.startsWith("times the time")) {
        beSlow(operator);
      }
      send(operator, "k", 10, 2_100);
      assertThat(said(operator))
          .extracting(DriftEvent::getKind)
          .containsExactly(DriftKind.BRANCH, DriftKind.DROP_BRANCH);
      assertThat(said(operator).get(1).getDescription()).contains(why);
      assertThat(said(operator).get(1).getModelVersion()).isEqualTo(after);
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved)) {
      send(operator, "k", 2_100, 2_120);
      assertThat(said(operator)).isEmpty();
      BranchReport report = report(operator).getBranches().get(0);
      assertThat(report.getDropped()).contains(why);
      assertThat(report.getBytes()).isZero();
    }
  }

  @Test
  void branchesFollowTheConfiguration_overRestoresAndRescaling() throws Exception {
    JobOptions two = with("{a: {settings: {seed: 2}}, b: {settings: {seed: 3}}}");
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(two, null, ALONE)) {
      for (int key = 0; key < 12; key++) {
        send(operator, "key " + key, 0, 20);
      }
      assertThat(said(operator)).hasSize(24).allMatch(e -> e.getKind() == DriftKind.BRANCH);
      operator.processingTime(3_600_000);
      assertThat(operator.models().parked()).isEqualTo(12);
      saved = operator.checkpoint(1);
    }
    // b is another, c is new, a is gone
    JobOptions later = with("{b: {settings: {seed: 5}}, c: {settings: {seed: 6}}}");
    int said = 0;
    List<OperatorSubtaskState> parts = new ArrayList<>();
    for (int index = 0; index < 2; index++) {
      MixtureHarness.Subtask half = new MixtureHarness.Subtask(index, 2, GROUPS);
      try (MixtureHarness operator = new MixtureHarness(later, half.part(saved, 1), half)) {
        for (int key = 0; key < 12; key++) {
          String name = "key " + key;
          if (operator.models().has(name)) {
            send(operator, name, 20, 30);
            assertThat(report(operator).getBranches())
                .extracting(BranchReport::getName, BranchReport::getLabels)
                .containsExactly(tuple("b", 10L), tuple("c", 10L));
          }
        }
        said += said(operator).size();
        parts.add(operator.checkpoint(2));
      }
    }
    assertThat(said).isEqualTo(12 * 3); // a dropped, b and c begun
    MixtureHarness.Subtask half = new MixtureHarness.Subtask(0, 2, GROUPS);
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()), parts.get(0), half)) {
      String key = operator.models().keys().get(0);
      send(operator, key, 30, 40);
      assertThat(said(operator))
          .extracting(DriftEvent::getKind, DriftEvent::getBranch)
          .containsExactly(tuple(DriftKind.DROP_BRANCH, "b"), tuple(DriftKind.DROP_BRANCH, "c"));
      assertThat(report(operator).getBranches()).isEmpty();
    }
  }

  /** The event that begins a model, or the latest before a command began it anew. */
  @Test
  void aBranchBeginsAtTheTimeOfAnEvent() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "topics.control", "c",
                "learner.branches", "{b: {settings: {seed: 4}}}"));
    long first = Events.features("k", 3, EXAMPLES.get(3), true).eventTime();
    long latest = Events.features("k", 9, EXAMPLES.get(9), true).eventTime();
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "k", 3, 10);
      command(operator, Command.Kind.RESET, "k", "", "");
      send(operator, "k", 10, 15);
      assertThat(branchTimes(operator)).containsExactly(first, latest);
      command(operator, Command.Kind.RESET, "", "", "");
      send(operator, "k", 15, 20);
      long before = Events.features("k", 14, EXAMPLES.get(14), true).eventTime();
      assertThat(branchTimes(operator)).containsExactly(first, latest, before);
    }
  }

  private static List<Long> branchTimes(MixtureHarness operator) throws Exception {
    return said(operator).stream()
        .filter(event -> event.getKind() == DriftKind.BRANCH)
        .map(DriftEvent::getEventTime)
        .toList();
  }

  @Test
  void commandsMakeAndEndBranches_ofOneAndOfAll() throws Exception {
    JobOptions options = options(Map.of("topics.control", "c"));
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "k", 0, 10);
      command(operator, Command.Kind.BRANCH, "", "x", "{settings: {seed: 8}}");
      send(operator, "k", 10, 20);
      send(operator, "new", 0, 10);
      assertThat(names(operator, "k")).containsExactly("x");
      assertThat(names(operator, "new")).containsExactly("x");
      for (int i = 1; i < 4; i++) {
        command(operator, Command.Kind.BRANCH, "k", "y" + i, "");
      }
      command(operator, Command.Kind.BRANCH, "k", "y4", "");
      assertThat(said(operator).get(said(operator).size() - 1))
          .matches(event -> event.getKind() == DriftKind.REFUSE)
          .matches(event -> event.getDescription().contains("4 branches, as many as it may"));
      command(operator, Command.Kind.DROP_BRANCH, "k", "y4", "");
      assertThat(said(operator).get(said(operator).size() - 1).getDescription())
          .isEqualTo("the model has no branch y4");
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved, ALONE)) {
      assertThat(names(operator, "k")).containsExactly("x", "y1", "y2", "y3");
      command(operator, Command.Kind.DROP_BRANCH, "", "x", "");
      send(operator, "k", 20, 22);
      send(operator, "newer", 0, 2);
      assertThat(names(operator, "k")).containsExactly("y1", "y2", "y3");
      assertThat(names(operator, "newer")).isEmpty();
      command(operator, Command.Kind.RESET, "k", "", "");
      assertThat(names(operator, "k")).isEmpty();
    }
  }

  @Test
  void aConfiguredBranchThatACommandDropped_staysDropped_alsoForModelsToCome() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "topics.control", "c",
                "learner.branches", "{wider: {settings: {seed: 4}}}"));
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "replaced", 0, 5);
      assertThat(names(operator, "replaced")).containsExactly("wider");
      command(operator, Command.Kind.BRANCH, "replaced", "wider", "{settings: {seed: 5}}");
      command(operator, Command.Kind.DROP_BRANCH, "replaced", "wider", "");
      send(operator, "old", 0, 5);
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved, ALONE)) {
      send(operator, "replaced", 5, 7);
      assertThat(names(operator, "replaced")).isEmpty();
      command(operator, Command.Kind.DROP_BRANCH, "", "wider", "");
      send(operator, "old", 5, 7);
      send(operator, "new", 0, 5);
      assertThat(names(operator, "old")).isEmpty();
      assertThat(names(operator, "new")).isEmpty();
      assertThat(said(operator)).isEmpty();
      command(operator, Command.Kind.RESET, "", "", "");
      send(operator, "old", 7, 9);
      assertThat(names(operator, "old")).isEmpty();
      saved = operator.checkpoint(2);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved, ALONE)) {
      send(operator, "old", 9, 11);
      send(operator, "new", 5, 7);
      send(operator, "newer", 0, 2);
      assertThat(names(operator, "old")).isEmpty();
      assertThat(names(operator, "new")).isEmpty();
      assertThat(names(operator, "newer")).isEmpty();
      command(operator, Command.Kind.BRANCH, "new", "wider", "{settings: {seed: 5}}");
      assertThat(names(operator, "new")).containsExactly("wider");
    }
  }

  @Test
  void commandsAndTheConfigurationTogether_makeNoMoreThanFour() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "topics.control", "c",
                "learner.branches", "{a: {}, b: {}, c: {}}"));
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      command(operator, Command.Kind.BRANCH, "", "x", "");
      command(operator, Command.Kind.BRANCH, "", "y", "");
      send(operator, "k", 0, 10);
      assertThat(names(operator, "k")).containsExactly("x", "y", "a", "b");
      assertThat(said(operator))
          .filteredOn(event -> event.getKind() == DriftKind.DROP_BRANCH)
          .singleElement()
          .matches(event -> event.getBranch().equals("c"))
          .matches(event -> event.getDescription().contains("4 branches, as many as it may"));
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved, ALONE)) {
      send(operator, "k", 10, 20);
      assertThat(names(operator, "k")).containsExactly("x", "y", "a", "b");
      assertThat(said(operator)).isEmpty();
    }
  }

  private static List<String> names(MixtureHarness operator, String key) throws Exception {
    operator.operator().setCurrentKey(key);
    return operator.models().get(key).branches.active().stream().map(Branch::name).toList();
  }

  @Test
  void branchesCountAsMemoryOfTheirModel() throws Exception {
    long without;
    long bytes;
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()))) {
      send(operator, "k", 0, 600);
      operator.operator().setCurrentKey("k");
      without = operator.models().get("k").heapBytes();
      bytes = operator.models().get("k").bytes();
    }
    try (MixtureHarness operator = new MixtureHarness(with("{same: {settings: {seed: 2}}}"))) {
      send(operator, "k", 0, 600);
      operator.operator().setCurrentKey("k");
      assertThat(operator.models().get("k").heapBytes()).isGreaterThan(3 * without / 2);
      assertThat(operator.models().get("k").bytes()).isEqualTo(bytes); // of the model alone
    }
  }

  @Test
  void whatIsWrong_isRefusedByItsKey() {
    assertRefused("{a: {settings: {pool: [nonsense]}}}", "learner.branches.a.settings.pool");
    assertRefused("{a: {most-cpu: 0}}", "learner.branches.a.most-cpu must be above 0");
    assertRefused("{a: {warm-up: many}}", "learner.branches.a.warm-up must be a whole number");
    assertRefused("{a: {budget: 3}}", "learner.branches.a.budget is unknown");
    assertRefused("{'1': {}}", "a name in learner.branches must be a letter");
    assertRefused("{a: {}, b: {}, c: {}, d: {}, e: {}}", "the number of learner.branches");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                options(
                    Map.of(
                        "learner.preset", "adaptive",
                        "learner.branches", "{a: {}}",
                        "learner.fleet", "all")))
        .withMessageContaining("learner.branches does not go with learner.fleet");
    JobOptions read = with("{a: {settings: {top-k: 2}, warm-up: 5}}");
    assertThat(JobOptions.parse(read.toYaml(), Map.of())).isEqualTo(read);
  }

  private static void assertRefused(String branches, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(branches))
        .withMessageContaining(words);
  }
}
