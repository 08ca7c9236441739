// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what became of the transactions that a state names as yet to be committed.
 *
 * <p>Nearly always they have been, a moment after the state was saved, and their ids have been used
 * again since. Flink's committer tries to commit them once more and then warns of a loss of data.
 * This one asks the broker first. A transaction that the broker has aborted, because it was open
 * for longer than its time-out, is a loss, and nothing but this says so.
 *
 * <p>Transactions of another job are left alone: this job goes on from a state of that one, which
 * may go on, too, and commits them itself.
 */
final class RestoredCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(RestoredCommitter.class);

  private final Committer<KafkaCommittable> committer;
  private final Supplier<Admin> admin;
  private final TransactionIds ids;
  private final String topic;
  private final Counter lost;

  /**
   * @param committer Flink's own
   * @param admin makes a client, which is closed here
   * @param ids of this sink's transactions
   * @param topic that the transactions wrote
   * @param lost counts those that were aborted
   */
  RestoredCommitter(
      Committer<KafkaCommittable> committer,
      Supplier<Admin> admin,
      TransactionIds ids,
      String topic,
      Counter lost) {
    this.committer = committer;
    this.admin = admin;
    this.ids = ids;
    this.topic = topic;
    this.lost = lost;
  }

  @Override
  public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
      throws IOException, InterruptedException {
    List<CommitRequest<KafkaCommittable>> foreign =
        requests.stream()
            .filter(request -> !ids.isOwn(request.getCommittable().getTransactionalId()))
            .toList();
    leaveAlone(foreign);
    Set<CommitRequest<KafkaCommittable>> done =
        committed(requests.stream().filter(request -> !foreign.contains(request)).toList());
    done.forEach(CommitRequest::signalAlreadyCommitted);
    done.addAll(foreign);
    committer.commit(
        requests.stream()
            .filter(request -> !done.contains(request))
            .<CommitRequest<KafkaCommittable>>map(Watched::new)
            .toList());
  }

  private void leaveAlone(List<CommitRequest<KafkaCommittable>> foreign) {
    if (!foreign.isEmpty()) {
      LOG.warn(
          "the state is of another job, and names its transactions {}: they are left to that job,"
              + " which commits them. If it ended without having done so, start it once more from"
              + " this state",
          foreign.stream().map(request -> request.getCommittable().getTransactionalId()).toList());
      foreign.forEach(CommitRequest::signalAlreadyCommitted);
    }
  }

  /** Those that a state names, and that the broker has committed already. */
  private Set<CommitRequest<KafkaCommittable>> committed(
      Collection<CommitRequest<KafkaCommittable>> requests) throws InterruptedException {
    List<CommitRequest<KafkaCommittable>> restored =
        requests.stream()
            .filter(request -> request.getCommittable().getProducer().isEmpty())
            .toList();
    Set<CommitRequest<KafkaCommittable>> committed =
        Collections.newSetFromMap(new IdentityHashMap<>());
    if (restored.isEmpty()) {
      return committed;
    }
    try (Admin client = admin.get()) {
      DescribeTransactionsResult found =
          client.describeTransactions(
              restored.stream()
                  .map(request -> request.getCommittable().getTransactionalId())
                  .toList());
      for (CommitRequest<KafkaCommittable> request : restored) {
        KafkaCommittable transaction = request.getCommittable();
        if (isCommitted(transaction, found.description(transaction.getTransactionalId()).get())) {
          committed.add(request);
        }
      }
    } catch (ExecutionException | KafkaException e) {
      LOG.debug("the broker does not describe transactions of {}", topic, e);
    }
    return committed;
  }

  /**
   * Whether a transaction has been committed, by what the broker says of its id.
   *
   * <p>The sink uses an id again only after the transaction was committed, and then with a higher
   * epoch. Brokers raise the epoch by one, too, when they commit a transaction, and when they abort
   * it because of its time-out.
   */
  static boolean isCommitted(KafkaCommittable transaction, TransactionDescription now) {
    if (now.producerId() != transaction.getProducerId()) {
      return false;
    }
    int later = now.producerEpoch() - transaction.getEpoch();
    return switch (now.state()) {
      case EMPTY, PREPARE_COMMIT, COMPLETE_COMMIT -> later >= 0;
      case ONGOING -> later >= 1;
      default -> later >= 2;
    };
  }

  /** Takes note of a transaction that cannot be committed any more. */
  private final class Watched implements CommitRequest<KafkaCommittable> {
    private final CommitRequest<KafkaCommittable> request;

    private Watched(CommitRequest<KafkaCommittable> request) {
      this.request = request;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      lost.inc();
      LOG.error(
          "records of {} are lost: those of one checkpoint interval, in transaction {}. It was open"
              + " for longer than job.transaction-timeout before it could be committed, and the"
              + " broker has aborted it",
          topic,
          getCommittable().getTransactionalId(),
          reason);
      request.signalFailedWithKnownReason(reason);
    }

    @Override
    public KafkaCommittable getCommittable() {
      return request.getCommittable();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    /** Flink would try again for ever where the broker has forgotten the id. */
    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      if (!(reason instanceof InvalidPidMappingException)) {
        request.signalFailedWithUnknownReason(reason);
        return;
      }
      lost.inc();
      LOG.error(
          "the broker does not know transaction {} of {}: the state is older than its"
              + " transactional.id.expiration.ms, or was taken at another broker. Unless the"
              + " transaction was committed then, its records are not in {}",
          getCommittable().getTransactionalId(),
          topic,
          topic,
          reason);
      request.signalFailedWithKnownReason(reason);
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      request.updateAndRetryLater(committable);
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }
  }

  /** Does not fail, for the reason that {@link QuietlyClosedWriter} has. */
  @Override
  public void close() {
    try {
      committer.close();
    } catch (Exception e) { // of the connector, whatever it is
      LOG.info("the committer of {} was closed after a failure: {}", topic, FailureMessage.of(e));
      LOG.debug("the failure", e);
    }
  }
}
