// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
