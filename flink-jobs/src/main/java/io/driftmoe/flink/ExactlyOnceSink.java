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
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's exactly-once sink, with three things set right: it closes the admin client with which it
 * looks for open transactions at start, and which would otherwise live as long as the TaskManager,
 * with its thread and the classes of the job; it says what became of transactions that were yet to
 * be committed ({@link RestoredCommitter}); and a writer that fails while it is closed does not end
 * the TaskManager ({@link QuietlyClosedWriter}).
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
  private final String prefix;
  private final String topic;

  /**
   * @param admin properties of the client that looks at transactions
   * @param prefix of the ids of its transactions
   * @param topic that it writes
   */
  ExactlyOnceSink(KafkaSink<OutputRecord> sink, Properties admin, String prefix, String topic) {
    this.sink = sink;
    this.writing = sink;
    this.admin = admin;
    this.prefix = prefix;
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
    PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> writer =
        writing.restoreWriter(context, recovered);
    closeAdmin(writer);
    return new QuietlyClosedWriter(writer, topic);
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
        prefix,
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
