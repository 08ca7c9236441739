// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.Preset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpertTitlesTest {
  private static List<String> titles(Preset preset) {
    StreamSchema schema =
        new StreamSchema(List.of(Attribute.numeric("a")), new LabelSpace(List.of("x", "y", "z")));
    return ExpertTitles.of(
        new JobOptions(
            null,
            null,
            JobOptions.Schema.of(schema),
            new JobOptions.Learner(preset, 1L),
            null,
            null,
            null,
            null,
            null,
            null,
            null));
  }

  @Test
  void expertsHaveTheNamesOfInspect_andThoseOfWhatIsInside() {
    assertThat(titles(Preset.ADAPTIVE))
        .containsExactly(
            "forest 0",
            "guarded naive-bayes 1",
            "nearest-neighbours 2",
            "mlp 3",
            "committee of routed-specialists 4",
            "regime-library 5",
            "committee of prototypes 6");
  }

  @Test
  void anExpertForEachClass() {
    assertThat(titles(Preset.PAPER_TASK)).hasSize(3).allMatch(title -> title.matches("\\S+ \\d"));
  }
}
