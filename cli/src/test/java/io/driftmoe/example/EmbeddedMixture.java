// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.example;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The learner as a library: README and docs/public-api.md show it between the two marks. */
final class EmbeddedMixture {
  private EmbeddedMixture() {}

  /**
   * Accuracy in per cent on a thousand events.
   *
   * @param file that the model is saved in meanwhile
   */
  static double run(Path file) throws IOException {
    // begin of the example
    var attributes =
        List.of(Attribute.numeric("heat"), Attribute.nominal("room", List.of("hall", "cellar")));
    var schema = new StreamSchema(attributes, new LabelSpace(List.of("fine", "bad")));
    Model model = Model.create(schema); // or with settings as in job.yaml, and a seed
    var random = new java.util.Random(1);
    for (int event = 0; event < 1000; event++) {
      String room = random.nextBoolean() ? "hall" : "cellar";
      double heat = random.nextDouble();
      PendingPrediction prediction = model.predict(Map.of("heat", heat, "room", room));
      String label = heat > (room.equals("hall") ? 0.6 : 0.3) ? "bad" : "fine";
      model.learn(prediction, label); // at once, late, or never: scores, watches for drift, trains
    }
    model.save(file);
    Model again =
        Model.load(file); // in a job or the demo as well: the same predictions, bit for bit
    again.predictedClass(again.predict(Map.of("heat", 0.9, "room", "cellar"))); // "bad"
    return again.evaluation().overall().accuracy(); // again.describe() says what was learned
    // end of the example
  }
}
