// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the records of one input topic. For one thread. */
interface RecordSource {
  /**
   * Reads one record.
   *
   * @return null for one that says nothing and is passed over
   * @throws RejectedException with the reason of its dead letter
   * @throws IOException when the record cannot be read now, for no fault of its own
   */
  @Nullable SourceRecord read(ConsumerRecord<byte[], byte[]> message)
      throws RejectedException, IOException;
}
