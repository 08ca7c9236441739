// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A change that is planted in the second half of a stream. What it does to a feature follows from
 * the first half, so it means the same on every scale.
 */
public enum PlantedShift {
  /** Nothing: each alarm is false, as far as the stream itself stays as it is. */
  NONE,
  /** A numeric feature rises by its standard deviation. */
  MEAN,
  /** A numeric feature rises by twice its deviation where another is above its median. */
  GROUP,
  /** A numeric feature lies twice as far from its median. */
  SPREAD,
  /** Values of a feature are put in the order of another: each is distributed as before. */
  DEPENDENCE,
  /**
   * A fifth of the events have another value of a nominal feature than they had, always the same.
   */
  VALUE,
  /** A tenth of the values of a feature are missing. */
  MISSING,
  /** Classes are renamed in turn; inputs stay as they are, so no alarm of inputs is right. */
  CLASSES;

  private static final double VALUE_SHARE = 0.2;
  private static final double MISSING_SHARE = 0.1;

  /** Events among which values are put in another order. */
  private static final int ORDERED = 200;

  /** A numeric feature of fewer different values is not asked to move by deviations. */
  private static final int LEAST_VALUES = 10;

  /** For people. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A stream with the change in it.
   *
   * @param examples with the second half changed
   * @param moved the features that a right alarm names; empty where none would be right
   * @param side where they moved, in the words of an alarm; empty for everywhere
   */
  record Planted(List<LabeledExample> examples, List<String> moved, String side) {}

  /**
   * Plants the change.
   *
   * @param seed chooses the features
   * @return empty where the stream has no features for it
   */
  Optional<Planted> plant(StreamSchema schema, List<LabeledExample> stream, long seed) {
    Random random = new Random(seed);
    int half = stream.size() / 2;
    List<Integer> numeric = chosen(schema, stream.subList(0, half), false, random);
    List<Integer> nominal = chosen(schema, stream.subList(0, half), true, random);
    int[] features =
        switch (this) {
          case NONE, CLASSES -> new int[0];
          case MEAN, SPREAD, MISSING -> first(numeric, 1);
          case GROUP, DEPENDENCE -> first(numeric, 2);
          case VALUE -> first(nominal, 1);
        };
    boolean needsNone = this == NONE || this == CLASSES;
    if (!needsNone && features.length == 0) {
      return Optional.empty();
    }
    List<LabeledExample> changed = new ArrayList<>(stream.subList(0, half));
    changed.addAll(
        changed(
            schema,
            stream.subList(0, half),
            stream.subList(half, stream.size()),
            features,
            random));
    List<String> moved =
        Arrays.stream(this == GROUP ? Arrays.copyOf(features, 1) : features)
            .mapToObj(a -> schema.attributes().get(a).name())
            .toList();
    String side = this == GROUP ? schema.attributes().get(features[1]).name() + " high" : "";
    return Optional.of(new Planted(changed, moved, side));
  }

  private static int[] first(List<Integer> features, int count) {
    return features.size() < count
        ? new int[0]
        : features.stream().limit(count).mapToInt(Integer::intValue).toArray();
  }

  /** Features that have several values, in an order that the seed gives. */
  private static List<Integer> chosen(
      StreamSchema schema, List<LabeledExample> past, boolean nominal, Random random) {
    List<Integer> chosen = new ArrayList<>();
    for (int a = 0; a < schema.features(); a++) {
      Attribute attribute = schema.attributes().get(a);
      int at = a;
      long values =
          past.stream()
              .mapToDouble(example -> example.features().get(at))
              .filter(value -> !Double.isNaN(value))
              .distinct()
              .limit(LEAST_VALUES)
              .count();
      if (attribute.isNominal() == nominal && values >= (nominal ? 2 : LEAST_VALUES)) {
        chosen.add(a);
      }
    }
    Collections.shuffle(chosen, random);
    return chosen;
  }

  private List<LabeledExample> changed(
      StreamSchema schema,
      List<LabeledExample> past,
      List<LabeledExample> later,
      int[] features,
      Random random) {
    List<LabeledExample> changed = new ArrayList<>();
    double[] order = this == DEPENDENCE ? ordered(later, features) : new double[0];
    double deviation = features.length == 0 ? 0 : deviation(past, features[0]);
    double median = features.length == 0 ? 0 : median(past, features[0]);
    double other = features.length < 2 ? 0 : median(past, features[1]);
    for (int i = 0; i < later.size(); i++) {
      LabeledExample example = later.get(i);
      double[] values = values(example.features());
      int label = example.label();
      switch (this) {
        case NONE -> {}
        case CLASSES -> label = (label + 1) % schema.classes();
        case MEAN -> values[features[0]] += deviation;
        case GROUP -> values[features[0]] += values[features[1]] > other ? 2 * deviation : 0;
        case SPREAD -> values[features[0]] = median + 2 * (values[features[0]] - median);
        case DEPENDENCE -> values[features[0]] = order[i];
        case VALUE -> {
          int declared = schema.attributes().get(features[0]).values().size();
          boolean moves = random.nextDouble() < VALUE_SHARE;
          values[features[0]] = moves ? frequent(past, features[0], declared) : values[features[0]];
        }
        case MISSING ->
            values[features[0]] =
                random.nextDouble() < MISSING_SHARE ? Double.NaN : values[features[0]];
      }
      changed.add(new LabeledExample(FeatureVector.of(values), label));
    }
    return changed;
  }

  private static double[] values(FeatureVector features) {
    return IntStream.range(0, features.size()).mapToDouble(features::get).toArray();
  }

  /** Of each so many events that follow each other: the least where the other is the least. */
  private static double[] ordered(List<LabeledExample> later, int[] features) {
    double[] order = new double[later.size()];
    for (int from = 0; from < later.size(); from += ORDERED) {
      int to = Math.min(later.size(), from + ORDERED);
      double[] sorted = column(later.subList(from, to), features[0]);
      Arrays.sort(sorted);
      List<LabeledExample> block = later.subList(from, to);
      List<Integer> byOther =
          IntStream.range(0, to - from)
              .boxed()
              .sorted(
                  (one, two) ->
                      Double.compare(
                          block.get(one).features().get(features[1]),
                          block.get(two).features().get(features[1])))
              .toList();
      for (int i = 0; i < sorted.length; i++) {
        order[from + byOther.get(i)] = sorted[i];
      }
    }
    return order;
  }

  private static double[] column(List<LabeledExample> examples, int attribute) {
    return examples.stream().mapToDouble(example -> example.features().get(attribute)).toArray();
  }

  private static double[] known(List<LabeledExample> examples, int attribute) {
    return Arrays.stream(column(examples, attribute))
        .filter(value -> !Double.isNaN(value))
        .sorted()
        .toArray();
  }

  private static double median(List<LabeledExample> past, int attribute) {
    double[] sorted = known(past, attribute);
    return sorted[sorted.length / 2];
  }

  private static double deviation(List<LabeledExample> past, int attribute) {
    double[] known = known(past, attribute);
    double mean = Arrays.stream(known).average().orElse(0);
    double square = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    return Math.sqrt(square);
  }

  /** The second most frequent value. */
  private static int frequent(List<LabeledExample> past, int attribute, int declared) {
    long[] counts = new long[declared];
    for (double value : known(past, attribute)) {
      counts[(int) value]++;
    }
    return IntStream.range(0, declared)
        .boxed()
        .sorted((one, two) -> Long.compare(counts[two], counts[one]))
        .skip(1)
        .findFirst()
        .orElse(0);
  }
}
