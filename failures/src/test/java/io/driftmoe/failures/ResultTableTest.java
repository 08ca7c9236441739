// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTableTest {
  private static final RunResult GOOD =
      new RunResult(
          "taskmanager-killed",
          "event time",
          2,
          20_000,
          20_000,
          20_000,
          0,
          0,
          0L,
          true,
          0,
          List.of(2_000L, 9_500L),
          Map.of(),
          "d",
          "");
  private static final RunResult BAD =
      new RunResult(
          "taskmanager-killed",
          "event time",
          1,
          20_000,
          20_000,
          20_001,
          3,
          4,
          5L,
          false,
          20_000,
          List.of(3_000L),
          Map.of("taskmanager-2", 1),
          "e",
          "no committed prediction, \"why\"");

  @TempDir Path folder;

  @Test
  void runsOfAFault_areSummedInOneRow() {
    assertThat(ResultTable.of(List.of(GOOD, BAD)).lines().skip(2))
        .containsExactly(
            "| kill -9 of a TaskManager, started again at once | event time | 3 | 40,000 | 40,001 |"
                + " 3 | 4 | 5 | not in 1 of 2 runs; 1 given up | 3.0, 9.5 | taskmanager-2: 1 |");
  }

  @Test
  void goodIs_nothingLostDoubledOrDifferent_andEverythingAccountedFor() {
    assertThat(GOOD.isGood()).isTrue();
    assertThat(BAD.isGood()).isFalse();
  }

  @Test
  void resultFile_goesOnWhereItWas() throws Exception {
    ResultFile file = new ResultFile(folder.resolve("results.csv"));
    assertThat(file.read()).isEmpty();
    file.append(GOOD);
    new ResultFile(file.path()).append(BAD);

    assertThat(file.read()).containsExactly(GOOD, BAD);
  }

  @Test
  void tableOfADocument_isReplaced_andNothingElse() throws Exception {
    Path document = folder.resolve("page.md");
    Files.writeString(
        document,
        "before\n<!-- table of faults: begin -->\nold\n<!-- table of faults: end -->\nafter\n");
    ResultTable.replace(document, "new\n");

    assertThat(document)
        .hasContent(
            "before\n<!-- table of faults: begin -->\nnew\n<!-- table of faults: end -->\nafter\n");
  }

  @Test
  void documentWithoutAPlaceForIt_isRefused() throws Exception {
    Path document = Files.writeString(folder.resolve("page.md"), "text");

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ResultTable.replace(document, "new\n"))
        .withMessageContaining("no place for the table of faults");
  }
}
