// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What is shown of one prediction: the most probable classes and the heaviest experts, however many
 * there are.
 *
 * @param probabilities the largest, in falling order
 * @param weights the largest, in falling order
 * @param learned events that the mixture had learned
 * @param latencyMicros time in the operator; negative where unknown
 * @param votes what the heaviest experts said, in falling order; empty where it is not known
 */
record SampledPrediction(
    String eventId,
    String predicted,
    List<Entry> probabilities,
    List<Entry> weights,
    long learned,
    long eventTime,
    long latencyMicros,
    List<Vote> votes) {
  static final int MOST = 6;

  /** Votes of one prediction. */
  static final int VOTES = 16;

  private static final long UNKNOWN = -1;

  /** In place of a position: that of the predicted class, which is known by name. */
  private static final int PREDICTED = -1;

  /**
   * A number by position.
   *
   * @param value from 0 to 1
   */
  record Entry(int position, double value) {}

  /**
   * What an expert said.
   *
   * @param says the class it held most probable
   * @param probability of that, 0 to 1
   * @param weight of the expert, 0 to 1
   */
  record Vote(String expert, String says, double probability, double weight) {}

  /** One of which nothing is known but what a report explains. */
  static SampledPrediction of(ExplainedPrediction explained) {
    List<Vote> votes =
        explained.getVotes().stream()
            .limit(VOTES)
            .map(
                vote ->
                    new Vote(
                        ShownText.id(vote.getExpert()),
                        ShownText.id(vote.getSays()),
                        Numbers.share(vote.getProbability()),
                        Numbers.share(vote.getWeight())))
            .toList();
    return new SampledPrediction(
        ShownText.id(explained.getEventId()),
        ShownText.id(explained.getPredictedClass()),
        List.of(new Entry(PREDICTED, Numbers.share(explained.getProbability()))),
        List.of(),
        explained.getModelVersion(),
        explained.getEventTime(),
        UNKNOWN,
        votes);
  }

  SampledPrediction with(List<Vote> others) {
    return new SampledPrediction(
        eventId, predicted, probabilities, weights, learned, eventTime, latencyMicros, others);
  }

  static SampledPrediction of(PredictionEvent event) {
    return new SampledPrediction(
        ShownText.id(event.getEventId()),
        ShownText.id(event.getPredictedClass()),
        largest(event.getProbabilities()),
        largest(event.getGateWeights()),
        event.getModelVersion(),
        event.getEventTime(),
        event.getLatencyMicros(),
        List.of());
  }

  /** Equal ones by position. There may be thousands, of which few are put in. */
  private static List<Entry> largest(List<Double> values) {
    List<Entry> largest = new ArrayList<>(MOST + 1);
    for (int i = 0; i < values.size(); i++) {
      double value = Numbers.share(values.get(i));
      int at = largest.size();
      while (at > 0 && largest.get(at - 1).value < value) {
        at--;
      }
      if (at < MOST) {
        largest.add(at, new Entry(i, value));
      }
      if (largest.size() > MOST) {
        largest.remove(MOST);
      }
    }
    return List.copyOf(largest);
  }

  ObjectNode toJson(ObjectNode json, PageSettings settings) {
    json.put("id", eventId);
    json.put("predicted", predicted);
    json.put("learned", learned);
    json.put("eventTime", eventTime);
    json.put("latencyMicros", latencyMicros);
    ArrayNode classes = json.putArray("probabilities");
    for (Entry entry : probabilities) {
      String name = entry.position == PREDICTED ? predicted : settings.label(entry.position);
      ObjectNode one = classes.addObject().put("name", name);
      Numbers.put(one, "value", entry.value);
    }
    ArrayNode experts = json.putArray("weights");
    for (Entry entry : weights) {
      ObjectNode one = experts.addObject().put("name", settings.expert(entry.position));
      Numbers.put(one, "value", entry.value);
    }
    ArrayNode said = json.putArray("votes");
    for (Vote vote : votes) {
      ObjectNode one = said.addObject().put("expert", vote.expert).put("says", vote.says);
      Numbers.put(one, "probability", vote.probability);
      Numbers.put(one, "weight", vote.weight);
    }
    return json;
  }
}
