// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 */
record SampledPrediction(
    String eventId,
    String predicted,
    List<Entry> probabilities,
    List<Entry> weights,
    long learned,
    long eventTime,
    long latencyMicros) {
  static final int MOST = 6;

  /**
   * A number by position.
   *
   * @param value from 0 to 1
   */
  record Entry(int position, double value) {}

  static SampledPrediction of(PredictionEvent event) {
    return new SampledPrediction(
        ShownText.id(event.getEventId()),
        ShownText.id(event.getPredictedClass()),
        largest(event.getProbabilities()),
        largest(event.getGateWeights()),
        event.getModelVersion(),
        event.getEventTime(),
        event.getLatencyMicros());
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
      ObjectNode one = classes.addObject().put("name", settings.label(entry.position));
      Numbers.put(one, "value", entry.value);
    }
    ArrayNode experts = json.putArray("weights");
    for (Entry entry : weights) {
      ObjectNode one = experts.addObject().put("name", settings.expert(entry.position));
      Numbers.put(one, "value", entry.value);
    }
    return json;
  }
}
