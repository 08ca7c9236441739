// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.benchmarks.LearnerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariantFileTest {
  @TempDir private Path folder;

  private List<LearnerSpec> read(String yaml) throws IOException {
    return VariantFile.read("--variants", Files.writeString(folder.resolve("variants.yaml"), yaml));
  }

  @Test
  void variants_inTheirOrder() throws IOException {
    List<LearnerSpec> specs =
        read("six: {preset: paper-data, experts: 6}\nsmall: {preset: paper-task, hidden: [32]}\n");

    assertThat(specs).extracting(LearnerSpec::name).containsExactly("six", "small");
    assertThat(specs).allMatch(spec -> spec.kind() == LearnerSpec.Kind.MIXTURE);
    assertThat(specs.get(0).definition()).contains("\"experts\":6").contains("paper-data");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: {preset: paper-data, expert: 3}    | yaml: there is no setting 'a.expert'; settings are
          a: {preset: fast}                     | a.preset 'fast' is unknown, allowed: adaptive, paper-data
          a: {preset: paper-data, experts: 0}   | yaml: a.experts must be from 1 to 1024, got 0
          a: {preset: paper-data, experts: few} | yaml: a.experts must be a number, got 'few'
          a: [1, 2]                             | yaml: a must hold settings, got '[1,2]'
          a: {preset                            | yaml:
          a: {preset: fast, preset: paper-data} | not YAML: Duplicate field 'preset'
          a                                     | expected lines of 'name: {preset: paper-data
          a:                                    | 'a' is empty
          a: {experts: 3}                       | a.preset is missing, allowed: adaptive
          'a,b: {preset: paper-task}'           | a learner's name must not be blank or hold a comma
          a: {preset: paper-task, topK: 3}      | paper-task has one expert per class
          a: {preset: paper-data, pool: [oak]}  | a.pool[0] 'oak' is unknown, allowed: forest, guarded, hoeffding-tree
          'a: {preset: paper-data, pool: [{type: forest, trees: 9}]}' | there is no setting 'a.pool[0].trees'; settings are member, members
          """)
  void whatItMayNotSay_isNamed(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--variants: ")
        .hasMessageContaining(message);
  }

  @Test
  void emptyFile_isWrong() {
    assertThatThrownBy(() -> read("")).isInstanceOf(UsageException.class);
  }
}
