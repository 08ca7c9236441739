// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
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

  @Test
  void transactionsOfAnotherJob_areLeftToIt() throws Exception {
    Requested own = new Requested("job-2-predictions:-0-3");
    Requested ofOldBuild = new Requested("job-2-predictions-0-3");
    Requested foreign = new Requested("job-predictions-0-3");
    Requested longer = new Requested("job-2-predictions-b-predictions-0-3");
    List<CommitRequest<KafkaCommittable>> passed = new ArrayList<>();
    try (RestoredCommitter committer =
        new RestoredCommitter(
            committerInto(passed),
            () -> {
              throw new KafkaException("no broker answers");
            },
            new TransactionIds("job-2", "predictions"),
            "predictions",
            new SimpleCounter())) {
      committer.commit(List.of(own, ofOldBuild, foreign, longer));
    }
    assertThat(passed)
        .extracting(request -> request.getCommittable().getTransactionalId())
        .containsExactly("job-2-predictions:-0-3", "job-2-predictions-0-3");
    assertThat(List.of(own.done, foreign.done, longer.done)).containsExactly(false, true, true);
  }

  private static Committer<KafkaCommittable> committerInto(
      List<CommitRequest<KafkaCommittable>> passed) {
    return new Committer<>() {
      @Override
      public void commit(Collection<CommitRequest<KafkaCommittable>> requests) {
        passed.addAll(requests);
      }

      @Override
      public void close() {
        // holds nothing
      }
    };
  }

  /** A restored transaction that is to be committed. */
  private static final class Requested extends MockCommitRequest<KafkaCommittable> {
    private boolean done;

    Requested(String id) {
      super(new KafkaCommittable(PRODUCER, (short) EPOCH, id, null));
    }

    @Override
    public void signalAlreadyCommitted() {
      done = true;
    }
  }

  private static TransactionDescription now(TransactionState state, long producer, int epoch) {
    return new TransactionDescription(
        1, state, producer, epoch, 600_000, OptionalLong.empty(), Set.of());
  }
}
