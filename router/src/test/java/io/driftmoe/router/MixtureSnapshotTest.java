// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.baselines.NoChangeFactory;
import io.driftmoe.experts.ensembles.CommitteeFactory;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MixtureSnapshotTest {
  private static final int EVENTS = 1500;
  private static final StreamSchema SCHEMA = Electricity.SCHEMA;
  private static final List<LabeledExample> STREAM = Electricity.load(EVENTS).examples();

  /** A mixture whose labels come late, with what is waiting: all that a job must restore. */
  private static final class Run {
    final MixtureConfig config;
    final int delay;
    final IntUnaryOperator load;
    MixtureOfExperts mixture;
    Pending<PendingPrediction> waiting = new Pending<>();
    final List<double[]> outputs = new ArrayList<>();

    Run(MixtureConfig config, int delay) {
      this(config, delay, event -> 0);
    }

    Run(MixtureConfig config, int delay, IntUnaryOperator load) {
      this.load = load;
      this.config = config;
      this.delay = delay;
      this.mixture = MixtureOfExperts.create(config, SCHEMA);
    }

    void process(int from, int to) {
      for (int i = from; i < to; i++) {
        PendingPrediction prediction =
            mixture.predict(STREAM.get(i).features(), load.applyAsInt(i));
        outputs.add(prediction.probabilities());
        outputs.add(prediction.gateWeights());
        waiting.add("event " + i, i, prediction);
        // Every tenth label never comes.
        if (i >= delay && (i - delay) % 10 != 9) {
          PendingPrediction due = waiting.take("event " + (i - delay));
          StepReport report = mixture.learn(due, STREAM.get(i - delay).label());
          outputs.add(new double[] {report.level().ordinal(), report.version()});
        }
      }
    }

    void restart() throws IOException {
      byte[] model = snapshot(mixture);
      mixture = MixtureOfExperts.restore(config, SCHEMA, input(model));
      assertThat(snapshot(mixture)).isEqualTo(model);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      waiting.writeSnapshot(new DataOutputStream(bytes), PendingPrediction::writeTo);
      waiting = Pending.restore(input(bytes.toByteArray()), PendingPrediction::readFrom);
    }
  }

  // Before the first event, in a first, partial mini-batch, just before, at and after a full one.
  @ParameterizedTest
  @CsvSource({
    "PAPER_DATA, 0, 0", "PAPER_DATA, 100, 0", "PAPER_DATA, 284, 0", "PAPER_DATA, 285, 0",
    "PAPER_DATA, 1201, 0", "PAPER_DATA, 700, 37", "PAPER_TASK, 0, 0", "PAPER_TASK, 1, 0",
    "PAPER_TASK, 1201, 0", "PAPER_TASK, 700, 37", "ADAPTIVE, 0, 0", "ADAPTIVE, 1, 0",
    "ADAPTIVE, 509, 0", "ADAPTIVE, 1201, 0", "ADAPTIVE, 700, 37"
  })
  void restoredContinuesBitForBit(Preset preset, int cut, int delay) throws IOException {
    assertContinues(preset, cut, delay, event -> 0);
  }

  /** What an event was predicted by, with little time, is what learns it, also after a restart. */
  @ParameterizedTest
  @CsvSource({"1, 0", "60, 7", "127, 0", "129, 3", "700, 37", "1201, 0"})
  void restoredContinuesBitForBit_underAnyLoad(int cut, int delay) throws IOException {
    assertContinues(
        Preset.ADAPTIVE, cut, delay, event -> (int) (4 * new SplitMix64(event).nextDouble()));
  }

  private static void assertContinues(Preset preset, int cut, int delay, IntUnaryOperator load)
      throws IOException {
    MixtureConfig config = MixtureConfig.of(preset, 42).withEvaluationWindow(200);
    Run whole = new Run(config, delay, load);
    whole.process(0, EVENTS);
    Run part = new Run(config, delay, load);
    part.process(0, cut);
    part.restart();
    part.process(cut, EVENTS);

    assertThat(part.outputs).hasSameSizeAs(whole.outputs);
    for (int i = 0; i < whole.outputs.size(); i++) {
      assertThat(Arrays.equals(part.outputs.get(i), whole.outputs.get(i)))
          .as("output %s", i)
          .isTrue();
    }
    assertThat(part.mixture.evaluation().overall()).isEqualTo(whole.mixture.evaluation().overall());
    assertThat(part.mixture.evaluation().window()).isEqualTo(whole.mixture.evaluation().window());
    assertThat(part.mixture.expertShares()).isEqualTo(whole.mixture.expertShares());
    assertThat(part.mixture.gateEntropy()).isEqualTo(whole.mixture.gateEntropy());
    assertThat(snapshot(part.mixture)).isEqualTo(snapshot(whole.mixture));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void seedDecidesEverything(Preset preset) throws IOException {
    Run first = new Run(MixtureConfig.of(preset, 7), 5);
    Run same = new Run(MixtureConfig.of(preset, 7), 5);
    Run other = new Run(MixtureConfig.of(preset, 8), 5);
    for (Run run : List.of(first, same, other)) {
      run.process(0, 600);
    }
    assertThat(snapshot(same.mixture)).isEqualTo(snapshot(first.mixture));
    assertThat(same.outputs.get(1198)).isEqualTo(first.outputs.get(1198));
    assertThat(other.outputs.get(1)).isNotEqualTo(first.outputs.get(1));
  }

  @Test
  void predictingLeavesWhatWasLearnedAlone() {
    Run asked = new Run(MixtureConfig.of(Preset.PAPER_DATA, 7), 0);
    Run plain = new Run(MixtureConfig.of(Preset.PAPER_DATA, 7), 0);
    asked.process(0, 400);
    plain.process(0, 400);
    for (int i = 0; i < 50; i++) {
      asked.mixture.predict(STREAM.get(i).features());
    }
    asked.process(400, 800);
    plain.process(400, 800);
    for (int i = 0; i < plain.outputs.size(); i++) {
      assertThat(asked.outputs.get(i)).isEqualTo(plain.outputs.get(i));
    }
  }

  @Test
  void refusesASnapshotOfAnotherConfiguration() throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.PAPER_DATA, 1);
    byte[] bytes = snapshot(MixtureOfExperts.create(config, SCHEMA));
    refuses(MixtureConfig.of(Preset.PAPER_DATA, 2), SCHEMA, bytes, "seed is 1 there, 2 here");
    refuses(
        MixtureConfig.of(Preset.PAPER_TASK, 1),
        SCHEMA,
        bytes,
        "division is data there, task here; pool is a list of 12 there, a list of 1 here;",
        "gates[0].dropout is 0.0 there, 0.2 here; gates[0].batch-size is 256 there, 1 here");
    Division.Data data = (Division.Data) config.division();
    List<ExpertFactory> pool = new ArrayList<>(data.experts());
    pool.set(3, NaiveBayesFactory.defaults());
    refuses(
        with(config, new Division.Data(pool, 2, data.combination())),
        SCHEMA,
        bytes,
        "snapshot was written under another configuration: pool[3].type is moa-hoeffding-tree"
            + " there, naive-bayes here; top-k is 3 there, 2 here");
  }

  @Test
  void refusesASnapshotOfAnotherSchema() throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.PAPER_DATA, 1);
    byte[] bytes = snapshot(MixtureOfExperts.create(config, SCHEMA));
    refuses(
        config,
        SCHEMA.withLabels(new LabelSpace(List.of("DOWN", "UP"))),
        bytes,
        "schema: classes are");
    refuses(
        config,
        SCHEMA.withLabels(new LabelSpace(List.of("UP", "DOWN", "SAME"))),
        bytes,
        "classes are [UP, DOWN] there, [UP, DOWN, SAME] here");
    List<Attribute> attributes = new ArrayList<>(SCHEMA.attributes());
    attributes.set(0, Attribute.numeric("day number"));
    refuses(
        config,
        new StreamSchema(attributes, SCHEMA.labels()),
        bytes,
        "attribute 0 is",
        "there, day number here");
  }

  @Test
  void configurationsOfAnyLengthAreWritten() throws IOException {
    MixtureConfig config =
        new MixtureConfig(
            Division.Data.alike(900, MoaHoeffdingTreeFactory.paper(), 1),
            1,
            List.of(new FixedShareGateFactory(FixedShareConfig.defaults())),
            new Replacement.Never(),
            new Sleeping.Never(),
            0.002,
            5);
    assertThat(config.toString()).hasSizeGreaterThan(65_535);
    byte[] bytes = snapshot(MixtureOfExperts.create(config, SCHEMA));
    assertThat(snapshot(MixtureOfExperts.restore(config, SCHEMA, input(bytes)))).isEqualTo(bytes);
    for (int length : new int[] {-1, Integer.MAX_VALUE}) {
      byte[] lying = bytes.clone();
      ByteBuffer.wrap(lying).putInt(6, length); // after tag and version
      assertThatThrownBy(() -> MixtureOfExperts.restore(config, SCHEMA, input(lying)))
          .isInstanceOf(IOException.class);
    }
  }

  private static MixtureConfig with(MixtureConfig config, Division division) {
    return new MixtureConfig(
        division,
        config.seed(),
        config.gates(),
        config.lifecycle(),
        config.attendance(),
        config.detectorDelta(),
        config.evaluationWindow());
  }

  /** Which settings may change is decided elsewhere; what is written next holds the new ones. */
  @Test
  void savedMixturesGoOnUnderOtherSettings() throws IOException {
    MixtureConfig saved = MixtureConfig.of(Preset.PAPER_DATA, 1);
    Division.Data data = (Division.Data) saved.division();
    MixtureConfig wanted =
        with(saved, new Division.Data(data.experts(), 12, new Combination.Soft()))
            .withEvaluationWindow(50);
    byte[] bytes = snapshot(trained(saved));
    MixtureOfExperts mixture = MixtureOfExperts.restore(wanted, SCHEMA, input(bytes));
    assertThat(mixture.version()).isEqualTo(300);
    byte[] rewritten = snapshot(mixture);
    assertThat(snapshot(MixtureOfExperts.restore(wanted, SCHEMA, input(rewritten))))
        .isEqualTo(rewritten);
    assertThat(MixtureOfExperts.restore(saved, SCHEMA, input(rewritten)).evaluation().window())
        .isEqualTo(mixture.evaluation().window()); // 50 labels fit into 1,000
  }

  /** What an older build wrote lacks what was added since: it has the default. */
  @Test
  void documentsWithoutASetting_haveItsDefault() throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 1);
    byte[] bytes = snapshot(trained(config));
    byte[] older =
        withDocument(
            bytes,
            document ->
                document
                    .replace(",\"vote-power\":4", "")
                    .replace(",\"smoothing\":0.02", "")
                    .replace(",\"min-share\":0.05,\"max-agreement\":0.999", ""));
    assertThat(bytes.length - older.length).isGreaterThan(70);
    assertThat(snapshot(MixtureOfExperts.restore(config, SCHEMA, input(older)))).isEqualTo(bytes);
    refuses(
        config,
        SCHEMA,
        withDocument(
            bytes,
            document ->
                document
                    .replace(
                        ",\"attendance\":{\"type\":\"by-gain\"",
                        ",\"attendance\":{\"type\":\"never\"")
                    .replace(
                        ",\"trial\":1000,\"period\":250,\"memory\":1000,\"probe\":0.0625,\"least-gain\":0.0"
                            + ",\"specialists\":{\"first\":4000,\"again\":1000,\"against\":10000.0,"
                            + "\"in-favour\":20.0,\"halvings\":3}",
                        "")),
        "attendance.type is never there, by-gain here");
  }

  @Test
  void settingsOfANewerBuild_areRefusedByName() throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 1);
    byte[] bytes = snapshot(MixtureOfExperts.create(config, SCHEMA));
    refuses(
        config,
        SCHEMA,
        withDocument(
            bytes, document -> document.replace("\"vote-power\":4", "\"vote-power\":4,\"luck\":7")),
        "settings of the snapshot: there is no setting 'pool[0].luck'");
    refuses(
        config,
        SCHEMA,
        withDocument(
            bytes, document -> document.replace("{\"type\":\"soft\"}", "{\"type\":\"hard\"}")),
        "settings of the snapshot: combination.type 'hard' is unknown, allowed: arg-max, soft, top-k");
    refuses(
        config,
        SCHEMA,
        withDocument(bytes, document -> "once upon a time"),
        "settings of the snapshot: not JSON");
  }

  /** Neither numbers nor keys are written in the language of the machine. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG-u-nu-arab", "tr-TR", "de-DE"})
  void snapshotsDoNotDependOnTheLocale(String tag) throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 1);
    byte[] bytes = snapshot(MixtureOfExperts.create(config, SCHEMA));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertThat(snapshot(MixtureOfExperts.create(config, SCHEMA))).isEqualTo(bytes);
      assertThat(snapshot(MixtureOfExperts.restore(config, SCHEMA, input(bytes)))).isEqualTo(bytes);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void deepConfigurationsAreWritten() throws IOException {
    ExpertFactory expert = NaiveBayesFactory.defaults();
    for (int i = 0; i < 30; i++) {
      expert =
          new CommitteeFactory(List.of(expert, new NoChangeFactory()), FixedShareConfig.defaults());
    }
    MixtureConfig paper = MixtureConfig.of(Preset.PAPER_DATA, 1);
    MixtureConfig config = with(paper, Division.Data.alike(30, expert, 1));
    assertThat(MixtureDocument.text(config)).hasSizeGreaterThan(65_535);
    byte[] bytes = snapshot(MixtureOfExperts.create(config, SCHEMA));
    assertThat(snapshot(MixtureOfExperts.restore(config, SCHEMA, input(bytes)))).isEqualTo(bytes);
  }

  private static MixtureOfExperts trained(MixtureConfig config) {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    for (LabeledExample example : STREAM.subList(0, 300)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    return mixture;
  }

  /** The snapshot with another document at its head. */
  private static byte[] withDocument(byte[] snapshot, UnaryOperator<String> change)
      throws IOException {
    DataInputStream in = input(snapshot);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    SnapshotHeader.write(out, "MOE_", SnapshotHeader.read(in, "MOE_", 11));
    String document = SnapshotText.read(in);
    assertThat(change.apply(document)).isNotEqualTo(document);
    SnapshotText.write(out, change.apply(document));
    in.transferTo(out);
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 150}) // a young mixture, and one that is no longer
  void refusesBrokenBytes(int events) throws IOException {
    MixtureConfig config =
        new MixtureConfig(
            Division.Data.alike(2, MoaHoeffdingTreeFactory.paper(), 1),
            1,
            List.of(
                new MaskGateFactory(
                    new NetworkConfig(InputEncoding.RAW, List.of(3), 2e-3, 0, 4, 0.8))),
            new Replacement.Never(),
            new Sleeping.Never(),
            0.002,
            5);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    for (int i = 0; i < events; i++) {
      mixture.learn(mixture.predict(STREAM.get(i).features()), STREAM.get(i).label());
    }
    byte[] bytes = snapshot(mixture);
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> MixtureOfExperts.restore(config, SCHEMA, input(cut)))
          .isInstanceOf(IOException.class);
    }
    byte[] wrongTag = bytes.clone();
    wrongTag[0] = 'X';
    refuses(config, SCHEMA, wrongTag, "MOE_");
    byte[] newer = bytes.clone();
    newer[5] = 14;
    refuses(config, SCHEMA, newer, "version 14");
  }

  /** Young, about to grow up, grown: nothing else changes, saved or not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 60, 128, 140})
  void evaluationThatBeginsAnew_isAllThatChanges(int events) throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.PAPER_DATA, 3);
    MixtureOfExperts uninterrupted = MixtureOfExperts.create(config, SCHEMA);
    MixtureOfExperts anew = MixtureOfExperts.create(config, SCHEMA);
    for (MixtureOfExperts mixture : List.of(uninterrupted, anew)) {
      for (LabeledExample example : STREAM.subList(0, events)) {
        mixture.learn(mixture.predict(example.features()), example.label());
      }
    }
    anew.restartEvaluation();
    assertThat(anew.evaluation().overall().labels()).isZero();
    PrequentialEvaluator expected =
        new PrequentialEvaluator(SCHEMA.classes(), config.evaluationWindow());
    for (LabeledExample example : STREAM.subList(events, events + 100)) {
      anew = MixtureOfExperts.restore(config, SCHEMA, input(snapshot(anew.successor())));
      PendingPrediction prediction = anew.predict(example.features());
      assertThat(prediction.probabilities())
          .isEqualTo(uninterrupted.predict(example.features()).probabilities());
      anew.learn(prediction, example.label());
      uninterrupted.learn(prediction, example.label());
      expected.add(example.label(), prediction.predictedClass());
    }
    assertThat(anew.evaluation().overall()).isEqualTo(expected.overall());
    assertThat(anew.evaluation().window()).isEqualTo(expected.window());
    assertThat(anew.version()).isEqualTo(events + 100);
  }

  @Test
  void pendingPredictionsKeepEverything() throws IOException {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.PAPER_TASK, 1), SCHEMA);
    mixture.learn(mixture.predict(STREAM.get(0).features()), STREAM.get(0).label());
    PendingPrediction prediction = mixture.predict(STREAM.get(1).features());
    byte[] bytes = bytes(prediction);
    PendingPrediction read = PendingPrediction.readFrom(input(bytes));
    assertThat(read.features()).isEqualTo(prediction.features());
    assertThat(read.predictedClass()).isEqualTo(prediction.predictedClass());
    assertThat(read.probabilities()).isEqualTo(prediction.probabilities());
    assertThat(read.gateWeights()).isEqualTo(prediction.gateWeights());
    assertThat(read.votes().values()).isEqualTo(prediction.votes().values());
    assertThat(read.dropoutSeed()).isEqualTo(prediction.dropoutSeed());
    assertThat(read.modelVersion()).isEqualTo(1);

    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> PendingPrediction.readFrom(input(cut)))
          .isInstanceOf(IOException.class);
    }
  }

  /** So it can be written by another thread while it is learned, and shared by copies. */
  @Test
  void learningDoesNotChangeAPrediction() throws IOException {
    for (Preset preset : Preset.values()) {
      MixtureOfExperts mixture = MixtureOfExperts.create(MixtureConfig.of(preset, 1), SCHEMA);
      List<PendingPrediction> predictions = new ArrayList<>();
      List<byte[]> written = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        predictions.add(mixture.predict(STREAM.get(i).features()));
        written.add(bytes(predictions.get(i)));
        mixture.learn(predictions.get(i), STREAM.get(i).label());
      }
      for (int i = 0; i < predictions.size(); i++) {
        predictions.get(i).probabilities()[0] = 7;
        predictions.get(i).gateWeights()[0] = 7;
        assertThat(bytes(predictions.get(i))).isEqualTo(written.get(i));
      }
    }
  }

  private static byte[] bytes(PendingPrediction prediction) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    prediction.writeTo(new DataOutputStream(out));
    return out.toByteArray();
  }

  private static void refuses(
      MixtureConfig config, StreamSchema schema, byte[] bytes, String... parts) {
    assertThatThrownBy(() -> MixtureOfExperts.restore(config, schema, input(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(parts);
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /** What windows and networks take may be counted otherwise by a later build. */
  @ParameterizedTest
  @ValueSource(ints = {20, 200})
  void aLimitThatIsTooSmallByNow_isNoDamage(int events) throws IOException {
    MixtureConfig enough = MixtureConfig.adaptive(1, 2 << 20);
    MixtureConfig tooSmall = MixtureConfig.adaptive(1, 1 << 20);
    assertThatThrownBy(() -> MixtureOfExperts.create(tooSmall, MixedStream.SCHEMA))
        .hasMessageStartingWith("model-bytes must be at least ");
    MixtureOfExperts mixture = MixtureOfExperts.create(enough, MixedStream.SCHEMA);
    List<LabeledExample> examples = MixedStream.of(events + 10, 3);
    for (LabeledExample example : examples.subList(0, events)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(saved));
    MixtureOfExperts goesOn =
        MixtureOfExperts.restore(
            tooSmall,
            MixedStream.SCHEMA,
            new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
    for (LabeledExample example : examples.subList(events, events + 10)) {
      goesOn.learn(goesOn.predict(example.features()), example.label());
    }
    assertThat(goesOn.version()).isEqualTo(events + 10);
  }
}
