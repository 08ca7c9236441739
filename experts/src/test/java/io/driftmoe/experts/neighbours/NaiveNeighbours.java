// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.RunningMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Nearest neighbours over several windows by the documented formulas, in double precision. */
final class NaiveNeighbours {
  private record Neighbour(int label, double weight, double squared) {}

  private final StreamSchema schema;
  private final NearestNeighboursFactory factory;
  private final List<LabeledExample> examples = new ArrayList<>();
  private final List<Double> weights = new ArrayList<>();
  private final RunningMoments moments;
  private final double[] mixing;

  /** Smallest gap between a neighbour and the next example in the last prediction. */
  double smallestGap;

  NaiveNeighbours(StreamSchema schema, NearestNeighboursFactory factory) {
    this.schema = schema;
    this.factory = factory;
    this.moments = new RunningMoments(schema.features(), InputEncoder.DEFAULT_MIN_RATE);
    this.mixing = new double[factory.windows().size()];
    Arrays.fill(mixing, 1.0 / mixing.length);
  }

  double[] predict(LabeledExample asked) {
    smallestGap = Double.POSITIVE_INFINITY;
    double[] pooled = new double[schema.classes()];
    for (int w = 0; w < mixing.length; w++) {
      double[] one = window(asked, factory.windows().get(w));
      for (int c = 0; c < pooled.length; c++) {
        pooled[c] += mixing[w] * one[c];
      }
    }
    return pooled;
  }

  void learn(LabeledExample example, double weight) {
    double sum = 0;
    double[] next = new double[mixing.length];
    for (int w = 0; w < mixing.length; w++) {
      double p = window(example, factory.windows().get(w))[example.label()];
      double floor = factory.mixing().floor();
      double l = (1 - floor) * p + floor / schema.classes();
      next[w] = mixing[w] * Math.pow(l, factory.mixing().eta() * weight);
      sum += next[w];
    }
    for (int w = 0; w < mixing.length && !examples.isEmpty(); w++) {
      double share = factory.mixing().share();
      mixing[w] = (1 - share) * next[w] / sum + share / mixing.length;
    }
    double[] values = new double[schema.features()];
    for (int a = 0; a < schema.features(); a++) {
      if (!schema.attributes().get(a).isNominal() && known(example, a)) {
        moments.update(a, example.features().get(a));
      }
      values[a] = counted(example, a);
    }
    examples.add(new LabeledExample(FeatureVector.of(values), example.label()));
    weights.add(weight);
  }

  private double counted(LabeledExample example, int a) {
    double value = example.features().get(a);
    return schema.attributes().get(a).isNominal() ? value : moments.cut(a, value);
  }

  private double[] window(LabeledExample asked, int length) {
    double[] votes = new double[schema.classes()];
    if (examples.isEmpty()) {
      Arrays.fill(votes, 1.0 / votes.length);
      return votes;
    }
    List<Neighbour> all = new ArrayList<>();
    for (int i = examples.size() - 1; i >= Math.max(0, examples.size() - length); i--) {
      LabeledExample held = examples.get(i);
      all.add(new Neighbour(held.label(), weights.get(i), squared(held, asked)));
    }
    all.sort((a, b) -> Double.compare(a.squared, b.squared)); // stable: newer first
    int k = Math.min(factory.neighbours(), all.size());
    for (int i = 0; i + 1 < Math.min(k + 1, all.size()); i++) {
      smallestGap = Math.min(smallestGap, all.get(i + 1).squared - all.get(i).squared);
    }
    double inverses = 0;
    for (Neighbour n : all.subList(0, k)) {
      inverses += 1 / (Math.sqrt(n.squared) + 1e-3);
    }
    for (Neighbour n : all.subList(0, k)) {
      votes[n.label] += n.weight * k / (Math.sqrt(n.squared) + 1e-3) / inverses;
    }
    double sum = 0;
    for (double v : votes) {
      sum += v + factory.smoothing();
    }
    for (int c = 0; c < votes.length; c++) {
      votes[c] = (votes[c] + factory.smoothing()) / sum;
    }
    return votes;
  }

  private double squared(LabeledExample held, LabeledExample asked) {
    double sum = 0;
    for (int a = 0; a < schema.features(); a++) {
      double x = held.features().get(a);
      double y = asked.features().get(a);
      if (!known(held, a) || !known(asked, a)) {
        sum += known(held, a) == known(asked, a) ? 0 : 1;
      } else if (schema.attributes().get(a).isNominal()) {
        sum += x == y ? 0 : 2;
      } else {
        double z = (x - counted(asked, a)) * moments.inverseDeviation(a);
        sum += Math.min(z * z, 100);
      }
    }
    return sum;
  }

  private boolean known(LabeledExample example, int a) {
    double value = example.features().get(a);
    int declared = schema.attributes().get(a).values().size();
    return !Double.isNaN(value)
        && (declared == 0 || (value >= 0 && value < declared && value == (int) value));
  }
}
