// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The events that another job had predicted when it was stopped, whose outputs this one goes on
 * writing: it learns from them like from others, and sends no prediction of them. So each event has
 * one prediction, although the two jobs never were at the same place.
 *
 * @param pointer savepoint with which the other job was stopped; null for no such job
 * @param ends next offset of the features topic by partition
 * @param waiting offsets of events before it that waited for event time, without a prediction
 */
record ReadBefore(
    @Nullable String pointer, Map<Integer, Long> ends, Map<Integer, Set<Long>> waiting)
    implements Serializable {
  private static final String KEY = "job.takes-over-from";
  private static final ReadBefore NOTHING = new ReadBefore(null, Map.of(), Map.of());

  /**
   * Reads what {@code job.takes-over-from} names.
   *
   * @throws IllegalArgumentException when it cannot be read, is of a job of other features, or no
   *     savepoint with which that job was stopped
   */
  static ReadBefore of(JobOptions options) {
    String pointer = options.job().takesOverFrom();
    if (pointer == null) {
      return NOTHING;
    }
    try {
      SavedMetadata saved = SavedMetadata.read(pointer);
      if (!saved.isOfAStop()) {
        throw new IllegalArgumentException(
            "%s %s is no savepoint with which that job was stopped: it may go on, or have died before readers could see what it had predicted; start it from there if it does not run, and stop it with a savepoint"
                .formatted(KEY, pointer));
      }
      return read(options, pointer, saved);
    } catch (IOException e) {
      throw unreadable(pointer, e);
    }
  }

  private static ReadBefore read(JobOptions options, String pointer, SavedMetadata saved)
      throws IOException {
    return new ReadBefore(
        pointer,
        ends(options, pointer, saved.featuresRead()),
        SavepointReader.waitingEvents(pointer));
  }

  private static Map<Integer, Long> ends(
      JobOptions options, String pointer, Map<TopicPartition, Long> read) {
    Map<Integer, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, Long> end : read.entrySet()) {
      String topic = end.getKey().topic();
      if (!topic.equals(options.topics().features())) {
        throw new IllegalArgumentException(
            "%s %s is of a job that reads features from %s, and this one reads %s"
                .formatted(KEY, pointer, topic, options.topics().features()));
      }
      ends.put(end.getKey().partition(), end.getValue());
    }
    if (ends.isEmpty()) {
      throw new IllegalArgumentException(
          "%s %s does not say how far features were read".formatted(KEY, pointer));
    }
    return ends;
  }

  /** A job that is yet to be stopped is looked at to see whether it has come far enough. */
  private static ReadBefore ofAnyState(JobOptions options, String pointer) {
    try {
      return read(options, pointer, SavedMetadata.read(pointer));
    } catch (IOException e) {
      throw unreadable(pointer, e);
    }
  }

  private static IllegalArgumentException unreadable(String pointer, IOException e) {
    return new IllegalArgumentException(
        "%s %s: %s".formatted(KEY, pointer, FailureMessage.of(e)), e);
  }

  /**
   * Checks that a job does not take over behind the place to which the other one came: the events
   * between would have no prediction in these outputs. A job that has taken over may go on with the
   * same key.
   *
   * @param from the state it goes on from; null for one that begins anew
   * @throws IllegalArgumentException when it would
   */
  static void require(JobOptions options, @Nullable String from) {
    String pointer = options.job().takesOverFrom();
    if (pointer == null) {
      return;
    }
    ReadBefore other = ofAnyState(options, pointer);
    if (from == null) {
      return;
    }
    Map<Integer, Long> ends;
    Map<Integer, Set<Long>> waiting;
    try {
      SavedMetadata saved = SavedMetadata.read(from);
      if (saved.takenOverFrom().contains(pointer)) {
        return;
      }
      ends = partitions(saved.featuresRead());
      waiting = SavepointReader.waitingEvents(from);
    } catch (IOException e) {
      return; // where only the cluster can read it, the tasks say what is wrong
    }
    for (Map.Entry<Integer, Long> end : ends.entrySet()) {
      int partition = end.getKey();
      Set<Long> own = waiting.getOrDefault(partition, Set.of());
      long last = other.ends.getOrDefault(partition, 0L);
      boolean missing =
          other.waiting.getOrDefault(partition, Set.of()).stream()
              .anyMatch(offset -> offset < end.getValue() && !own.contains(offset));
      if (end.getValue() > last || missing) {
        throw new IllegalArgumentException(
            "%s %s: that job had predicted partition %s of %s up to offset %s only, and this one has predicted more, into other outputs; stop this one first and the other one later, when that has come further"
                .formatted(KEY, pointer, partition, options.topics().features(), last));
      }
    }
  }

  /**
   * Whether a job that goes on from a state needs {@code job.takes-over-from}: not once it has
   * predicted, or left out, all that the other job had predicted.
   *
   * @throws IOException when the state cannot be read
   */
  static boolean isNeeded(JobOptions options, String from) throws IOException {
    String pointer = options.job().takesOverFrom();
    if (pointer == null) {
      return false;
    }
    ReadBefore other = ofAnyState(options, pointer);
    Map<Integer, Long> ends = partitions(SavedMetadata.read(from).featuresRead());
    boolean isBehind =
        other.ends.entrySet().stream()
            .anyMatch(end -> ends.getOrDefault(end.getKey(), 0L) < end.getValue());
    return isBehind
        || SavepointReader.waitingEvents(from).entrySet().stream()
            .anyMatch(
                own ->
                    own.getValue().stream()
                        .anyMatch(offset -> other.hasPredicted(own.getKey(), offset)));
  }

  private static Map<Integer, Long> partitions(Map<TopicPartition, Long> read) {
    Map<Integer, Long> partitions = new HashMap<>();
    read.forEach((partition, end) -> partitions.put(partition.partition(), end));
    return partitions;
  }

  /** Whether the other job has sent the prediction of an event. */
  boolean hasPredicted(SourceRecord.Features event) {
    return hasPredicted(event.partition(), event.offset());
  }

  private boolean hasPredicted(int partition, long offset) {
    Long end = ends.get(partition);
    return end != null
        && offset < end
        && !waiting.getOrDefault(partition, Set.of()).contains(offset);
  }
}
