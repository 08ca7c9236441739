// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's exactly-once sink, with four things set right: it leaves transactions of other jobs alone
 * ({@link TransactionIds}); it closes the admin client with which it looks for open transactions at
 * start, and which would otherwise live as long as the TaskManager, with its thread and the classes
 * of the job; it says what became of transactions that were yet to be committed ({@link
 * RestoredCommitter}); and a writer that fails while it is closed does not end the TaskManager
 * ({@link QuietlyClosedWriter}).
 */
final class ExactlyOnceSink
    implements TwoPhaseCommittingStatefulSink<OutputRecord, KafkaWriterState, KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable>,
        LineageVertexProvider {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceSink.class);
  private static final String ADMIN = "adminClient";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Two views of one sink: the class of its writers is not accessible. */
  private final KafkaSink<OutputRecord> sink;

  private final TwoPhaseCommittingStatefulSink<OutputRecord, KafkaWriterState, KafkaCommittable>
      writing;

  private final Properties admin;
  private final TransactionIds ids;
  private final String topic;

  /**
   * @param admin properties of the client that looks at transactions
   * @param ids of its transactions
   * @param topic that it writes
   */
  ExactlyOnceSink(
      KafkaSink<OutputRecord> sink, Properties admin, TransactionIds ids, String topic) {
    this.sink = sink;
    this.writing = sink;
    this.admin = admin;
    this.ids = ids;
    this.topic = topic;
  }

  @Override
  public PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable>
      createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable>
      restoreWriter(WriterInitContext context, Collection<KafkaWriterState> recovered)
          throws IOException {
    PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> writer;
    try {
      writer = writing.restoreWriter(context, own(recovered));
    } catch (IOException | RuntimeException e) {
      requireRights(e);
      throw e;
    }
    closeAdmin(writer);
    return new QuietlyClosedWriter(writer, topic);
  }

  /**
   * Those that this job has written. From one of another job, which may go on, the writer would
   * abort what that one has open: its records of a checkpoint interval would be lost. Those of
   * builds whose prefixes had no colon are left out, too, because other jobs have such prefixes:
   * what was open under them ends with its time-out.
   */
  private List<KafkaWriterState> own(Collection<KafkaWriterState> recovered) {
    return recovered.stream()
        .filter(state -> state.getTransactionalIdPrefix().equals(ids.prefix()))
        .toList();
  }

  /** Another attempt without a right would fail likewise. */
  private void requireRights(Exception failure) {
    if (ExceptionUtils.findThrowable(failure, TransactionalIdAuthorizationException.class)
        .isPresent()) {
      throw without(
          failure,
          "use transactional ids that begin with %s: grant its user Write and Describe on those that begin with its name and '-'"
              .formatted(ids.prefix()));
    }
    if (ExceptionUtils.findThrowable(failure, TopicAuthorizationException.class).isPresent()) {
      throw without(
          failure,
          "read the topic %s, to find transactions that are open there: grant its user Read on it"
              .formatted(topic));
    }
  }

  private static SuppressRestartsException without(Exception failure, String right) {
    return new SuppressRestartsException(
        new IllegalStateException(
            "the job may not %s; docs/security.md, 'Rights', lists all that it needs"
                .formatted(right),
            failure));
  }

  /** The writer makes another one, should it need one again. */
  private static void closeAdmin(Object writer) {
    try {
      Field field = writer.getClass().getDeclaredField(ADMIN);
      field.setAccessible(true);
      Admin client = (Admin) field.get(writer);
      field.set(writer, null);
      if (client != null) {
        client.close(PATIENCE);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // another version of the connector, which may close it itself
      LOG.debug("no admin client to close", e);
    }
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    return new RestoredCommitter(
        sink.createCommitter(context),
        () -> Admin.create(admin),
        ids,
        topic,
        JobMetric.LOST_TRANSACTIONS.counter(context.metricGroup()));
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
    sink.addPostCommitTopology(committed);
  }

  @Override
  public @Nullable LineageVertex getLineageVertex() {
    return sink.getLineageVertex();
  }
}
