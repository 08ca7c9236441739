// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/** Naive Bayes by the book: keeps all examples and computes every formula from them, in logs. */
final class ReferenceBayes {
  private record Lesson(FeatureVector features, int label, double weight) {}

  private final StreamSchema schema;
  private final List<Lesson> lessons = new ArrayList<>();

  ReferenceBayes(StreamSchema schema) {
    this.schema = schema;
  }

  void add(LabeledExample example, double weight) {
    lessons.add(new Lesson(example.features(), example.label(), weight));
  }

  double[] posterior(FeatureVector features) {
    double[] logs = new double[schema.classes()];
    double top = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < logs.length; c++) {
      logs[c] = StrictMath.log(weight(c));
      for (int a = 0; a < schema.features(); a++) {
        if (!features.isMissing(a)) {
          logs[c] += likelihood(c, a, features.get(a));
        }
      }
      top = Math.max(top, logs[c]);
    }
    double sum = 0;
    for (int c = 0; c < logs.length; c++) {
      logs[c] = StrictMath.exp(logs[c] - top);
      sum += logs[c];
    }
    for (int c = 0; c < logs.length; c++) {
      logs[c] /= sum;
    }
    return logs;
  }

  private double weight(int c) {
    return lessons.stream().filter(x -> x.label() == c).mapToDouble(Lesson::weight).sum();
  }

  private double likelihood(int c, int a, double value) {
    List<Lesson> known =
        lessons.stream().filter(x -> x.label() == c && !x.features().isMissing(a)).toList();
    double n = known.stream().mapToDouble(Lesson::weight).sum();
    int values = schema.attributes().get(a).values().size();
    if (values > 0) {
      double of =
          known.stream()
              .filter(x -> x.features().get(a) == value)
              .mapToDouble(Lesson::weight)
              .sum();
      return StrictMath.log((of + 1) / (n + values));
    }
    double mean = known.stream().mapToDouble(x -> x.weight() * x.features().get(a)).sum() / n;
    double square =
        known.stream()
            .mapToDouble(x -> x.weight() * StrictMath.pow(x.features().get(a) - mean, 2))
            .sum();
    double variance = square / (n - 1);
    double d = value - mean;
    return -d * d / (2 * variance) - StrictMath.log(2 * StrictMath.PI * variance) / 2;
  }
}
