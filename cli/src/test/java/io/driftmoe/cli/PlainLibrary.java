// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.Model;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A program that uses the library and nothing else, for comparison. */
final class PlainLibrary {
  private PlainLibrary() {}

  /** Predicts and learns so many events of a generated stream; their probabilities by class. */
  static List<List<Double>> learn(Model model, String name, int events, long seed)
      throws IOException {
    try (LabeledStream stream = StreamCatalog.open(name, events, seed)) {
      return learn(model, stream);
    }
  }

  /** Likewise, all that is left of a stream. */
  static List<List<Double>> learn(Model model, LabeledStream stream) {
    List<List<Double>> predictions = new ArrayList<>();
    while (stream.hasNext()) {
      LabeledExample example = stream.next();
      PendingPrediction prediction = model.predict(example.features());
      predictions.add(List.copyOf(model.probabilities(prediction).values()));
      model.learn(prediction, example.label());
    }
    return predictions;
  }
}
