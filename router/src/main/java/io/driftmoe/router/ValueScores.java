// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.MeanShifts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The scores of an event whose means tell how its features are distributed, by feature and jointly,
 * and what they are called. Each is from 0 to 1.
 *
 * <ul>
 *   <li>Of a numeric feature its rank, how far that is from the middle, and whether it is missing.
 *   <li>Of a nominal one whether it is each of its most frequent values, another one, or missing.
 *   <li>Of two features the product of their ranks, at most 128 pairs.
 *   <li>Of a random projection, a sum of up to 16 ranks with signs, what there is of a numeric
 *       feature; there are 8.
 * </ul>
 */
final class ValueScores {
  /*
   * Ranks make tests of location and of spread that need no scale (Mann-Whitney; Ansari-Bradley).
   * Products of ranks are those of Spearman's correlation. Random projections see changes of many
   * features together, see docs/input-drift.md for papers.
   */
  private static final int MOST_PAIRS = 128;
  private static final int PROJECTIONS = 8;
  private static final int LEAST_PROJECTED = 3;
  private static final int MOST_PROJECTED = 16;

  /** Of a numeric feature. */
  private static final int RANK = 0;

  private static final int SPREAD = 1;
  private static final int LACK = 2;
  private static final int NUMERIC_SCORES = 3;

  /** Of a feature in a text: names may be long. */
  private static final int NAME_CHARACTERS = 40;

  private final List<Attribute> attributes;

  /** The first score of each attribute, then of the first pair. */
  private final int[] first;

  private final int[][] pairs;
  private final int[][] projected;
  private final double[][] signs;
  private final int firstProjection;
  private final int count;

  /** How a projection is called as a feature. */
  private static final Attribute PROJECTION = Attribute.numeric("projection");

  /**
   * @param seed of the pairs and projections, where there may be more than there are
   */
  ValueScores(List<Attribute> attributes, long seed) {
    this.attributes = attributes;
    this.first = new int[attributes.size() + 1];
    for (int a = 0; a < attributes.size(); a++) {
      Attribute attribute = attributes.get(a);
      first[a + 1] =
          first[a] + (attribute.isNominal() ? FeatureCells.count(attribute) + 1 : NUMERIC_SCORES);
    }
    SplitMix64 random = new SplitMix64(seed);
    this.pairs = pairs(attributes.size(), random);
    this.firstProjection = first[attributes.size()] + pairs.length;
    int projections = attributes.size() < LEAST_PROJECTED ? 0 : PROJECTIONS;
    this.projected = new int[projections][];
    this.signs = new double[projections][];
    for (int p = 0; p < projections; p++) {
      projected[p] = some(attributes.size(), random);
      signs[p] = new double[projected[p].length];
      for (int i = 0; i < signs[p].length; i++) {
        signs[p][i] = random.nextDouble() < 0.5 ? -1 : 1;
      }
    }
    this.count = firstProjection + 2 * projections;
  }

  private static int[][] pairs(int attributes, SplitMix64 random) {
    List<int[]> pairs = new ArrayList<>();
    if ((long) attributes * (attributes - 1) / 2 <= MOST_PAIRS) {
      for (int a = 0; a < attributes; a++) {
        for (int b = a + 1; b < attributes; b++) {
          pairs.add(new int[] {a, b});
        }
      }
      return pairs.toArray(int[][]::new);
    }
    Set<Long> drawn = new HashSet<>();
    while (pairs.size() < MOST_PAIRS) {
      int a = drawn(attributes, random);
      int b = drawn(attributes, random);
      if (a < b && drawn.add((long) a * attributes + b)) {
        pairs.add(new int[] {a, b});
      }
    }
    return pairs.toArray(int[][]::new);
  }

  private static int drawn(int attributes, SplitMix64 random) {
    return (int) (random.nextDouble() * attributes);
  }

  private static int[] some(int attributes, SplitMix64 random) {
    Set<Integer> some = new HashSet<>();
    int[] chosen = new int[Math.min(MOST_PROJECTED, attributes)];
    int n = 0;
    while (n < chosen.length) {
      int a = chosen.length == attributes ? n : drawn(attributes, random);
      if (some.add(a)) {
        chosen[n++] = a;
      }
    }
    return chosen;
  }

  int count() {
    return count;
  }

  int projections() {
    return projected.length;
  }

  /** How a projection is divided into cells. */
  static Attribute projection() {
    return PROJECTION;
  }

  /** The value of a projection. */
  double project(int p, FeatureCells[] cells, byte[] event) {
    double sum = 0;
    for (int i = 0; i < projected[p].length; i++) {
      int a = projected[p][i];
      if (event[a] != FeatureCells.MISSING) {
        sum += signs[p][i] * cells[a].signed(event[a]);
      }
    }
    return sum;
  }

