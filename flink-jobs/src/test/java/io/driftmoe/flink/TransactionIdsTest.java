// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionIdsTest {
  @ParameterizedTest
  @CsvSource({
    "fraud-metrics:-0-3, true",
    "fraud-metrics-0-3, true",
    "fraud-metrics-metrics:-0-3, false",
    "fraud-metrics-metrics-0-3, false",
    "fraud-metrics:-0, false",
    "fraud-metrics-0-3-4, false",
    "fraud-predictions:-0-3, false"
  })
  void ownAreThoseWithThePrefixAndTwoNumbers(String id, boolean own) {
    assertThat(new TransactionIds("fraud", "metrics").isOwn(id)).isEqualTo(own);
  }

  /** A name may end with that of a role, and go on with a dash. */
  @Test
  void noPrefixBeginsThatOfAnotherJob() {
    List<String> names = List.of("fraud", "fraud-metrics", "fraud-metrics-predictions", "fraud-");
    for (String one : names) {
      for (String other : names) {
        if (!one.equals(other)) {
          TransactionIds.of(one)
              .forEach(
                  ids ->
                      assertThat(TransactionIds.of(other).map(TransactionIds::prefix))
                          .noneMatch(prefix -> prefix.startsWith(ids.prefix())));
        }
      }
    }
  }

  /** A start of the job fraud aborted what a job fraud-metrics:eu had open. */
  @Test
  void aNameThatBeginsWithAPrefix_isRefused() {
    assertThat(new TransactionIds("fraud-metrics:eu", "predictions").prefix())
        .startsWith(new TransactionIds("fraud", "metrics").prefix());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Events.options(Map.of("job.name", "'fraud-metrics:eu'")))
        .withMessageContaining(
            "job.name must not hold that of an output between a dash and a colon")
        .withMessageContaining("'fraud-metrics:eu'");
    assertThat(Events.options(Map.of("job.name", "'fraud:eu-metrics'")).job().name())
        .isEqualTo("fraud:eu-metrics");
  }
}
