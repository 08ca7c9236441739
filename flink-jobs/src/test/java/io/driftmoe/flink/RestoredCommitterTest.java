// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the broker says of a transaction of a saved state. */
class RestoredCommitterTest {
  private static final long PRODUCER = 7;
  private static final int EPOCH = 5;

  @ParameterizedTest
  @CsvSource({
    "ONGOING, 5, false",
    "PREPARE_COMMIT, 5, true",
    "COMPLETE_COMMIT, 5, true",
    "COMPLETE_COMMIT, 6, true",
    "EMPTY, 6, true",
    "ONGOING, 6, true",
    "ONGOING, 9, true",
    "PREPARE_ABORT, 5, false",
    "COMPLETE_ABORT, 6, false",
    "COMPLETE_ABORT, 7, true",
    "UNKNOWN, 5, false"
  })
  void committedOrNot(TransactionState state, int epoch, boolean committed) {
    KafkaCommittable transaction = new KafkaCommittable(PRODUCER, (short) EPOCH, "id", null);
    assertThat(RestoredCommitter.isCommitted(transaction, now(state, PRODUCER, epoch)))
        .isEqualTo(committed);
    assertThat(RestoredCommitter.isCommitted(transaction, now(state, 8, epoch))).isFalse();
  }

  private static TransactionDescription now(TransactionState state, long producer, int epoch) {
    return new TransactionDescription(
        1, state, producer, epoch, 600_000, OptionalLong.empty(), Set.of());
  }
}
