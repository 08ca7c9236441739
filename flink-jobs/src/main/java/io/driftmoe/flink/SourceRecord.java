// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;

/** What a Kafka record turned out to be, on its way from a source to the keyed operator. */
public sealed interface SourceRecord {

  /** Smallest event time accepted: beginning of the year 1900. */
  long MIN_EVENT_TIME = -2_208_988_800_000L;

  /** Largest event time accepted: end of the year 2099. */
  long MAX_EVENT_TIME = 4_102_444_799_999L;

  /** An event or label of a model. */
  sealed interface Keyed extends SourceRecord {
    /** {@return which model the record belongs to; 1 to 512 bytes of UTF-8} */
    String modelKey();

    /**
     * {@return what is unique among the events of a model key, 1 to 512 bytes of UTF-8; a label has
     * that of its event}
     */
    String eventId();

    /** {@return the time of the event in epoch milliseconds, UTC} */
    long eventTime();

    /** {@return the partition it was read from} */
    int partition();

    /** {@return the offset it has there} */
    long offset();

    /**
     * {@return whether the model key is its Kafka key as well: then all records of the model are in
     * one partition of the topic, in their order}
     */
    boolean byModelKey();

    /**
     * {@return how far the topic has certainly come with this record: its event time, or its time
     * in Kafka where that is earlier; a clock that is ahead moves nothing on}
     */
    long progressTime();
  }

  /**
   * Features to predict from.
   *
   * @param label class index when the label came with the features, else -1
   * @param receivedMicros wall clock when the record was read, microseconds since the epoch
   * @param explain whether the record asks to have its prediction explained
   */
  record Features(
      String modelKey,
      String eventId,
      long eventTime,
      int partition,
      long offset,
      FeatureVector values,
      int label,
      long receivedMicros,
      boolean byModelKey,
      long progressTime,
      boolean explain)
      implements Keyed {

    /** Of a record that does not ask to be explained. */
    Features(
        String modelKey,
        String eventId,
        long eventTime,
        int partition,
        long offset,
        FeatureVector values,
        int label,
        long receivedMicros,
        boolean byModelKey,
        long progressTime) {
      this(
          modelKey,
          eventId,
          eventTime,
          partition,
          offset,
          values,
          label,
          receivedMicros,
          byModelKey,
          progressTime,
          false);
    }

    /** Likewise, of a clock that is not ahead. */
    Features(
        String modelKey,
        String eventId,
        long eventTime,
        int partition,
        long offset,
        FeatureVector values,
        int label,
        long receivedMicros,
        boolean byModelKey) {
      this(
          modelKey,
          eventId,
          eventTime,
          partition,
          offset,
          values,
          label,
          receivedMicros,
          byModelKey,
          eventTime);
    }

    /** Likewise, with the model key as its Kafka key. */
    Features(
        String modelKey,
        String eventId,
        long eventTime,
        int partition,
        long offset,
        FeatureVector values,
        int label,
        long receivedMicros) {
      this(modelKey, eventId, eventTime, partition, offset, values, label, receivedMicros, true);
    }
  }

  /**
   * The true class of an earlier event.
   *
   * @param label class index
   * @param ofRow whether it stands in the features topic, in a later row of its event; such a label
   *     is learned at once or never, and in no state
   */
  record Label(
      String modelKey,
      String eventId,
      long eventTime,
      int partition,
      long offset,
      int label,
      boolean byModelKey,
      long progressTime,
      boolean ofRow)
      implements Keyed {

    /** Of the labels topic. */
    Label(
        String modelKey,
        String eventId,
        long eventTime,
        int partition,
        long offset,
        int label,
        boolean byModelKey,
        long progressTime) {
      this(modelKey, eventId, eventTime, partition, offset, label, byModelKey, progressTime, false);
    }

    /** Of a clock that is not ahead. */
    Label(
        String modelKey,
        String eventId,
        long eventTime,
        int partition,
        long offset,
        int label,
        boolean byModelKey) {
      this(modelKey, eventId, eventTime, partition, offset, label, byModelKey, eventTime);
    }

    /** Likewise, with the model key as its Kafka key. */
    Label(String modelKey, String eventId, long eventTime, int partition, long offset, int label) {
      this(modelKey, eventId, eventTime, partition, offset, label, true);
    }
  }

  /**
   * A command of the control topic, on its way to one subtask.
   *
   * @param stateKey under which it is processed: that of its model, or one of {@link ControlKeys}
   */
  record Control(Command command, String stateKey) implements SourceRecord {}

  /**
   * A command that is not carried out.
   *
   * @param answer for whoever gave it
   */
  record Refused(OutputRecord deadLetter, OutputRecord answer) implements SourceRecord {}

  /** A record that cannot be used, already in its dead-letter form. */
  record Rejected(OutputRecord deadLetter) implements SourceRecord {}
}
