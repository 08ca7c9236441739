// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.branches.Verdict;
import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Branches that take the place of their models, in the operator. */
class PromotionTest {
  private static final int COUNT = 1_200;
  private static final List<LabeledExample> EXAMPLES = Events.examples(COUNT);
  private static final int GROUPS = 8;
  private static final MixtureHarness.Subtask ALONE = new MixtureHarness.Subtask(0, 1, GROUPS);

  /** So many events later a label comes. */
  private static final int LATE = 7;

  private static final String UNLIMITED = "most-cpu: 1000, most-memory: 1000, warm-up: 0";

  private long number;

  private static JobOptions options(Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.putIfAbsent("learner.preset", "paper-data");
    keys.putIfAbsent("topics.control", "c");
    return Events.options(keys);
  }

  private static JobOptions with(String branches) {
    return options(Map.of("learner.branches", branches));
  }

  private void command(MixtureHarness operator, Command.Kind kind, String key, String branch)
      throws Exception {
    number++;
    Command.Target target = new Command.Target(key.isEmpty(), key);
    Command command = new Command("c" + number, kind, target, 5_000, branch, "", number);
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
  private static void sendLate(MixtureHarness operator, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features("k", i, EXAMPLES.get(i), false));
      if (i >= LATE) {
        operator.send(Events.label("k", i - LATE, EXAMPLES.get(i - LATE), LATE));
      }
    }
  }

  private static List<DriftEvent> switches(MixtureHarness operator) throws Exception {
    return operator.driftEvents().stream()
        .filter(
            event -> event.getKind() == DriftKind.PROMOTE || event.getKind() == DriftKind.ROLL_BACK)
        .toList();
  }

  private static DriftEvent latest(MixtureHarness operator) throws Exception {
    List<DriftEvent> all =
        operator.driftEvents().stream()
            .filter(event -> event.getDetector().equals("control"))
            .toList();
    return all.get(all.size() - 1);
  }

  private static MetricsEvent report(MixtureHarness operator) throws Exception {
    operator.processingTime(System.currentTimeMillis()); // the harness begins at 0
    List<MetricsEvent> all = operator.metrics();
    return all.get(all.size() - 1);
  }

  private static ModelState model(MixtureHarness operator, String key) throws Exception {
    operator.operator().setCurrentKey(key);
    return operator.models().get(key);
  }

  private static List<String> names(MixtureHarness operator, String key) throws Exception {
    return model(operator, key).branches.active().stream().map(Branch::name).toList();
  }

  /** The probabilities of a learner by itself, over the same events, labels when they come. */
  private static List<List<Double>> alone(JobOptions.Learner learner) {
    MixtureOfExperts mixture = MixtureOfExperts.create(learner.toMixtureConfig(), Events.SCHEMA);
    List<List<Double>> said = new ArrayList<>();
    List<PendingPrediction> made = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      made.add(mixture.predict(EXAMPLES.get(i).features()));
      said.add(Arrays.stream(made.get(i).probabilities()).boxed().toList());
      if (i >= LATE) {
        mixture.learn(made.get(i - LATE), EXAMPLES.get(i - LATE).label());
      }
    }
    return said;
  }

  private static List<List<Double>> probabilities(List<PredictionEvent> predictions) {
    return predictions.stream().map(PredictionEvent::getProbabilities).toList();
  }

  /**
   * Each learns from what itself predicted, also what waits over a switch, so that before and after
   * each switch the predictions are those of one of them by itself.
   */
  @Test
  void eachEventHasOnePrediction_ofTheOneThatHasThePlace_overLateLabelsAndRestores()
      throws Exception {
    JobOptions options = with("{other: {settings: {preset: adaptive}, %s}}".formatted(UNLIMITED));
    JobOptions.Branch branch = options.learner().branches().get("other");
    List<PredictionEvent> predictions = new ArrayList<>();
    List<DriftEvent> switches = new ArrayList<>();
    OperatorSubtaskState saved = null;
    for (int part = 0; part < 6; part++) {
      try (MixtureHarness operator = new MixtureHarness(options, saved, ALONE)) {
        sendLate(operator, 200 * part, 200 * part + 100);
        if (part == 1) {
          command(operator, Command.Kind.PROMOTE, "k", "other");
          assertThat(names(operator, "k")).containsExactly("former");
        } else if (part == 3) {
          command(operator, Command.Kind.ROLL_BACK, "k", "");
          assertThat(names(operator, "k")).containsExactly("other");
        } else if (part == 4) {
          command(operator, Command.Kind.PROMOTE, "", "other");
        }
        sendLate(operator, 200 * part + 100, 200 * part + 200);
        predictions.addAll(operator.predictions());
        switches.addAll(switches(operator));
        assertThat(operator.deadLetters()).isEmpty();
        saved = operator.checkpoint(part);
      }
    }
    List<List<Double>> ofModel = alone(options.learner());
    List<List<Double>> ofBranch = alone(new JobOptions.Learner(branch.mixture(), branch.seed()));
    List<List<Double>> expected = new ArrayList<>(ofModel.subList(0, 300));
    expected.addAll(ofBranch.subList(300, 700));
    expected.addAll(ofModel.subList(700, 900));
    expected.addAll(ofBranch.subList(900, COUNT));
    assertThat(probabilities(predictions)).isEqualTo(expected);
    assertThat(switches)
        .extracting(DriftEvent::getKind)
        .containsExactly(DriftKind.PROMOTE, DriftKind.ROLL_BACK, DriftKind.PROMOTE);
    assertThat(switches.get(0).getDescription())
        .startsWith("the branch other takes the place of the model, with ")
        .contains(" right of 293 labels, ")
        .endsWith("this stays as the branch former for 20000 labels");
    assertThat(switches.get(0).getModels()).isEqualTo(1);
    assertThat(switches.get(2).getModelKey()).isEqualTo("k");
    assertThat(switches.get(2).getModels()).isEqualTo(-1);
  }

  @Test
  void theFormerModelEndsWithItsTime_andCannotComeBackThen() throws Exception {
    JobOptions options =
        with("{other: {settings: {seed: 3}, promote: {keep-former: 50}, %s}}".formatted(UNLIMITED));
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "k", 0, 20);
      command(operator, Command.Kind.ROLL_BACK, "k", "");
      assertThat(latest(operator).getKind()).isEqualTo(DriftKind.REFUSE);
      command(operator, Command.Kind.PROMOTE, "k", "nobody");
      assertThat(latest(operator).getDescription()).isEqualTo("the model has no branch nobody");
      command(operator, Command.Kind.PROMOTE, "k", "other");
      send(operator, "k", 20, 69);
      assertThat(names(operator, "k")).containsExactly("former");
      BranchReport former = report(operator).getBranches().get(0);
      assertThat(former.getName()).isEqualTo("former");
      assertThat(former.getCompared()).isEqualTo(49);
      send(operator, "k", 69, 71);
      assertThat(names(operator, "k")).isEmpty();
      assertThat(latest(operator).getKind()).isEqualTo(DriftKind.DROP_BRANCH);
      assertThat(latest(operator).getDescription())
          .isEqualTo("the branch former is dropped: the time for which it is kept is over");
      command(operator, Command.Kind.ROLL_BACK, "k", "");
      assertThat(latest(operator).getDescription())
          .isEqualTo("the model has no former one that could come back");
      assertThat(model(operator, "k").spec().learner().seed()).isEqualTo(3);
    }
  }

  private static void compare(MixtureHarness operator, String branch, int times) throws Exception {
    Branch shadow = model(operator, "k").branches.of(branch);
    for (int i = 0; i < times; i++) {
      shadow.test().add(false, true);
    }
  }

  @Test
  void theTestSwitches_thereAndBack_butNotBeforeTheCoolDown() throws Exception {
    JobOptions options =
        with(
            "{other: {settings: {seed: 3}, promote: {automatic: true, cool-down: 100}, %s},"
                    .formatted(UNLIMITED)
                + " quiet: {settings: {seed: 4}, %s}}".formatted(UNLIMITED));
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "k", 0, 20);
      compare(operator, "other", 40);
      compare(operator, "quiet", 200); // better, too, and has to be told
      send(operator, "k", 20, 50);
      assertThat(switches(operator)).isEmpty();
      send(operator, "k", 50, 70);
      assertThat(switches(operator))
          .singleElement()
          .matches(event -> event.getKind() == DriftKind.PROMOTE)
          .matches(event -> event.getBranch().equals("other"))
          .matches(event -> event.getModelVersion() == 60);
      assertThat(names(operator, "k")).containsExactlyInAnyOrder("quiet", "former");
      assertThat(model(operator, "k").branches.of("quiet").test().events()).isEqualTo(10);
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, saved, ALONE)) {
      compare(operator, "former", 60);
      send(operator, "k", 70, 72);
      assertThat(switches(operator)).isEmpty();
      command(operator, Command.Kind.FREEZE, "k", "");
      compare(operator, "former", 60);
      send(operator, "k", 72, 74);
      assertThat(switches(operator)).isEmpty(); // a frozen model stays what it is
      command(operator, Command.Kind.THAW, "k", "");
      send(operator, "k", 74, 75);
      assertThat(switches(operator))
          .singleElement()
          .matches(event -> event.getKind() == DriftKind.ROLL_BACK);
      assertThat(names(operator, "k")).containsExactlyInAnyOrder("quiet", "other");
      assertThat(model(operator, "k").promoted()).isNull();
      assertThat(model(operator, "k").spec()).isEqualTo(ModelSpec.of(options));
    }
  }

  /** The branch has learned nothing wrong, the model votes for the class that is most frequent. */
  @Test
  void aBetterBranchIsPromoted_andAnEqualOneIsNot() throws Exception {
    JobOptions options =
        options(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[majority-class]",
                "learner.branches",
                    "{better: {settings: {preset: paper-data}, promote: {automatic: true}, %s},"
                            .formatted(UNLIMITED)
                        + " equal: {settings: {seed: 9}, promote: {automatic: true}, %s}}"
                            .formatted(UNLIMITED)));
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "k", 0, COUNT);
      assertThat(switches(operator))
          .singleElement()
          .matches(event -> event.getBranch().equals("better"))
          .matches(event -> event.getModelVersion() == 1_000); // the cool-down
    }
  }

  @Test
  void itsSettingsHold_untilThoseOfTheJobChange() throws Exception {
    Map<String, String> keys =
        Map.of(
            "learner.branches",
            "{other: {settings: {objective: balanced-accuracy}, %s}}".formatted(UNLIMITED));
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options(keys), null, ALONE)) {
      send(operator, "k", 0, 50);
      command(operator, Command.Kind.PROMOTE, "k", "other");
      send(operator, "k", 50, 100);
      operator.processingTime(3_600_000); // parked
      saved = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(keys), saved, ALONE)) {
      send(operator, "k", 100, 110);
      assertThat(operator.driftEvents()).noneMatch(event -> event.getDetector().equals("control"));
      assertThat(model(operator, "k").promoted()).isNotNull();
      assertThat(names(operator, "k")).containsExactly("former");
      saved = operator.checkpoint(2);
    }
    JobOptions changed = options(Map.of("learner.evaluation-window", "500"));
    try (MixtureHarness operator = new MixtureHarness(changed, saved, ALONE)) {
      send(operator, "k", 110, 120);
      assertThat(model(operator, "k").promoted()).isNull();
      assertThat(model(operator, "k").spec()).isEqualTo(ModelSpec.of(changed));
      command(operator, Command.Kind.ROLL_BACK, "k", "");
      assertThat(latest(operator).getKind()).isEqualTo(DriftKind.ROLL_BACK);
      send(operator, "k", 120, 130);
      assertThat(model(operator, "k").spec()).isEqualTo(ModelSpec.of(changed));
      assertThat(names(operator, "k")).isEmpty();
      assertThat(operator.deadLetters()).isEmpty();
    }
  }

  /** A model cannot take settings that would need another one: it keeps its own. */
  @Test
  void whereItCannotTakeTheSettingsOfTheJob_itKeepsItsOwn_andTheFormerOneTakesThem()
      throws Exception {
    Map<String, String> keys = new HashMap<>();
    keys.put(
        "learner.branches", "{other: {settings: {preset: adaptive}, %s}}".formatted(UNLIMITED));
    OperatorSubtaskState saved;
    try (MixtureHarness operator = new MixtureHarness(options(keys), null, ALONE)) {
      send(operator, "k", 0, 50);
      command(operator, Command.Kind.PROMOTE, "k", "other");
      saved = operator.checkpoint(1);
    }
    keys.put("learner.evaluation-window", "500");
    for (int from = 50; from < 90; from += 10) {
      try (MixtureHarness operator = new MixtureHarness(options(keys), saved, ALONE)) {
        send(operator, "k", from, from + 10);
        if (from <= 60) {
          assertThat(model(operator, "k").promoted()).isNotNull();
        } else { // the former model can take them
          assertThat(model(operator, "k").spec()).isEqualTo(ModelSpec.of(options(keys)));
          assertThat(model(operator, "k").promoted()).isNull();
        }
        assertThat(operator.deadLetters()).isEmpty();
        if (from == 60) {
          command(operator, Command.Kind.ROLL_BACK, "k", "");
          assertThat(latest(operator).getKind()).isEqualTo(DriftKind.ROLL_BACK);
        }
        assertThat(names(operator, "k")).containsExactly(from < 60 ? "former" : "other");
        saved = operator.checkpoint(2);
      }
    }
  }

  @Test
  void aReset_beginsWithTheSettingsOfTheJob() throws Exception {
    JobOptions options = with("{other: {settings: {seed: 3}, %s}}".formatted(UNLIMITED));
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      sendLate(operator, 0, 50);
      command(operator, Command.Kind.PROMOTE, "k", "other");
      command(operator, Command.Kind.RESET, "k", "");
      sendLate(operator, 50, 60);
      assertThat(model(operator, "k").spec()).isEqualTo(ModelSpec.of(options));
      assertThat(model(operator, "k").mixture.version()).isEqualTo(10 - LATE);
      assertThat(names(operator, "k")).containsExactly("other");
    }
  }

  @Test
  void aCommandToSeveral_isTakenWithTheNextRecord_byThoseThatHaveTheBranch() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()), null, ALONE)) {
      send(operator, "with", 0, 10);
      send(operator, "without", 0, 10);
      number++;
      String settings =
          BranchFormat.write(JobOptions.branch("", options(Map.of()).learner())).toString();
      operator.command(
          new SourceRecord.Control(
              new Command(
                  "b",
                  Command.Kind.BRANCH,
                  new Command.Target(false, "with"),
                  1,
                  "x",
                  settings,
                  number),
              "with"));
      command(operator, Command.Kind.PROMOTE, "", "x");
      send(operator, "with", 10, 12);
      send(operator, "without", 10, 12);
      send(operator, "new", 0, 2); // and a promotion is not for models to come
      assertThat(operator.driftEvents())
          .filteredOn(event -> event.getEventId().equals("c2") && event.getModels() < 0)
          .extracting(DriftEvent::getModelKey, DriftEvent::getKind)
          .containsExactly(tuple("with", DriftKind.PROMOTE), tuple("without", DriftKind.REFUSE));
      assertThat(model(operator, "with").promoted()).isNotNull();
    }
  }

  /** Also by a model that was not used meanwhile. */
  @Test
  void commandsToSeveralAreTakenInTheirOrder() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()), null, ALONE)) {
      send(operator, "k", 0, 10);
      branch(operator, "{settings: {seed: 5}}");
      command(operator, Command.Kind.PROMOTE, "", "x");
      command(operator, Command.Kind.ROLL_BACK, "", "");
      branch(operator, "{settings: {seed: 6}}");
      command(operator, Command.Kind.PROMOTE, "", "x");
      send(operator, "k", 10, 12);
      assertThat(switches(operator))
          .extracting(DriftEvent::getKind)
          .containsExactly(DriftKind.PROMOTE, DriftKind.ROLL_BACK, DriftKind.PROMOTE);
      assertThat(model(operator, "k").spec().learner().seed()).isEqualTo(6);
    }
  }

  private void branch(MixtureHarness operator, String settings) throws Exception {
    number++;
    JobOptions.Branch branch = JobOptions.branch(settings, options(Map.of()).learner());
    Command command =
        new Command(
            "b" + number,
            Command.Kind.BRANCH,
            new Command.Target(true, ""),
            5_000,
            "x",
            BranchFormat.write(branch).toString(),
            number);
    for (int group = 0; group < GROUPS; group++) {
      operator.command(new SourceRecord.Control(command, ControlKeys.of(group, GROUPS)));
    }
  }

  /** The verdict stands, but the branch has lost since: until the cool-down is over. */
  @Test
  void aBranchThatIsNoLongerAheadIsNotPromoted() throws Exception {
    JobOptions options =
        with(
            "{other: {settings: {seed: 3}, promote: {automatic: true, cool-down: 100}, %s}}"
                .formatted(UNLIMITED));
    try (MixtureHarness operator = new MixtureHarness(options, null, ALONE)) {
      send(operator, "k", 0, 20);
      compare(operator, "other", 40);
      Branch other = model(operator, "k").branches.of("other");
      assertThat(other.test().verdict()).isEqualTo(Verdict.BETTER);
      for (int i = 0; i < 60; i++) {
        other.test().add(true, false);
      }
      send(operator, "k", 20, 60);
      assertThat(switches(operator)).isEmpty();
    }
  }

  private static final JobOptions STORED = with("{other: {settings: {seed: 3}}}");

  /** A model that was a branch, as it is stored. */
  static ModelSlot slot() {
    ModelSpec spec = ModelSpec.of(STORED);
    JobOptions.Branch branch = STORED.learner().branches().get("other");
    ModelSpec own =
        new ModelSpec(spec.schema(), new JobOptions.Learner(branch.mixture(), branch.seed()));
    MixtureOfExperts mixture = MixtureOfExperts.create(own.mixtureConfig(), Events.SCHEMA);
    for (LabeledExample example : EXAMPLES.subList(0, 200)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    ModelState before = ModelState.create(spec);
    before.events = 200;
    Promoted earlier = new Promoted(spec.mixtureConfig(), own, "earlier", "{}", false, null);
    Promoted promoted =
        new Promoted(
            spec.mixtureConfig(),
            own,
            "other",
            BranchFormat.write(branch).toString(),
            true,
            earlier);
    return ModelSlot.of(ModelState.inPlaceOf(before, own, mixture, 1, promoted));
  }

  static ModelStateSerializer serializer() {
    return new ModelStateSerializer(ModelSpec.of(STORED));
  }

  @Test
  void whatWasStoredIsRead_andStoredAgainAsItWas() throws Exception {
    byte[] stored;
    try (InputStream in = PromotionTest.class.getResourceAsStream("/state/slot-v1-promoted.bin")) {
      stored = in.readAllBytes();
    }
    DataOutputSerializer again = new DataOutputSerializer(1 << 12);
    ModelSlot read = serializer().deserialize(new DataInputDeserializer(stored));
    serializer().serialize(read, again);
    assertThat(again.getCopyOfBuffer()).isEqualTo(stored);
    ModelState state = read.state(ModelSpec.of(STORED));
    ModelState made = slot().state(ModelSpec.of(STORED));
    assertThat(state.promoted()).isEqualTo(made.promoted());
    assertThat(state.generation).isEqualTo(1);
    assertThat(state.events).isEqualTo(200);
    for (LabeledExample example : EXAMPLES.subList(200, 300)) {
      assertThat(state.mixture.predict(example.features()).probabilities())
          .isEqualTo(made.mixture.predict(example.features()).probabilities());
    }
  }

  @Test
  void whatIsWrong_isRefusedByItsKey() {
    assertRefused("{former: {}}", "a name in learner.branches must not be former");
    assertRefused("{a: {promote: yes}}", "learner.branches.a.promote must hold settings");
    assertRefused("{a: {promote: {cool: 3}}}", "learner.branches.a.promote.cool is unknown");
    assertRefused("{a: {promote: {automatic: 3}}}", "automatic must be true or false, got '3'");
    assertRefused("{a: {promote: {smallest-gain: 1}}}", "learner.branches.a.promote.smallest-gain");
    assertRefused("{a: {promote: {most-negative-flips: 0}}}", "a.promote.most-negative-flips must");
    assertRefused("{a: {promote: {cool-down: -1}}}", "learner.branches.a.promote.cool-down must");
    assertRefused("{a: {promote: {keep-former: 0}}}", "learner.branches.a.promote.keep-former");
    JobOptions read = with("{a: {promote: {automatic: true, smallest-gain: 0.01}}}");
    assertThat(JobOptions.parse(read.toYaml(), Map.of())).isEqualTo(read);
  }

  private static void assertRefused(String branches, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(branches))
        .withMessageContaining(words);
  }
}
