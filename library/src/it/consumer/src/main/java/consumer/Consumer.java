// SPDX-License-Identifier: GPL-3.0-or-later
package consumer;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.Model;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Learns, saves, loads, goes on, and prints what ConsumerIT expects. */
public final class Consumer {
  private Consumer() {}

  /** {@code args[0]} is the file to save to. */
  public static void main(String[] args) throws Exception {
    var schema =
        new StreamSchema(
            List.of(Attribute.numeric("left"), Attribute.nominal("right", List.of("low", "high"))),
            new LabelSpace(List.of("left", "right")));
    Model model = Model.create(schema);
    Random random = new Random(1);
    learn(model, random, 200);
    model.save(Path.of(args[0]));
    Model again = Model.load(Path.of(args[0]));
    Random same = new Random(7);
    learn(model, new Random(7), 100);
    learn(again, same, 100);
    Map<String, ?> event = Map.of("left", 0.3, "right", "high");
    double[] expected = model.predict(event).probabilities();
    double[] found = again.predict(event).probabilities();
    System.out.println(again.evaluation().overall().accuracy());
    System.out.println(Arrays.toString(found));
    System.out.println(Arrays.equals(expected, found));
  }

  private static void learn(Model model, Random random, int events) {
    for (int i = 0; i < events; i++) {
      double left = random.nextDouble();
      boolean high = random.nextBoolean();
      PendingPrediction prediction =
          model.predict(Map.of("left", left, "right", high ? "high" : "low"));
      model.learn(prediction, left > (high ? 0.75 : 0.25) ? "left" : "right");
    }
  }
}
