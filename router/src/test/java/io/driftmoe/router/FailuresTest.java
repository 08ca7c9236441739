// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.Gate;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.GateShape;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.StepQueueException;
import io.driftmoe.router.PartFailure.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures are injected into every part of a mixture. */
final class FailuresTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.numeric("y")),
          new LabelSpace(List.of("a", "b", "c")));
  private static final int BROKEN = 1;

  /** What happens at the next calls of each kind; nothing when it is empty. */
  private static final Deque<Supplier<Throwable>> NEXT = new ArrayDeque<>();

  private static At armed = At.PREDICT;

  /** How many parts that may fail have been made. */
  private static int made;

  private final List<PartFailure> failures = new ArrayList<>();

  /** Where a part fails. */
  enum At {
    PREDICT,
    NAN,
    NEGATIVE,
    TOO_LARGE,
    NO_SUM,
    LEARN,
    EVENTS,
    SAVE,
    WEIGH,
    WEIGHTS,
    GATE_LEARN,
    FORGET,
    GATE_SAVE,
    DETECT,
    DETECTOR_SAVE,
    RESTORE,
    GATE_RESTORE;

    /** Whether it happens only while a snapshot is written. */
    private boolean isSaving() {
      return this == SAVE || this == GATE_SAVE || this == DETECTOR_SAVE;
    }
  }

  private static void mayFail(At here) {
    if (armed == here && !NEXT.isEmpty()) {
      FailuresTest.<RuntimeException>sneak(NEXT.poll().get());
    }
  }

  private static boolean mayLie(At here) {
    return armed == here && NEXT.poll() != null;
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable failure) throws T {
    throw (T) failure;
  }

  private static void arm(At here, int times) {
    armed = here;
    for (int i = 0; i < times; i++) {
      NEXT.add(() -> new IllegalStateException("injected"));
    }
  }

  @AfterEach
  void disarm() {
    NEXT.clear();
    made = 0;
  }

  /** A tree that fails when it is told to. */
  record BrokenFactory(HoeffdingTreeFactory tree) implements ExpertFactory {
    @Override
    public Expert create(StreamSchema schema, long seed) {
      made++;
      return new BrokenExpert(tree.create(schema, seed));
    }

    @Override
    public Expert restore(StreamSchema schema, DataInput in) throws IOException {
      in.readInt(); // half of its work
      mayFail(At.RESTORE);
      return new BrokenExpert(tree.restore(schema, in));
    }
  }

  private record BrokenExpert(Expert tree) implements Expert {
    @Override
    public int classes() {
      return tree.classes();
    }

    @Override
    public void predict(FeatureVector features, double[] distribution) {
      distribution[0] = 7; // half of its work
      mayFail(At.PREDICT);
      tree.predict(features, distribution);
      if (mayLie(At.NAN)) {
        distribution[2] = Double.NaN;
      } else if (mayLie(At.NEGATIVE)) {
        distribution[0] = -0.5;
      } else if (mayLie(At.TOO_LARGE)) {
        distribution[0] = Double.POSITIVE_INFINITY;
      } else if (mayLie(At.NO_SUM)) {
        Arrays.fill(distribution, 0);
      }
    }

    @Override
    public void learn(FeatureVector features, int label, double weight) {
      tree.learn(features, label, weight);
      mayFail(At.LEARN);
    }

    @Override
    public List<LifecycleEvent> latestEvents() {
      mayFail(At.EVENTS);
      return List.of();
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
      out.writeInt(1); // half of its work
      mayFail(At.SAVE);
      tree.writeSnapshot(out);
    }
  }

  /** Fixed share that fails when it is told to. */
  record BrokenGateFactory(FixedShareGateFactory kind) implements GateFactory {
    @Override
    public Gate create(GateShape shape, long seed) {
      made++;
      return new BrokenGate(kind.create(shape, seed));
    }

    @Override
    public Gate restore(GateShape shape, DataInput in) throws IOException {
      in.readInt(); // half of its work
      mayFail(At.GATE_RESTORE);
      return new BrokenGate(kind.restore(shape, in));
    }
  }

  private record BrokenGate(Gate gate) implements Gate {
    @Override
    public void weigh(FeatureVector features, long seed, double[] weights) {
      mayFail(At.WEIGH);
      gate.weigh(features, seed, weights);
      if (mayLie(At.WEIGHTS)) {
        weights[0] = Double.NaN;
      }
    }

    @Override
    public boolean learn(FeatureVector features, long seed, Outcome outcome) {
      boolean stepped = gate.learn(features, seed, outcome);
      mayFail(At.GATE_LEARN);
      return stepped;
    }

    @Override
    public void replaced(int expert) {
      mayFail(At.FORGET);
      gate.replaced(expert);
    }

    @Override
    public String describe() {
      return gate.describe();
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
      out.writeInt(2); // half of its work
      mayFail(At.GATE_SAVE);
      gate.writeSnapshot(out);
    }
  }

  private record BrokenDetector(DriftDetector detector) implements DriftDetector {
    @Override
    public DriftLevel update(double error) {
      mayFail(At.DETECT);
      return detector.update(error);
    }

    @Override
    public boolean errorRose() {
      return detector.errorRose();
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
      mayFail(At.DETECTOR_SAVE);
      detector.writeSnapshot(out);
    }
  }

  private static DetectorFactory brokenDetectors(DetectorFactory kind) {
    return new DetectorFactory() {
      @Override
      public DriftDetector create() {
        return new BrokenDetector(kind.create());
      }

      @Override
      public DriftDetector restore(DataInput in) throws IOException {
        return new BrokenDetector(kind.restore(in));
      }
    };
  }

  private static MixtureConfig config(Division division, boolean attends) {
    MixtureConfig adaptive = MixtureConfig.of(Preset.ADAPTIVE, 11);
    boolean byClass = division instanceof Division.Task;
    return new MixtureConfig(
        division,
        11,
        byClass
            ? MixtureConfig.of(Preset.PAPER_TASK, 11).gates()
            : List.of(
                new FixedShareGateFactory(FixedShareConfig.defaults()),
                new BrokenGateFactory(new FixedShareGateFactory(FixedShareConfig.defaults()))),
        byClass ? new Replacement.Never() : adaptive.lifecycle(),
        attends ? adaptive.attendance() : new Sleeping.Never(),
        0.002,
        500);
  }

  private static Division data() {
    ExpertFactory tree = HoeffdingTreeFactory.moa();
    return new Division.Data(
        List.of(tree, new BrokenFactory(HoeffdingTreeFactory.moa()), tree),
        3,
        new Combination.Soft());
  }

  private MixtureOfExperts mixture(MixtureConfig config) {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(config, SCHEMA, brokenDetectors(new AdwinFactory(0.002)));
    mixture.containFailures(failures::add);
    return mixture;
  }

  private MixtureOfExperts mixture() {
    return mixture(config(data(), true));
  }

  private static FeatureVector features(int i) {
    SplitMix64 random = new SplitMix64(SplitMix64.derive(3, i));
    return FeatureVector.of(random.nextDouble(), random.nextDouble());
  }

  private static int label(FeatureVector features) {
    return features.get(0) > 0.5 ? 0 : features.get(1) > 0.5 ? 1 : 2;
  }

  /** Predicts and learns these events; all that was predicted. */
  private static List<double[]> feed(MixtureOfExperts mixture, int from, int to) {
    List<double[]> predicted = new ArrayList<>();
    for (int i = from; i < to; i++) {
      PendingPrediction prediction = mixture.predict(features(i));
      predicted.add(prediction.probabilities());
      FailureGuard.checkDistribution("prediction", prediction.probabilities());
      mixture.learn(prediction, label(prediction.features()));
    }
    return predicted;
  }

  private static MixtureOfExperts restored(MixtureOfExperts mixture, MixtureConfig config)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return MixtureOfExperts.restore(
        config, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  private static byte[] saved(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static void armWithForgetting() {
    armed = At.PREDICT;
    NEXT.add(
        () -> {
          arm(At.FORGET, 1);
          return new IllegalStateException("injected");
        });
  }

  /** A failure costs the part it happened in, and what follows is the same after a restore. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RESTORE", "GATE_RESTORE"})
  void oneFailure_costsThatPart_alsoAcrossARestore(At here) throws Exception {
    oneFailure(here, 200);
  }

  /** What is kept as lessons, without its parts: those cannot be made again once one has failed. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SAVE", "GATE_SAVE", "DETECTOR_SAVE", "RESTORE", "GATE_RESTORE"})
  void oneFailureOfAYoungMixture_costsThatPart_alsoAcrossARestore(At here) throws Exception {
    oneFailure(here, 3);
  }

  private void oneFailure(At here, int age) throws Exception {
    MixtureConfig config = config(data(), true);
    MixtureOfExperts mixture = mixture(config);
    feed(mixture, 0, age);
    if (here == At.FORGET) {
      armWithForgetting();
    } else {
      arm(here, 1);
    }

    if (here.isSaving()) {
      restored(mixture, config); // as its size is measured: the first failure is found there
    }
    feed(mixture, age, age + 1);
    MixtureOfExperts twin = restored(mixture, config);
    assertThat(NEXT).isEmpty();
    mixture = mixture.successor();
    mixture.releaseMemory();
    List<double[]> after = feed(mixture, age + 1, 500);

    assertThat(after).usingRecursiveComparison().isEqualTo(feed(twin, age + 1, 500));
    assertThat(saved(mixture)).isEqualTo(saved(twin));
    assertThat(mixture.version()).isEqualTo(500);
    PartFailure last = failures.get(failures.size() - 1);
    assertThat(failures).hasSize(here == At.FORGET ? 2 : 1);
    switch (here) {
      case WEIGH, WEIGHTS, GATE_LEARN, GATE_SAVE -> {
        assertThat(last.part()).isEqualTo(Part.GATE);
        assertThat(last.position()).isEqualTo(1);
      }
      case FORGET -> {
        assertThat(failures).extracting(PartFailure::part).containsOnly(Part.GATE, Part.EXPERT);
      }
      case DETECT, DETECTOR_SAVE -> assertThat(last.part()).isEqualTo(Part.DETECTOR);
      default -> {
        assertThat(last.part()).isEqualTo(Part.EXPERT);
        assertThat(last.position()).isEqualTo(BROKEN);
      }
    }
    assertThat(mixture.evaluation().overall().labels()).isEqualTo(500);
    assertThat(mixture.evaluation().window().accuracy()).isGreaterThan(70);
  }

  /** What a snapshot could not hold is fresh in what is restored and in what goes on, alike. */
  @ParameterizedTest
  @EnumSource(names = {"SAVE", "GATE_SAVE", "DETECTOR_SAVE"})
  void partThatCannotBeSaved_isFreshOnBothSides(At here) throws Exception {
    MixtureConfig config = config(data(), true);
    MixtureOfExperts mixture = mixture(config);
    feed(mixture, 0, 200);
    arm(here, 1);

    MixtureOfExperts twin = restored(mixture, config);

    assertThat(feed(mixture, 200, 400)).usingRecursiveComparison().isEqualTo(feed(twin, 200, 400));
    assertThat(saved(mixture)).isEqualTo(saved(twin));
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).doing()).isEqualTo("to be saved");
  }

  /** Checkpoints come also where no event does. */
  @Test
  void partThatCannotBeSavedAgainAndAgain_isSaidOnce() throws Exception {
    MixtureOfExperts mixture = mixture();
    feed(mixture, 0, 200);
    for (int i = 0; i < 3; i++) {
      arm(At.GATE_SAVE, 1);
      saved(mixture);
    }
    MixtureOfExperts next = mixture.successor();
    next.containFailures(failures::add);

    assertThat(failures).hasSize(1);
  }

  /** A checkpoint copies a mixture through its snapshot: what that could not hold is said then. */
  @ParameterizedTest
  @EnumSource(names = {"SAVE", "GATE_SAVE", "DETECTOR_SAVE"})
  void successorOfAPartThatCannotBeSaved_saysSo(At here) throws Exception {
    MixtureOfExperts mixture = mixture();
    feed(mixture, 0, 200);
    arm(here, 1);

    MixtureOfExperts next = mixture.successor();
    next.containFailures(failures::add);
    feed(next, 200, 300);

    assertThat(failures)
        .singleElement()
        .satisfies(failure -> assertThat(failure.doing()).isEqualTo("to be saved"));
  }

  /** A part, and the tag that its bytes begin with: the first in the snapshot is damaged. */
  enum Tagged {
    EVALUATION(Part.EVALUATION, "EVAL"),
    DETECTOR(Part.DETECTOR, "ADWN"),
    GATE(Part.GATE, "FIXS"),
    EXPERT(Part.EXPERT, "HTRE"),
    LIFECYCLE(Part.LIFECYCLE, "LIFE"),
    ATTENDANCE(Part.ATTENDANCE, "ATTN");

    private final Part part;
    private final String tag;

    Tagged(Part part, String tag) {
      this.part = part;
      this.tag = tag;
    }

    private byte[] damaged(byte[] snapshot) {
      String text = new String(snapshot, StandardCharsets.ISO_8859_1);
      byte[] damaged = snapshot.clone();
      int at = text.indexOf(tag);
      assertThat(at).as(tag).isPositive();
      damaged[at] = '?';
      return damaged;
    }
  }

  private MixtureOfExperts readable(byte[] bytes, MixtureConfig config) throws IOException {
    MixtureOfExperts mixture =
        MixtureOfExperts.restoreReadable(
            config, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes)));
    mixture.containFailures(failures::add);
    return mixture;
  }

  private void goesOn(MixtureOfExperts mixture, MixtureConfig config) throws IOException {
    MixtureOfExperts twin = readable(saved(mixture), config);
    assertThat(failures).hasSize(1);
    assertThat(feed(mixture, 200, 500)).usingRecursiveComparison().isEqualTo(feed(twin, 200, 500));
    assertThat(saved(mixture)).isEqualTo(saved(twin));
    assertThat(mixture.version()).isEqualTo(500);
    assertThat(mixture.evaluation().window().accuracy()).isGreaterThan(70);
    assertThat(failures).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Tagged.class)
  void partThatCannotBeRead_isFresh_andSaid(Tagged tagged) throws Exception {
    MixtureConfig config = config(data(), true);
    MixtureOfExperts whole = mixture(config);
    feed(whole, 0, 200);
    byte[] damaged = tagged.damaged(saved(whole));

    assertThatIOException()
        .isThrownBy(
            () ->
                MixtureOfExperts.restore(
                    config, SCHEMA, new DataInputStream(new ByteArrayInputStream(damaged))))
        .withMessageContaining("snapshot");
    MixtureOfExperts mixture = readable(damaged, config);

    assertThat(failures)
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.part()).isEqualTo(tagged.part);
              assertThat(failure.position()).isZero();
              assertThat(failure.doing()).isEqualTo("to be restored");
            });
    goesOn(mixture, config);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESTORE", "GATE_RESTORE"})
  void partWhoseRestoreFails_isFresh_andSaid(At here) throws Exception {
    MixtureConfig config = config(data(), true);
    MixtureOfExperts whole = mixture(config);
    feed(whole, 0, 200);
    arm(here, 1);

    MixtureOfExperts mixture = readable(saved(whole), config);

    assertThat(failures)
        .extracting(PartFailure::part)
        .containsExactly(here == At.RESTORE ? Part.EXPERT : Part.GATE);
    assertThat(failures).extracting(PartFailure::position).containsExactly(BROKEN);
    goesOn(mixture, config);
  }

  /** Both go on alike: the copy that a checkpoint makes, and what was restored from it. */
  @Test
  void successorOfAPartThatCannotBeRestored_saysSo() throws Exception {
    MixtureOfExperts mixture = mixture();
    feed(mixture, 0, 200);
    arm(At.GATE_RESTORE, 1);

    MixtureOfExperts next = mixture.successor();
    next.containFailures(failures::add);

    assertThat(failures).extracting(PartFailure::part).containsExactly(Part.GATE);
    assertThat(feed(next, 200, 300)).hasSize(100);
  }

  private static MixtureConfig known(int gates, int evaluationWindow) {
    ExpertFactory tree = HoeffdingTreeFactory.moa();
    GateFactory gate = new FixedShareGateFactory(FixedShareConfig.defaults());
    return new MixtureConfig(
        new Division.Data(List.of(tree, tree, tree), 3, new Combination.Soft()),
        11,
        Collections.nCopies(gates, gate),
        new Replacement.Never(),
        new Sleeping.Never(),
        0.002,
        evaluationWindow);
  }

  /** A setting that differs is no damage; nor may a part begin afresh that one may have refused. */
  @Test
  void otherSettings_areRefusedAllTheSame() throws Exception {
    MixtureConfig config = known(2, 500);
    MixtureOfExperts mixture = mixture(config);
    feed(mixture, 0, 200);
    byte[] bytes = saved(mixture);

    assertThatIOException()
        .isThrownBy(() -> readable(bytes, known(1, 500)))
        .withMessageContaining("gates");
    MixtureConfig mayFollow = known(2, 400);
    assertThat(readable(bytes, mayFollow).version()).isEqualTo(200);
    assertThatIOException().isThrownBy(() -> readable(Tagged.GATE.damaged(bytes), mayFollow));
    assertThat(failures).isEmpty();
    assertThat(readable(Tagged.GATE.damaged(bytes), config).version()).isEqualTo(200);
    assertThat(failures).hasSize(1);
  }

  /** A part that is no kind of its own, and the field without which it fails. */
  enum Damage {
    EVALUATION(Part.EVALUATION, "window"),
    LIFECYCLE(Part.LIFECYCLE, "judged"),
    VERDICT(Part.LIFECYCLE, "labels"),
    CHOICE(Part.ATTENDANCE, "asleep"),
    ATTENDANCE(Part.ATTENDANCE, "gains");

    private final Part part;
    private final String field;

    Damage(Part part, String field) {
      this.part = part;
      this.field = field;
    }

    private void to(MixtureOfExperts mixture) throws ReflectiveOperationException {
      Object holder = part == Part.EVALUATION ? mixture : mixture.parts();
      String name = part == Part.EVALUATION ? "evaluator" : part.name().toLowerCase(Locale.ROOT);
      Object damaged = ((Guarded<?>) field(holder, name).get(holder)).get();
      field(damaged, field).set(damaged, null);
    }

    private static Field field(Object of, String name) throws ReflectiveOperationException {
      Field field = of.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }
  }

  /** It begins afresh, and everything else goes on, alike after a restore. */
  @ParameterizedTest
  @EnumSource
  void damagedPart_costsThatPart(Damage damage) throws Exception {
    for (int age : new int[] {3, 200}) {
      damagedPart(damage, age, false);
    }
    damagedPart(damage, 200, true);
  }

  private void damagedPart(Damage damage, int age, boolean foundWhileSaved) throws Exception {
    MixtureConfig config = config(data(), true);
    MixtureOfExperts mixture = mixture(config);
    feed(mixture, 0, age);
    damage.to(mixture);
    if (foundWhileSaved) {
      saved(mixture);
    }
    feed(mixture, age, age + 1);
    MixtureOfExperts twin = restored(mixture, config);

    List<double[]> after = feed(mixture, age + 1, 400);
    assertThat(after).usingRecursiveComparison().isEqualTo(feed(twin, age + 1, 400));
    assertThat(saved(mixture)).isEqualTo(saved(twin));
    assertThat(mixture.version()).isEqualTo(400);
    assertThat(mixture.evaluation().window().accuracy()).isGreaterThan(70);
    assertThat(failures)
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.part()).isEqualTo(damage.part);
              assertThat(failure.doing().equals("to be saved")).isEqualTo(foundWhileSaved);
            });
    failures.clear();
  }

  @ParameterizedTest
  @EnumSource
  void withoutAListener_theFailureOfADamagedPartIsThrown(Damage damage) throws Exception {
    MixtureOfExperts mixture = mixture();
    feed(mixture, 0, 200);
    mixture.containFailures(null);
    damage.to(mixture);

    assertThatThrownBy(() -> feed(mixture, 200, 201)).isInstanceOf(NullPointerException.class);
  }

  /** The prediction is what the other experts say, with the weights they have among themselves. */
  @Test
  void predict_expertFails_theOthersAnswer() {
    for (boolean attends : new boolean[] {false, true}) {
      MixtureOfExperts sound = mixture(config(data(), attends));
      feed(sound, 0, 300);
      PendingPrediction all = sound.predict(features(300));
      MixtureOfExperts mixture = mixture(config(data(), attends));
      feed(mixture, 0, 300);
      arm(At.PREDICT, 1);
      PendingPrediction others = mixture.predict(features(300));

      double rest = all.gateWeights()[0] + all.gateWeights()[2];
      assertThat(others.gateWeights()[BROKEN]).isZero();
      assertThat(others.gateWeights()[0]).isEqualTo(all.gateWeights()[0] / rest);
      assertThat(others.gateWeights()[2]).isEqualTo(all.gateWeights()[2] / rest);
      assertThat(others.probabilities()[0])
          .isEqualTo(
              (all.gateWeights()[0] * all.votes().get(0, 0)
                      + all.gateWeights()[2] * all.votes().get(2, 0))
                  / rest,
              within(1e-12));
      mixture.learn(others, label(others.features()));
      PendingPrediction next = mixture.predict(features(301));
      assertThat(next.gateWeights()[BROKEN]).as("the fresh one is there").isPositive();
      assertThat(failures).hasSize(1);
      failures.clear();
    }
  }

  @Test
  void predict_allExpertsFail_knowsNothing() {
    ExpertFactory broken = new BrokenFactory(HoeffdingTreeFactory.moa());
    Division all = new Division.Data(List.of(broken, broken), 2, new Combination.Soft());
    MixtureOfExperts mixture = mixture(config(all, true));
    feed(mixture, 0, 100);
    arm(At.PREDICT, 2);

    assertThat(mixture.predict(features(100)).probabilities())
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0);
    feed(mixture, 101, 200);
    assertThat(failures).hasSize(2);
  }

  /** There the weights are the probabilities of the classes: no expert has a say in them. */
  @Test
  void predict_expertOfAClassFails_keepsTheWeights() {
    Division task = new Division.Task(new BrokenFactory(HoeffdingTreeFactory.moa()));
    MixtureOfExperts sound = mixture(config(task, false));
    feed(sound, 0, 100);
    MixtureOfExperts mixture = mixture(config(task, false));
    feed(mixture, 0, 100);
    double[] expected = sound.predict(features(100)).probabilities();
    arm(At.PREDICT, 1);

    assertThat(mixture.predict(features(100)).probabilities()).isEqualTo(expected);
    assertThat(failures).hasSize(1);
  }

  /** Votes that wait for their labels are not those of the expert that came since. */
  @Test
  void learn_voteOfAnExpertThatFailedSince_saysNothingOfTheFreshOne() throws Exception {
    MixtureConfig config = config(data(), true);
    MixtureOfExperts mixture = mixture(config);
    feed(mixture, 0, 200);
    PendingPrediction waiting = mixture.predict(features(200));
    arm(At.PREDICT, 1);
    mixture.predict(features(201));

    PendingPrediction unasked = mixture.predict(features(202));
    assertThat(unasked.gateWeights()[BROKEN]).isZero();
    mixture.learn(waiting, label(waiting.features()));
    MixtureOfExperts twin = restored(mixture, config);
    assertThat(feed(mixture, 203, 300)).usingRecursiveComparison().isEqualTo(feed(twin, 203, 300));
  }

  @ParameterizedTest
  @EnumSource(names = {"PREDICT", "NAN", "LEARN"})
  void expertThatAlwaysFails_costsLittle(At here) {
    MixtureOfExperts mixture = mixture();
    arm(here, 100_000);
    feed(mixture, 0, 3_000);

    assertThat(made).isLessThan(20);
    assertThat(failures).hasSizeLessThan(16);
    assertThat(mixture.evaluation().window().accuracy()).isGreaterThan(90);
  }

  /** A kind of which not even a fresh one can be saved: to go on without checkpoints is no way. */
  @ParameterizedTest
  @EnumSource(names = {"SAVE", "GATE_SAVE", "DETECTOR_SAVE"})
  void partThatCanNeverBeSaved_failsTheSnapshot(At here) {
    MixtureOfExperts mixture = mixture();
    feed(mixture, 0, 200); // no longer kept as lessons
    arm(here, 100_000);
    assertThatThrownBy(() -> saved(mixture)).hasMessage("injected");
  }

  /** Its weights are those of the other gate, each time again. */
  @Test
  void gateThatAlwaysFails_leavesTheWeightsToTheOthers() {
    MixtureOfExperts mixture = mixture();
    arm(At.WEIGH, 100_000);
    feed(mixture, 0, 1_000);

    assertThat(failures).hasSize(1_000);
    assertThat(mixture.evaluation().window().accuracy()).isGreaterThan(85);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "PREDICT",
        "LEARN",
        "EVENTS",
        "SAVE",
        "WEIGH",
        "GATE_LEARN",
        "GATE_SAVE",
        "DETECT",
        "DETECTOR_SAVE"
      })
  void withoutAListener_failuresAreThrown(At here) {
    MixtureOfExperts mixture = mixture();
    mixture.containFailures(null);
    feed(mixture, 0, 200);
    arm(here, 1);

    assertThatThrownBy(
            () -> {
              feed(mixture, 200, 201);
              saved(mixture);
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("injected");
  }

  static List<Throwable> concerningOthers() {
    return List.of(
        new OutOfMemoryError("injected"),
        new NoClassDefFoundError("injected"),
        new InterruptedException("injected"),
        new IllegalStateException(new InterruptedException("injected")),
        new IllegalStateException(new OutOfMemoryError("injected")),
        new StepQueueException("injected", null),
        new BackendException("injected"));
  }

  @ParameterizedTest
  @MethodSource("concerningOthers")
  void failuresThatConcernOthers_areThrown(Throwable failure) {
    MixtureOfExperts mixture = mixture();
    for (At here : List.of(At.PREDICT, At.LEARN, At.EVENTS, At.WEIGH, At.GATE_LEARN, At.DETECT)) {
      armed = here;
      NEXT.add(() -> failure);
      assertThatThrownBy(() -> feed(mixture, 0, 1)).as("%s", here).isSameAs(failure);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void deepRecursionAndFailedAssertions_stayWithThePart() {
    MixtureOfExperts mixture = mixture();
    armed = At.LEARN;
    NEXT.add(StackOverflowError::new);
    NEXT.add(() -> new AssertionError("injected"));
    feed(mixture, 0, 10);

    assertThat(failures)
        .extracting(failure -> failure.cause().getClass().getSimpleName())
        .containsExactly("StackOverflowError", "AssertionError");
  }

  @Test
  void anInterruptedThread_isNotHeldUp() {
    MixtureOfExperts mixture = mixture();
    arm(At.PREDICT, 1);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> feed(mixture, 0, 1)).hasMessage("injected");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
