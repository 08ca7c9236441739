// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was forgotten, and from what.
 *
 * @param source what was to be forgotten
 * @param savepoint with which the job was stopped
 * @param from state with which the replay began; null for the topics
 * @param to the new savepoint; null where none was written
 * @param reproduced predictions of these keys that the replay made again bit for bit before
 *     anything was left out, and those there were; both 0 where whole models go, which needs none
 * @param predictions likewise
 * @param partitions of the input topics that were replayed, sorted
 * @param keys models that had learned from it or had records of it, sorted
 */
public record ForgetCertificate(
    ForgetSource source,
    String savepoint,
    @Nullable String from,
    @Nullable String to,
    long reproduced,
    long predictions,
    List<Partition> partitions,
    List<OfKey> keys) {

  /**
   * Records that were replayed.
   *
   * @param topic of the input
   * @param partition of it
   * @param begin first offset
   * @param end the next behind the last one
   */
  public record Partition(String topic, int partition, long begin, long end) {}

  /**
   * Some records.
   *
   * @param events how many of the features topic
   * @param labels how many of the labels topic
   * @param ids SHA-256 over a line for each, {@code event ID} or {@code label ID}, in the order in
   *     which they were processed
   */
  public record Records(long events, long labels, String ids) {}

  /**
   * One model.
   *
   * @param modelKey its key
   * @param replayed what it is made from now
   * @param leftOut what the job had processed and is forgotten
   * @param waitedLeftOut records that waited for event time and are gone, unprocessed
   * @param givenUp predictions that no longer wait, though they did: labels of their key had moved
   *     on by more than {@code labels.timeout} past their event; 0 in event-time order
   * @param before SHA-256 of the model file of the savepoint, which the replay came to as well;
   *     null for no model
   * @param after that of the model which never saw what is forgotten; null for no model
   */
  public record OfKey(
      String modelKey,
      Records replayed,
      Records leftOut,
      int waitedLeftOut,
      int givenUp,
      @Nullable String before,
      @Nullable String after) {}
}
