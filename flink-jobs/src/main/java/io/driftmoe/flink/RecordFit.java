// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/** Makes records fit into a topic, so that none of them fails the sink. */
final class RecordFit {
  private static final byte[] NO_KEY = new byte[0];

  private final TopicRoom room;

  /** Null where records stay Avro. */
  private final @Nullable OutputJson json;

  /** Null where the topic is not that of the dead letters. */
  private final @Nullable DeadLetterCut letters;

  /**
   * For one topic.
   *
   * @throws SuppressRestartsException when it is too small for what the job writes to it
   */
  RecordFit(JobOptions options, String topic, TopicRoom room) {
    for (LargestOutput output : LargestOutput.of(options)) {
      if (output.topic().equals(topic) && room.bytes() < output.bytes()) {
        throw new SuppressRestartsException(new IllegalArgumentException(output.refusal(room)));
      }
    }
    this.room = room;
    this.json = options.output().format() == OutputFormat.JSON ? new OutputJson(options) : null;
    this.letters = topic.equals(options.topics().deadLetters()) ? new DeadLetterCut(json) : null;
  }

  /**
   * The record as the topic takes it, in the format of the outputs: a dead letter may be cut, and
   * where the topic is compacted it has a key.
   *
   * @return null when it is too large and no dead letter
   */
  @Nullable OutputRecord of(OutputRecord record) {
    OutputRecord fitting = json == null ? record : json.of(record);
    if (!room.holds(fitting)) {
      if (letters == null) {
        return null;
      }
      fitting = letters.cut(record, room.bytes());
    }
    return fitting.key() == null && room.compacted()
        ? new OutputRecord(NO_KEY, fitting.value())
        : fitting;
  }
}
