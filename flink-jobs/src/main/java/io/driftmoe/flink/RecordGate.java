// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What every record of an input topic must keep to, in whatever format it came. */
final class RecordGate {
  private final AheadLimit aheadLimit;

  RecordGate(AheadLimit aheadLimit) {
    this.aheadLimit = aheadLimit;
  }

  /**
   * Checks ids and time of a record.
   *
   * @throws RejectedException naming what is at fault
   */
  void check(ConsumerRecord<byte[], byte[]> message, String modelKey, String eventId, long time)
      throws RejectedException {
    String fault = RecordLimits.fault(modelKey, eventId, time);
    if (fault == null) {
      fault = aheadLimit.fault(message, modelKey, time);
    }
    if (fault != null) {
      throw RejectedException.invalid(fault);
    }
  }

  /** Whether the model key of a record is its Kafka key as well. */
  static boolean isKey(ConsumerRecord<byte[], byte[]> message, String modelKey) {
    return Arrays.equals(message.key(), modelKey.getBytes(StandardCharsets.UTF_8));
  }

  /** How far the topic has certainly come with a record. */
  static long progressTime(ConsumerRecord<byte[], byte[]> message, long eventTime) {
    return message.timestamp() < 0 ? eventTime : Math.min(eventTime, message.timestamp());
  }
}
