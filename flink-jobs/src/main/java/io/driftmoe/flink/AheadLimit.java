// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How far an event time may be ahead of the time that the record has in Kafka: beyond it, a clock
 * is wrong. Both times are in the log, so a replay decides alike.
 *
 * @param most {@code input.max-ahead}
 */
record AheadLimit(Duration most) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Why a record is refused; null when it is not. One without a Kafka time cannot be judged and is
   * not refused: only topics of a format before 0.10 hold such records.
   */
  @Nullable String fault(ConsumerRecord<?, ?> message, String modelKey, long eventTime) {
    long kafkaTime = message.timestamp();
    if (kafkaTime < 0 || eventTime <= kafkaTime) {
      return null;
    }
    long ahead = eventTime - kafkaTime; // of two years of sense: no overflow
    if (ahead <= most.toMillis()) {
      return null;
    }
    return String.format(
        Locale.ROOT,
        "eventTime %d (%s) of model key %s is %s ahead of the record's Kafka time %d (%s),"
            + " more than input.max-ahead = %s",
        eventTime,
        Instant.ofEpochMilli(eventTime),
        QuotedText.of(modelKey),
        coarse(ahead),
        kafkaTime,
        Instant.ofEpochMilli(kafkaTime),
        TimeUtils.formatWithHighestUnit(most));
  }

  /** In a unit of which there are at least two. */
  static String coarse(long millis) {
    Duration time = Duration.ofMillis(millis);
    if (time.toDays() >= 2) {
      return time.toDays() + " d";
    }
    if (time.toHours() >= 2) {
      return time.toHours() + " h";
    }
    if (time.toMinutes() >= 2) {
      return time.toMinutes() + " min";
    }
    return time.toSeconds() >= 2 ? time.toSeconds() + " s" : millis + " ms";
  }
}
