// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Attribution;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is behind a prediction that was made again.
 *
 * @param modelKey of the event
 * @param eventId of the event
 * @param eventTime of the event, epoch milliseconds
 * @param modelVersion labels that the model had learned before
 * @param predictedClass name of the class
 * @param probabilities by name of the class
 * @param attribution who said what with which weight, and what each attribute contributed
 * @param learnedLast ids of the events whose labels the model had learned last, the latest first
 * @param variants what other learners would have said
 * @param difference from what the job said; null where it said the same, bit for bit
 */
public record ExplainedReplay(
    String modelKey,
    String eventId,
    long eventTime,
    long modelVersion,
    String predictedClass,
    Map<String, Double> probabilities,
    Attribution attribution,
    List<String> learnedLast,
    List<Said> variants,
    @Nullable ReplayDifference difference) {
  /**
   * What a variant would have said.
   *
   * @param name of the variant
   * @param predictedClass name of the class
   * @param probability that it gives to the class
   */
  public record Said(String name, String predictedClass, double probability) {}
}
