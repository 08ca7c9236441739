// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * A model of the preset adaptive as it was with six families: saved after 200 events of sea_a with
 * seed 3, when the preset alone was named. Commit 95aa3f6f wrote the file.
 */
class FormerModelTest {
  private static final int LEARNED = 200;

  private static Model former() throws IOException {
    String name = "/state/adaptive-of-six.model.gz";
    try (InputStream file = FormerModelTest.class.getResourceAsStream(name);
        InputStream in = new GZIPInputStream(Objects.requireNonNull(file, name))) {
      return Model.load(in);
    }
  }

  private static byte[] bytes(Model model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.save(bytes);
    return bytes.toByteArray();
  }

  @Test
  void itGoesOnWithTheFamiliesThatItHad() throws IOException {
    Model model = former();
    assertThat(model.version()).isEqualTo(LEARNED);
    assertThat(((Division.Data) model.saved().origin().config().division()).experts()).hasSize(6);
    int right = 0;
    try (LabeledStream events = StreamCatalog.open("sea_a", 1_200, 3)) {
      for (int i = 0; events.hasNext(); i++) {
        LabeledExample event = events.next();
        if (i < LEARNED) {
          continue;
        }
        PendingPrediction prediction = model.predict(event.features());
        right += prediction.predictedClass() == event.label() ? 1 : 0;
        model.learn(prediction, event.label());
      }
    }
    assertThat(right).as("of 1,000").isGreaterThan(800);
  }

  @Test
  void savedAgainItIsTheSame() throws IOException {
    byte[] bytes = bytes(former());
    assertThat(bytes(Model.load(new ByteArrayInputStream(bytes)))).isEqualTo(bytes);
  }

  /** What the manual gives to those whose job goes on from such a state. */
  @Test
  void theFormerPresetSpelledOutReadsIt() throws IOException {
    Model model = former();
    String learner =
        new YAMLMapper()
            .readTree(Path.of("../docs/presets/adaptive-0.1.yaml").toFile())
            .path("learner")
            .toString();
    MixtureConfig spelled = new MixtureSettings(learner).config(model.saved().origin().seed());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.mixture().writeSnapshot(new DataOutputStream(bytes));

    MixtureOfExperts restored =
        MixtureOfExperts.restore(
            spelled,
            model.schema(),
            new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    assertThat(restored.version()).isEqualTo(LEARNED);
  }
}
