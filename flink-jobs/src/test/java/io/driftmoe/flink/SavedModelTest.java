// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in files and in the state of jobs. */
class SavedModelTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(1_000);
  private static final JobOptions OPTIONS =
      Events.options(
          Map.of(
              "learner.preset", "paper-data",
              "learner.pool", "[moa-hoeffding-tree, {type: guarded}]",
              "learner.gates", "[fixed-share]"));

  @TempDir private Path folder;

  private static SavedModel learned(int events) {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(OPTIONS.learner().toMixtureConfig(), Events.SCHEMA);
    learn(mixture, 0, events);
    return new SavedModel("turbine-7", ModelSpec.of(OPTIONS).origin(), mixture);
  }

  private static void learn(MixtureOfExperts mixture, int from, int to) {
    for (LabeledExample example : EXAMPLES.subList(from, to)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
  }

  private static void assertSameFuture(MixtureOfExperts one, MixtureOfExperts other) {
    learn(one, 700, 1_000);
    learn(other, 700, 1_000);
    assertThat(one.describe()).isEqualTo(other.describe());
    double[] expected = one.predict(EXAMPLES.get(0).features()).probabilities();
    assertThat(other.predict(EXAMPLES.get(0).features()).probabilities()).isEqualTo(expected);
  }

  @Test
  void modelFile_givesTheModelBack_andItGoesOnAlike() throws IOException {
    SavedModel model = learned(700);
    Path file = folder.resolve("turbine.model");
    ModelFile.write(file, model);

    SavedModel read = ModelFile.read(file);

    assertThat(read.modelKey()).isEqualTo("turbine-7");
    assertThat(read.origin()).isEqualTo(ModelSpec.of(OPTIONS).origin());
    assertSameFuture(model.mixture(), read.mixture());
  }

  /** The preset that the file names may have become another one since. */
  @Test
  void modelFile_saysWhatItsPresetMeant() throws IOException {
    SavedModel model = learned(700);
    Path file = folder.resolve("turbine.model");
    ModelFile.write(file, model);
    Files.write(file, SavedWords.replaced(Files.readAllBytes(file), "{\"preset\":\"paper-data\"}"));

    SavedModel read = ModelFile.read(file);

    assertThat(read.origin().config()).isEqualTo(OPTIONS.learner().toMixtureConfig());
    assertThat(read.origin().settings()).isNotEqualTo(OPTIONS.learner().mixture());
    assertSameFuture(model.mixture(), read.mixture());
  }

  @Test
  void whatIsNoModelFile_isRefused() throws IOException {
    Path file = folder.resolve("m.model");
    ModelFile.write(file, learned(50));
    byte[] bytes = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageContaining("ends inside its model");
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageContaining("goes on after the end");
    Files.writeString(file, "once upon a time");
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageContaining("no model file");
    Files.write(file, new byte[0]);
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageContaining("the file is empty");
  }

  @Test
  void checkpointsAndSavepoints_giveEveryModelOfAJob() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(OPTIONS)) {
      for (int i = 0; i < 700; i++) {
        operator.send(Events.features("turbine-7", i, EXAMPLES.get(i), true));
        operator.send(Events.features("b", i, EXAMPLES.get(999 - i), true));
      }
      for (OperatorSubtaskState state : List.of(operator.checkpoint(1), operator.savepoint(2))) {
        List<SavedModel> models = SavepointReader.read(state.getManagedKeyedState(), 1);

        assertThat(models)
            .extracting(SavedModel::modelKey)
            .containsExactlyInAnyOrder("turbine-7", "b");
        SavedModel model =
            models.stream().filter(m -> m.modelKey().equals("turbine-7")).findAny().orElseThrow();
        assertThat(model.origin()).isEqualTo(ModelSpec.of(OPTIONS).origin());
        assertThat(model.tree().toString())
            .startsWith(
                "{\"model\":\"turbine-7\",\"attributes\":3,\"classes\":[\"UP\",\"DOWN\"],"
                    + "\"settings\":{\"division\":\"data\"")
            .contains("{\"name\":\"moa-hoeffding-tree 0\",\"settings\":{\"type\":\"moa-hoeffding");
        assertSameFuture(learned(700).mixture(), model.mixture());
      }
    }
  }

  /** Remembers the last text of each key, under the name of the mixture's own state. */
  private static final class Foreign extends KeyedProcessFunction<String, String, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(String text, Context context, Collector<String> out)
        throws Exception {
      getRuntimeContext()
          .getState(new ValueStateDescriptor<>(MixtureFunction.MODEL_STATE, Types.STRING))
          .update(text);
    }
  }

  @Test
  void stateOfAnotherOperator_holdsNoModel() throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, String, String> other =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new Foreign()), text -> text, Types.STRING);
    try {
      other.open();
      other.processElement("a", 1);
      List<KeyedStateHandle> handles = List.copyOf(other.snapshot(1, 1).getManagedKeyedState());
      assertThat(handles).isNotEmpty();
      assertThat(SavepointReader.read(handles, 1)).isEmpty();
    } finally {
      other.close();
    }
    assertThatIOException().isThrownBy(() -> SavepointReader.read(folder.toUri().toString()));
  }

  @Test
  void stateOfAnUnknownBackEnd_isNamed() {
    KeyedStateHandle handle =
        new IncrementalRemoteKeyedStateHandle(
            UUID.randomUUID(),
            KeyGroupRange.of(0, 0),
            1,
            List.of(),
            List.of(),
            new ByteStreamStateHandle("meta", new byte[0]));
    assertThatIOException()
        .isThrownBy(() -> SavepointReader.read(List.of(handle), 1))
        .withMessageContaining("IncrementalRemoteKeyedStateHandle cannot be read");
  }

  @Test
  void uidOfTheMixture_isThatOfItsOperatorInSavepoints() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    MixtureJob.build(environment, OPTIONS);
    List<OperatorID> operators = new ArrayList<>();
    for (JobVertex vertex : environment.getStreamGraph().getJobGraph().getVertices()) {
      vertex.getOperatorIDs().forEach(pair -> operators.add(pair.getGeneratedOperatorID()));
    }
    assertThat(operators)
        .contains(
            new OperatorID(StreamGraphHasherV2.generateUserSpecifiedHash(MixtureJob.MIXTURE_UID)));
  }

  @Test
  void damagedFiles_areRefusedWhateverByteIsWrong() throws IOException {
    Path file = folder.resolve("m.model");
    ModelFile.write(file, learned(50));
    byte[] bytes = Files.readAllBytes(file);
    int spec = 6 + 4 + "turbine-7".length(); // tag, version, key
    for (int value : new int[] {-1, 0, 5, Integer.MAX_VALUE}) {
      Files.write(file, withInt(bytes, spec, value));
      assertThatIOException()
          .isThrownBy(() -> ModelFile.read(file))
          .withMessage("model spec has version %s, this build reads 1 to 4", value);
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int words = text.indexOf("{\"preset\"");
    int settings = text.indexOf("{\"division\"");
    for (int length : new int[] {-1, Integer.MAX_VALUE}) {
      for (int position : new int[] {spec + 4, words - 4, settings - 4}) {
        Files.write(file, withInt(bytes, position, length));
        assertThatIOException().isThrownBy(() -> ModelFile.read(file));
      }
    }
    byte[] otherText = bytes.clone();
    otherText[settings] = '[';
    Files.write(file, otherText);
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageStartingWith("model spec is damaged: ");
  }

  private static byte[] withInt(byte[] bytes, int position, int value) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).putInt(position, value);
    return changed;
  }

  @Test
  void operator_writesTheModelWhenTheInputHasEnded() throws Exception {
    Path file = folder.resolve("end.model");
    try (MixtureHarness operator = new MixtureHarness(OPTIONS, file)) {
      for (int i = 0; i < 700; i++) {
        operator.send(Events.features("turbine-7", i, EXAMPLES.get(i), true));
      }
      assertThat(file).doesNotExist();
      operator.watermark(Long.MAX_VALUE);
    }
    assertThat(ModelFile.read(file).modelKey()).isEqualTo("turbine-7");
    assertSameFuture(learned(700).mixture(), ModelFile.read(file).mixture());
  }
}
