// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.branches.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

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
      PendingPrediction shadow = branch.predict(example.features());
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
  @Test
  void aDamagedBranchIsDropped() throws IOException {
    ModelSlot slot = slot();
    byte[] whole = written(slot);
    byte[] mixture = "snapshot of nobody".getBytes(StandardCharsets.UTF_8);
    // the last bytes are those of the dropped branch, which has no snapshot
    int at = lastSnapshot(whole);
    System.arraycopy(mixture, 0, whole, at, mixture.length);
    ModelState state =
        SERIALIZER.deserialize(new DataInputDeserializer(whole)).state(SERIALIZER.spec());
    assertThat(state.branches.active()).isEmpty();
    assertThat(state.branches.of("other").whyDropped())
        .startsWith("its saved state cannot be read");
    assertThat(state.mixture.version()).isEqualTo(300);
  }

  /** Where the snapshot of the branch begins: behind that of its champion, with the same tag. */
  private static int lastSnapshot(byte[] bytes) throws IOException {
    byte[] tag = Arrays.copyOf(snapshot(), 4);
    for (int i = bytes.length - 4; i >= 0; i--) {
      if (Arrays.equals(bytes, i, i + 4, tag, 0, 4)) {
        return i;
      }
    }
    throw new AssertionError("no snapshot");
  }

  private static byte[] snapshot() throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(1 << 12);
    slot().state(SERIALIZER.spec()).mixture.writeSnapshot(bytes);
    return bytes.getCopyOfBuffer();
  }
}
