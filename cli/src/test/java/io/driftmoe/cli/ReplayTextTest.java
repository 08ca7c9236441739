// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.ReplayResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTextTest {
  private static ReplayResult result(long reproduced, long before) {
    return new ReplayResult(1, reproduced, 0, 0, before, 0, 0, 0, List.of(), List.of());
  }

  @Test
  void nothingToCompare_isNotSuccess() {
    assertThat(result(0, 0).isReproduced()).isFalse();
    assertThat(ReplayText.of(result(0, 5), TopicRole.defaultNames()))
        .containsExactly(
            "reproduced 0 of 0 predictions, of 1 model keys",
            "no prediction in driftmoe.predictions to compare with",
            "5 predictions are of before the savepoint and left out");
  }

  @Test
  void whatWasMadeAgainAlone_isSaid() {
    ReplayResult result = new ReplayResult(1, 3, 0, 0, 0, 1_200, 0, 0, List.of(), List.of());
    assertThat(result.isReproduced()).isTrue();
    assertThat(ReplayText.of(result, TopicRole.defaultNames()))
        .containsExactly(
            "reproduced 3 of 3 predictions, of 1 model keys",
            "1,200 predictions are of before the time of --from: made again, and not compared");
  }

  @Test
  void allAlike_isSuccess() {
    assertThat(result(3, 0).isReproduced()).isTrue();
    assertThat(ReplayText.of(result(3, 0), TopicRole.defaultNames()))
        .containsExactly("reproduced 3 of 3 predictions, of 1 model keys");
  }
}
