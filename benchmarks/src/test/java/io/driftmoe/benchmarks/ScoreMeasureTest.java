// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScoreMeasureTest {
  private static final String STORED =
      "{\"accuracy\":53.7,\"macroF1\":\"NaN\",\"recovery\":[-1,226]}";

  @Test
  void names_ofColumnsAndStoredResults() {
    assertThat(ScoreMeasure.BALANCED_ACCURACY.column()).isEqualTo("balanced_accuracy");
    assertThat(ScoreMeasure.BALANCED_ACCURACY.key()).isEqualTo("balancedAccuracy");
    assertThat(ScoreMeasure.KAPPA_M.key()).isEqualTo("kappaM");
    assertThat(ScoreMeasure.ACCURACY.key()).isEqualTo("accuracy");
  }

  @Test
  void storedScores_areReadAndWrittenAsFields() {
    CellResult.Scores scores = Json.read(STORED, CellResult.Scores.class);

    assertThat(scores.of(ScoreMeasure.ACCURACY)).isEqualTo(53.7);
    assertThat(scores.of(ScoreMeasure.MACRO_F1)).isNaN();
    assertThat(scores.of(ScoreMeasure.KAPPA)).as("not stored").isNaN();
    assertThat(scores.recovery()).containsExactly(-1L, 226L);
    assertThat(Json.read(Json.write(scores), CellResult.Scores.class)).isEqualTo(scores);
    assertThat(Json.write(scores)).contains("\"accuracy\":53.7").doesNotContain("values");
  }

  @Test
  void storedScores_ofALaterVersion_areReadable() {
    String later = STORED.replace("{", "{\"brierScore\":0.2,");

    CellResult.Scores scores = Json.read(later, CellResult.Scores.class);

    assertThat(scores)
        .isEqualTo(
            new CellResult.Scores(
                Map.of("brierScore", 0.2, "accuracy", 53.7, "macroF1", Double.NaN),
                List.of(-1L, 226L)));
  }

  @ParameterizedTest
  @EnumSource
  void column_isExplainedInTheReadme(ScoreMeasure measure) throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains("`" + measure.column() + "`");
  }
}
