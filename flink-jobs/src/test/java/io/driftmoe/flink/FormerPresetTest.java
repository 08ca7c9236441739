// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Sleeping;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * States of builds that kept the name of a preset, and not what it stood for: in the preset {@code
 * adaptive} of this savepoint experts never paused.
 */
class FormerPresetTest {
  private static final GoldenSavepoint GOLDEN = GoldenSavepoint.of("adaptive-layout-2");
  private static final MixtureHarness.Subtask ONLY =
      new MixtureHarness.Subtask(0, 1, GoldenSavepoint.KEY_GROUPS);
  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);
  private static final String REFUSAL = "learner.attendance is by-gain, the saved model has never";

  @TempDir private Path folder;
  private String pointer;

  @BeforeEach
  void unpack() throws Exception {
    pointer = GOLDEN.unpack(folder);
  }

  private static JobOptions asItWas() {
    return Events.options(GOLDEN.options(1));
  }

  private static JobOptions presetOfToday() {
    Map<String, String> keys = new HashMap<>(GOLDEN.options(1));
    keys.remove("learner.attendance");
    return Events.options(keys);
  }

  private Configuration settings() {
    return new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, pointer);
  }

  @Test
  void aConfigurationThatSpellsItOut_goesOn() throws Exception {
    RestoreCheck.requireReadable(asItWas(), settings());
    OperatorSubtaskState state = SavedSettingsTest.mixture(pointer);
    try (MixtureHarness operator = new MixtureHarness(asItWas(), state, ONLY)) {
      for (SavedModel model : SavepointReader.read(pointer)) {
        operator.send(Events.features(model.modelKey(), 1_000, EXAMPLE, true));
      }
      assertThat(operator.predictions()).hasSize(4);
      assertThat(operator.deadLetters()).isEmpty();
    }
  }

  @Test
  void thePresetOfToday_isRefusedBeforeTheJobRuns() {
    assertThatThrownBy(() -> RestoreCheck.requireReadable(presetOfToday(), settings()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(REFUSAL);
  }

  @Test
  void thePresetOfToday_isRefusedByATaskForGood() throws Exception {
    OperatorSubtaskState state = SavedSettingsTest.mixture(pointer);
    assertThatThrownBy(() -> new MixtureHarness(presetOfToday(), state, ONLY).close())
        .satisfies(
            e ->
                assertThat(
                        ExceptionUtils.findThrowable(e, SuppressRestartsException.class)
                            .orElseThrow()
                            .getCause())
                    .hasMessageContaining(REFUSAL));
  }

  @Test
  void savepointsAndFilesSayWhatItWas() throws Exception {
    MixtureConfig config = asItWas().learner().toMixtureConfig();
    assertThat(SavepointReader.read(pointer))
        .hasSize(4)
        .allSatisfy(
            model ->
                assertThat(MixtureDocument.differences(model.origin().config(), config)).isEmpty());
    Path file = folder.resolve("model");
    writeFileOfLayout3(file);
    SavedModel read = ModelFile.read(file);
    assertThat(read.origin().config()).isEqualTo(config);
    assertThat(config.attendance()).isEqualTo(new Sleeping.Never());
  }

  private static void writeFileOfLayout3(Path file) throws Exception {
    StreamSchema schema = Events.SCHEMA;
    JobOptions.Learner named = presetOfToday().learner();
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      SnapshotHeader.write(out, "mfil", 2);
      SnapshotText.write(out, "key");
      out.writeInt(3);
      out.writeInt(schema.features());
      for (JobOptions.AttributeOption attribute : presetOfToday().schema().attributes()) {
        SnapshotText.write(out, attribute.name());
        out.writeInt(attribute.values().size());
        for (String value : attribute.values()) {
          SnapshotText.write(out, value);
        }
      }
      out.writeInt(schema.classes());
      for (String label : schema.labels().names()) {
        SnapshotText.write(out, label);
      }
      SnapshotText.write(out, named.mixture().json());
      out.writeLong(named.seed());
      MixtureOfExperts.create(asItWas().learner().toMixtureConfig(), schema).writeSnapshot(out);
    }
  }
}
