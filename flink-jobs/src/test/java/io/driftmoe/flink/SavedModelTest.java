// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
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
    return new SavedModel("turbine-7", OPTIONS.schema(), OPTIONS.learner(), mixture);
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
    assertThat(read.schema()).isEqualTo(OPTIONS.schema());
    assertThat(read.learner()).isEqualTo(OPTIONS.learner());
    assertSameFuture(model.mixture(), read.mixture());
  }

  @Test
  void whatIsNoModelFile_isRefused() throws IOException {
    Path file = folder.resolve("m.model");
    ModelFile.write(file, learned(50));
    byte[] bytes = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
    assertThatIOException().isThrownBy(() -> ModelFile.read(file));
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageContaining("goes on after the end");
    Files.writeString(file, "once upon a time");
    assertThatIOException().isThrownBy(() -> ModelFile.read(file)).withMessageContaining("mfil");
    Files.write(file, new byte[0]);
    assertThatIOException()
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageContaining("ends inside its model");
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
        assertThat(model.learner()).isEqualTo(OPTIONS.learner());
        assertThat(model.describe())
            .startsWith(
                "model turbine-7: 3 attributes, classes UP, DOWN\n"
                    + "learner: {\"preset\":\"paper-data\",\"pool\":[{\"type\":\"moa-hoeffding-tree\"");
        assertSameFuture(learned(700).mixture(), model.mixture());
      }
    }
  }

  @Test
  void stateOfAnotherOperator_holdsNoModel() throws IOException {
    assertThat(SavepointReader.read(List.of(), 4)).isEmpty();
    assertThatIOException().isThrownBy(() -> SavepointReader.read(folder.toUri().toString()));
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
