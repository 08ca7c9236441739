// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.apache.flink.connector.kafka.sink.internal.KafkaCommitter;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Silences a false alarm of a restore. A savepoint names the transactions that were yet to be
 * committed when it was taken. After a stop that went well they have been, and Flink, which commits
 * them once more to be sure, then warns of a probable loss of data, once for each sink. Nothing is
 * lost where the broker has aborted no transaction of the job.
 */
final class RecoveredTransactions {
  private static final Set<TransactionState> COMMITTED =
      EnumSet.of(
          TransactionState.EMPTY,
          TransactionState.PREPARE_COMMIT,
          TransactionState.COMPLETE_COMMIT);

  private RecoveredTransactions() {}

  /**
   * Whether the broker has committed all transactions of a job, as far as it has kept them.
   *
   * @param known to the broker
   * @param jobName with which the ids of its transactions begin
   */
  static boolean allCommitted(Collection<TransactionListing> known, String jobName) {
    return known.stream()
        .filter(transaction -> transaction.transactionalId().startsWith(jobName + "-"))
        .allMatch(transaction -> COMMITTED.contains(transaction.state()));
  }

  /** Until {@link #warnAgain}. */
  static void silence() {
    Configurator.setLevel(KafkaCommitter.class, Level.ERROR);
  }

  /** For what may come after the restore. */
  static void warnAgain() {
    Configurator.setLevel(KafkaCommitter.class, Level.WARN);
  }
}
