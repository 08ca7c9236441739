// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.baselines.MajorityClassFactory;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Replacement;
import io.driftmoe.router.Sleeping;
import io.driftmoe.router.branches.Verdict;
import java.io.DataInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a model with branches that commands have reached. */
class BranchStateTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(300);

  private static final JobOptions OPTIONS =
      Events.options(
          Map.of(
              "learner.preset", "paper-data",
              "learner.pool", "[naive-bayes, no-change]",
              "learner.top-k", "1",
              "learner.gates", "[fixed-share]"));

  static final ModelStateSerializer SERIALIZER = new ModelStateSerializer(ModelSpec.of(OPTIONS));

  /** Frozen, with a branch that has learned, and one that was dropped. */
  static ModelSlot slot() throws IOException {
    ModelState state = ModelState.create(SERIALIZER.spec());
    JobOptions.Branch options =
        JobOptions.branch("{settings: {seed: 3}, warm-up: 100}", OPTIONS.learner());
    MixtureOfExperts mixture =
        MixtureOfExperts.create(options.mixture().config(options.seed()), Events.SCHEMA);
    Branch branch = new Branch("other", state.takeNumber(), options, true, mixture);
    Branch dropped = new Branch("gone", state.takeNumber(), options, false, mixture);
    dropped.drop("it failed to predict");
    state.branches.put(branch);
    state.branches.put(dropped);
    for (LabeledExample example : EXAMPLES) {
      PendingPrediction own = state.mixture.predict(example.features());
      PendingPrediction shadow = branch.predict(example.features(), 0);
      state.mixture.learn(own, example.label());
      branch.learn(shadow, own.predictedClass() == example.label(), example.label(), true);
    }
    branch.spent(30, 20);
    state.frozen = true;
    state.commandsSeen = 77;
    state.generation = 0;
    return ModelSlot.of(state);
  }

  private static byte[] written(ModelSlot slot) throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(1 << 12);
    SERIALIZER.serialize(slot, bytes);
    return bytes.getCopyOfBuffer();
  }

  @Test
  void whatIsStoredIsRead_andWrittenAgain() throws IOException {
    byte[] stored;
    try (InputStream in =
        BranchStateTest.class.getResourceAsStream("/state/slot-v1-branches.bin")) {
      stored = in.readAllBytes();
    }
    assertThat(written(slot())).isEqualTo(stored);
    ModelSlot read = SERIALIZER.deserialize(new DataInputDeserializer(stored));
    assertThat(written(read)).isEqualTo(stored);
    ModelState state = read.state(SERIALIZER.spec());
    assertThat(state.frozen).isTrue();
    assertThat(state.commandsSeen).isEqualTo(77);
    assertThat(state.takeNumber()).isEqualTo(3);
    Branch branch = state.branches.active().get(0);
    assertThat(branch.name()).isEqualTo("other");
    assertThat(branch.isByCommand()).isTrue();
    assertThat(branch.labels()).isEqualTo(300);
    assertThat(branch.test().events()).isEqualTo(200);
    assertThat(branch.test().verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(branch.cpuShare()).isEqualTo(1.5);
    assertThat(branch.options().warmUp()).isEqualTo(100);
    Branch gone = state.branches.of("gone");
    assertThat(gone.whyDropped()).isEqualTo("it failed to predict");
    assertThat(gone.bytes()).isZero();
  }

  /** Parked, and copied while a checkpoint is written, it is the same. */
  @Test
  void parkingAndCopiesKeepAll() throws IOException {
    byte[] expected = written(slot());
    ModelSlot copied = slot();
    ModelSlot successor = copied.successor();
    assertThat(written(copied)).isEqualTo(expected);
    assertThat(written(successor)).isEqualTo(expected);
    ModelSlot young = ModelSlot.of(ModelState.create(SERIALIZER.spec()));
    young
        .state(SERIALIZER.spec())
        .branches
        .put(slot().state(SERIALIZER.spec()).branches.of("other"));
    byte[] ofYoung = written(young);
    assertThat(written(young.successor())).isEqualTo(ofYoung);
    ModelSlot parked = slot();
    parked.park();
    assertThat(parked.isParked()).isTrue();
    ModelSlot restored = SERIALIZER.deserialize(new DataInputDeserializer(written(parked)));
    restored.state(SERIALIZER.spec());
    assertThat(written(restored)).isEqualTo(expected);
  }

  /** A branch that cannot be read costs neither the model nor the other branches anything. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 30, 600, 1_000, 1_300, 2_000, 6_000})
  void aDamagedBranchIsDropped(int at) throws IOException {
    ModelSlot slot = slot();
    ModelState whole = slot.state(SERIALIZER.spec());
    Branch sound = branch(whole, "sound");
    whole.branches.put(sound);
    byte[] stored = written(slot);
    byte[] damaged = written(whole.branches.of("other"));
    int begins = indexOf(stored, damaged);
    // behind its length
    Arrays.fill(stored, begins + 4 + at, begins + 4 + at + 30, (byte) 0x9d);
    ModelState state =
        SERIALIZER.deserialize(new DataInputDeserializer(stored)).state(SERIALIZER.spec());
    assertThat(state.branches.active()).extracting(Branch::name).containsExactly("sound");
    assertThat(state.branches.all()).hasSize(3);
    assertThat(state.branches.all().get(0).whyDropped()).startsWith("cannot be read: ");
    assertThat(state.branches.all().get(0).name())
        .isEqualTo(at < 6 ? "unreadable 1" : "other"); // its name is at 4
    assertThat(written(state.branches.of("sound"))).isEqualTo(written(sound));
    assertThat(written(state.branches.of("gone"))).isEqualTo(written(whole.branches.of("gone")));
    assertThat(bytes(state.mixture)).isEqualTo(bytes(whole.mixture));
    // and stays so
    byte[] again = written(ModelSlot.of(state));
    assertThat(written(SERIALIZER.deserialize(new DataInputDeserializer(again)))).isEqualTo(again);
  }

  /** Settings of a later version. */
  @Test
  void aBranchOfUnknownSettingsIsDropped() throws IOException {
    ModelSlot slot = slot();
    byte[] stored = written(slot);
    int at = indexOf(stored, "warm-up".getBytes(StandardCharsets.UTF_8));
    stored[at] = 'x';
    ModelState state =
        SERIALIZER.deserialize(new DataInputDeserializer(stored)).state(SERIALIZER.spec());
    assertThat(state.branches.active()).isEmpty();
    assertThat(state.branches.of("other").whyDropped())
        .startsWith("cannot be read: ")
        .contains("xarm-up");
    assertThat(bytes(state.mixture)).isEqualTo(bytes(slot.state(SERIALIZER.spec()).mixture));
  }

  /** Its snapshot would throw at each checkpoint. */
  @Test
  void aBranchThatCannotBeWrittenIsWrittenAsDropped() throws IOException {
    ModelSlot slot = slot();
    ModelState state = slot.state(SERIALIZER.spec());
    Branch broken = unwritable(state, "broken");
    state.branches.put(broken);
    assertThat(broken.isActive()).isTrue();
    assertThat(broken.broken()).isEmpty();
    ModelState read =
        SERIALIZER.deserialize(new DataInputDeserializer(written(slot))).state(SERIALIZER.spec());
    assertThat(broken.broken()).startsWith("it cannot be written: ");
    assertThat(read.branches.active()).extracting(Branch::name).containsExactly("other");
    assertThat(read.branches.of("broken").whyDropped()).isEqualTo(broken.broken());
    assertThat(bytes(read.mixture)).isEqualTo(bytes(state.mixture));
    assertThat(written(read.branches.of("other"))).isEqualTo(written(state.branches.of("other")));
    Branch measured = unwritable(state, "measured");
    assertThat(measured.heapBytes()).isZero();
    assertThat(measured.broken()).startsWith("it cannot be written: ");
    assertThat(broken.successor().broken()).isEqualTo(broken.broken());
  }

  /** Other work on the machine may slow it down for a while. */
  @Test
  void aBranchIsTooSlowWhereTwoWeighingsInARowSayIt() throws IOException {
    Branch branch = branch(ModelState.create(SERIALIZER.spec()), "slow");
    branch.spent(900_000_000, 100_000_000);
    assertThat(branch.isTooSlow()).isFalse();
    branch.spent(0, 900_000_000);
    assertThat(branch.isTooSlow()).isFalse();
    branch.spent(9_000_000_000L, 0);
    assertThat(branch.isTooSlow()).isFalse();
    branch.spent(1, 1);
    assertThat(branch.isTooSlow()).isTrue();
  }

  private static Branch branch(ModelState state, String name) {
    JobOptions.Branch options = JobOptions.branch("{settings: {seed: 5}}", OPTIONS.learner());
    return new Branch(
        name,
        state.takeNumber(),
        options,
        true,
        MixtureOfExperts.create(options.mixture().config(options.seed()), Events.SCHEMA));
  }

  /** One whose experts no document can name. */
  static Branch unwritable(ModelState state, String name) {
    ExpertFactory majority = new MajorityClassFactory();
    ExpertFactory nameless =
        new ExpertFactory() {
          @Override
          public Expert create(StreamSchema schema, long seed) {
            return majority.create(schema, seed);
          }

          @Override
          public Expert restore(StreamSchema schema, DataInput in) throws IOException {
            return majority.restore(schema, in);
          }
        };
    MixtureConfig config =
        new MixtureConfig(
            Division.Data.alike(2, nameless, 2),
            1,
            MixtureConfig.of(Preset.ADAPTIVE, 1).gates(),
            new Replacement.Never(),
            new Sleeping.Never(),
            0.002,
            50);
    return new Branch(
        name,
        state.takeNumber(),
        JobOptions.branch("", OPTIONS.learner()),
        true,
        MixtureOfExperts.create(config, Events.SCHEMA));
  }

  private static byte[] written(Branch branch) throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(1 << 12);
    branch.write(bytes);
    return bytes.getCopyOfBuffer();
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(1 << 12);
    mixture.writeSnapshot(bytes);
    return bytes.getCopyOfBuffer();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }
}
