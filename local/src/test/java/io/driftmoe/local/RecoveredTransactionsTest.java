// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveredTransactionsTest {

  private static TransactionListing of(String id, TransactionState state) {
    return new TransactionListing(id, 7, state);
  }

  @ParameterizedTest
  @EnumSource(TransactionState.class)
  void onlyCommittedOnesAreNoLoss(TransactionState state) {
    List<TransactionListing> known =
        List.of(
            of("turbines-metrics-0-1", TransactionState.COMPLETE_COMMIT),
            of("turbines-predictions-0-1", state),
            of("other-predictions-0-1", TransactionState.COMPLETE_ABORT));

    boolean committed =
        List.of("EMPTY", "PREPARE_COMMIT", "COMPLETE_COMMIT").contains(state.name());
    assertThat(RecoveredTransactions.allCommitted(known, "turbines")).isEqualTo(committed);
  }

  @Test
  void transactionsOfOtherJobsDoNotMatter() {
    List<TransactionListing> known =
        List.of(of("turbines2-metrics-0-1", TransactionState.COMPLETE_ABORT));
    assertThat(RecoveredTransactions.allCommitted(known, "turbines")).isTrue();
  }
}
