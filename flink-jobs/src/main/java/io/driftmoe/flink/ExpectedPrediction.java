// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prediction that the job made, as it stands on its topic.
 *
 * @param partition where it stands
 * @param offset where it stands
 * @param isCompared whether it is of the time that the replay is about; else it is made again only
 *     so that the model is what it was then
 */
record ExpectedPrediction(PredictionEvent event, int partition, long offset, boolean isCompared) {
  /**
   * Compares bit for bit; the latency is no part of it.
   *
   * @param found what was computed anew
   * @param classes their names
   * @return the first field that differs; null where none does
   */
  @Nullable ReplayDifference compare(PendingPrediction found, List<String> classes) {
    if (found.modelVersion() != event.getModelVersion()) {
      return differs("model version", event.getModelVersion(), found.modelVersion());
    }
    String predicted = classes.get(found.predictedClass());
    if (!predicted.equals(event.getPredictedClass())) {
      return differs("predicted class", event.getPredictedClass(), predicted);
    }
    ReplayDifference difference =
        compare("probability", event.getProbabilities(), found.probabilities());
    if (difference == null) {
      difference = compare("gate weight", event.getGateWeights(), found.gateWeights());
    }
    return difference == null ? compareMore(found, classes) : difference;
  }

  /** What only some jobs say: the set of learner.coverage, and the question of labels.budget. */
  private @Nullable ReplayDifference compareMore(PendingPrediction found, List<String> classes) {
    List<String> set = Arrays.stream(found.predictionSet()).mapToObj(classes::get).toList();
    if (!set.equals(event.getPredictionSet())) {
      return differs("prediction set", event.getPredictionSet(), set);
    }
    boolean isWanted = found.question().isPresent();
    return isWanted == event.getLabelWanted()
        ? null
        : differs("label wanted", event.getLabelWanted(), isWanted);
  }

  private @Nullable ReplayDifference compare(String what, List<Double> said, double[] found) {
    if (said.size() != found.length) {
      return differs("number of values of " + what, said.size(), found.length);
    }
    for (int i = 0; i < found.length; i++) {
      double value = said.get(i);
      if (Double.doubleToRawLongBits(value) != Double.doubleToRawLongBits(found[i])) {
        return differs(what + " " + i, value, found[i]);
      }
    }
    return null;
  }

  /** That a field differs. */
  ReplayDifference differs(String field, Object said, Object found) {
    return new ReplayDifference(
        event.getModelKey(),
        event.getEventId(),
        partition,
        offset,
        field,
        said.toString(),
        found.toString());
  }
}
