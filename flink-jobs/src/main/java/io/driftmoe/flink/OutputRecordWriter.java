// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a record to its topic. The Kafka timestamp is left to the producer: event times may lie
 * years back, and retention would delete such records at once; they travel in the value.
 *
 * <p>Nothing that it writes is larger than the topic takes, which is read from the broker whenever
 * the task starts. A dead letter is cut. Any other record is small enough by the limits of what the
 * job reads, or the task does not start; one from a state that is older than these limits may not
 * be, and is left out, which is counted and logged.
 *
 * <p>It names its topic, which the sink needs to find open transactions after a failure.
 */
final class OutputRecordWriter
    implements KafkaRecordSerializationSchema<OutputRecord>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(OutputRecordWriter.class);

  private final JobOptions options;
  private final String topic;

  private transient RecordFit fit;
  private transient Counter leftOut;

  /**
   * @param topic one of those that the job writes
   */
  OutputRecordWriter(JobOptions options, String topic) {
    this.options = options;
    this.topic = topic;
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink)
      throws InterruptedException {
    TopicRoom room =
        TopicRoom.read(options.kafka(), List.of(topic))
            .getOrDefault(topic, TopicRoom.withoutTopic(options.kafka()));
    fit = new RecordFit(options, topic, room);
    leftOut = JobMetric.RECORDS_LEFT_OUT.counter(context.getMetricGroup());
  }

  @Override
  public @Nullable ProducerRecord<byte[], byte[]> serialize(
      OutputRecord record, KafkaSinkContext context, Long timestamp) {
    OutputRecord fitting = fit.of(record);
    if (fitting == null) {
      leftOut.inc();
      LOG.warn("a record of {} bytes is too large for {}", TopicRoom.bytes(record), topic);
      return null;
    }
    return new ProducerRecord<>(topic, fitting.key(), fitting.value());
  }

  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
  }
}
