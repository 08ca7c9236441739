// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Preset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Predictions of the example script beside those of the library. */
final class Results {
  private Results() {}

  /**
   * Requires one prediction for each example, equal bit for bit.
   *
   * @param delay events after which the label of one is learned
   */
  static void requireSame(
      List<JsonNode> predictions, Map<String, List<LabeledExample>> examples, int delay) {
    Map<String, List<Library.Said>> said = new HashMap<>();
    examples.forEach(
        (shop, ofShop) -> said.put(shop, Library.said(ofShop, Preset.PAPER_DATA, 7, delay)));
    Set<String> seen = new HashSet<>();
    for (JsonNode prediction : predictions) {
      String shop = prediction.path("shop").asText();
      int order = prediction.path("order_id").asInt();
      Library.Said expected = said.get(shop).get(order);
      assertThat(seen.add(shop + order)).as("once: %s", prediction).isTrue();
      assertThat(prediction.path("predicted").asText()).isEqualTo(expected.predictedClass());
      assertThat(prediction.path("learned").asLong()).isEqualTo(expected.version());
      expected
          .probabilities()
          .forEach(
              (name, probability) ->
                  assertThat(prediction.path("probabilities").path(name).doubleValue())
                      .isEqualTo(probability));
    }
    assertThat(seen).hasSize(examples.values().stream().mapToInt(List::size).sum());
  }
}