  /**
   * Adds the scores of an event.
   *
   * @param cells of the features
   * @param projections their cells
   * @param event the cell of each feature
   */
  void add(FeatureCells[] cells, FeatureCells[] projections, byte[] event, MeanShifts to) {
    for (int a = 0; a < event.length; a++) {
      int at = first[a];
      int cell = event[a];
      if (attributes.get(a).isNominal()) {
        to.add(cell == FeatureCells.MISSING ? first[a + 1] - 1 : at + cell, 1);
      } else if (cell == FeatureCells.MISSING) {
        to.add(at + RANK, to.neutral(at + RANK));
        to.add(at + SPREAD, to.neutral(at + SPREAD));
        to.add(at + LACK, 1);
      } else {
        to.add(at + RANK, FeatureCells.rank(cell));
        to.add(at + SPREAD, spread(cell));
      }
    }
    for (int p = 0; p < pairs.length; p++) {
      int score = first[attributes.size()] + p;
      double value = together(pairs[p], cells, event);
      to.add(score, Double.isNaN(value) ? to.neutral(score) : value);
    }
    for (int p = 0; p < projected.length; p++) {
      int cell = projections[p].cell(project(p, cells, event));
      to.add(firstProjection + 2 * p, FeatureCells.rank(cell));
      to.add(firstProjection + 2 * p + 1, spread(cell));
    }
  }

  private static double spread(int cell) {
    return Math.abs(2 * FeatureCells.rank(cell) - 1);
  }

  private static double together(int[] pair, FeatureCells[] cells, byte[] event) {
    byte one = event[pair[0]];
    byte other = event[pair[1]];
    return one == FeatureCells.MISSING || other == FeatureCells.MISSING
        ? Double.NaN
        : (1 + cells[pair[0]].signed(one) * cells[pair[1]].signed(other)) / 2;
  }

  /** Whether a score is of several features together. */
  boolean isJoint(int score) {
    return score >= first[attributes.size()];
  }

  private int attributeOf(int score) {
    int a = 0;
    while (first[a + 1] <= score) {
      a++;
    }
    return a;
  }

  /** The features that a score is of. */
  int[] features(int score) {
    if (!isJoint(score)) {
      return new int[] {attributeOf(score)};
    }
    return score < firstProjection
        ? pairs[score - first[attributes.size()]]
        : projected[(score - firstProjection) / 2];
  }

  /**
   * A score of an event, without projections.
   *
   * @param event the cells of the first features
   * @return NaN where it is not known
   */
  double value(int score, FeatureCells[] cells, byte[] event) {
    if (score >= firstProjection) {
      return Double.NaN;
    }
    for (int feature : features(score)) {
      if (feature >= event.length) {
        return Double.NaN;
      }
    }
    if (isJoint(score)) {
      return together(features(score), cells, event);
    }
    int a = attributeOf(score);
    int aspect = score - first[a];
    int cell = event[a];
    if (attributes.get(a).isNominal()) {
      return (cell == FeatureCells.MISSING ? first[a + 1] - 1 : first[a] + cell) == score ? 1 : 0;
    }
    if (aspect == LACK) {
      return cell == FeatureCells.MISSING ? 1 : 0;
    }
    if (cell == FeatureCells.MISSING) {
      return Double.NaN;
    }
    return aspect == RANK ? FeatureCells.rank(cell) : spread(cell);
  }

  /** What has moved, in words. */
  EarlyAlarm.Moved moved(MeanShifts.Shift shift, FeatureCells[] cells) {
    int score = shift.score();
    int[] features = features(score);
    UnaryOperator<String> brief =
        name -> name.length() <= NAME_CHARACTERS ? name : name.substring(0, NAME_CHARACTERS) + "…";
    List<String> names =
        java.util.Arrays.stream(features).mapToObj(a -> attributes.get(a).name()).toList();
    List<String> briefly = names.stream().map(brief).toList();
    String how;
    if (score >= firstProjection) {
      how = percent("random projection of " + String.join(", ", briefly), shift);
    } else if (isJoint(score)) {
      how =
          String.format(
              Locale.ROOT,
              "%s with %s (mean product of ranks %.2f to %.2f)",
              briefly.get(0),
              briefly.get(1),
              2 * shift.before() - 1,
              2 * shift.since() - 1);
    } else {
      how = single(score, brief, shift, cells);
    }
    return new EarlyAlarm.Moved(names, how);
  }

  private String single(
      int score, UnaryOperator<String> brief, MeanShifts.Shift shift, FeatureCells[] cells) {
    int a = attributeOf(score);
    String name = brief.apply(attributes.get(a).name());
    boolean more = shift.since() > shift.before();
    if (attributes.get(a).isNominal()) {
      return percent(
          score == first[a + 1] - 1
              ? name + " missing"
              : brief.apply(cells[a].name(score - first[a])),
          shift);
    }
    return switch (score - first[a]) {
      case RANK -> percent(name + (more ? " up, mean rank" : " down, mean rank"), shift);
      case SPREAD ->
          percent(
              name + (more ? " wider" : " narrower") + ", mean distance of ranks from the middle",
              shift);
      default -> percent(name + " missing", shift);
    };
  }

  private static String percent(String what, MeanShifts.Shift shift) {
    return String.format(
        Locale.ROOT, "%s (%.1f to %.1f %%)", what, 100 * shift.before(), 100 * shift.since());
  }
}
