// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer that fails while it works, and not while it is closed.
 *
 * <p>Flink takes a failure while a task that has failed is cleaned up as one of the whole process,
 * and ends the TaskManager with all jobs on it. That of the connector throws then whatever its
 * producers reported meanwhile, such as that another attempt of the job has taken their places. It
 * means nothing: what is sent counts once it is committed, and what is committed was flushed before
 * the checkpoint.
 */
final class QuietlyClosedWriter
    implements PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(QuietlyClosedWriter.class);

  private final PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable>
      writer;

  private final String topic;

  /**
   * @param topic that it writes
   */
  QuietlyClosedWriter(
      PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> writer,
      String topic) {
    this.writer = writer;
    this.topic = topic;
  }

  @Override
  public void write(OutputRecord record, Context context) throws IOException, InterruptedException {
    writer.write(record, context);
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writer.flush(endOfInput);
  }

  @Override
  public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
    writer.writeWatermark(watermark);
  }

  @Override
  public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
    return writer.prepareCommit();
  }

  @Override
  public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
    return writer.snapshotState(checkpointId);
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (Exception e) { // of the connector, whatever it is
      LOG.info("the writer of {} was closed after a failure: {}", topic, FailureMessage.of(e));
      LOG.debug("the failure", e);
    }
  }
}
