// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Statistics, gains and decisions against the plain formulas over all examples. */
class SplitSearchProperties {
  private static final int CLASSES = 3;
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("a"),
              Attribute.nominal("b", List.of("0", "1", "2", "3")),
              Attribute.numeric("c")),
          new LabelSpace(List.of("x", "y", "z")));

  private record Lesson(double[] values, int label, double weight) {}

  private final TreeInput input = new TreeInput(new Domain(SCHEMA));
  private final LeafLayout layout = input.layout();
  private final Posterior posterior = new Posterior(layout);

  private static List<Lesson> lessons(long seed, int count, double missing) {
    SplitMix64 random = new SplitMix64(seed);
    double pull = random.nextDouble() * 4;
    List<Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = (int) (random.nextDouble() * CLASSES);
      double[] values = {
        random.nextDouble() + random.nextDouble() + pull * label,
        (int) (random.nextDouble() * 2) + (random.nextDouble() < 0.5 ? label : 0),
        1e6 + random.nextDouble()
      };
      for (int a = 0; a < values.length; a++) {
        values[a] = random.nextDouble() < missing ? Double.NaN : values[a];
      }
      lessons.add(new Lesson(values, label, 1 + (int) (random.nextDouble() * 6)));
    }
    return lessons;
  }

  private Leaf leaf(List<Lesson> lessons) {
    Leaf leaf = new Leaf(new double[CLASSES], 1);
    leaf.activate(1);
    for (Lesson lesson : lessons) {
      input.read(FeatureVector.of(lesson.values()));
      leaf.count(lesson.label(), lesson.weight());
      leaf.observe(layout, input, lesson.label(), lesson.weight(), 0);
      posterior.refresh(leaf, lesson.label());
    }
    return leaf;
  }

  @Property(tries = 100)
  void statisticsAreThoseOfTheExamples(
      @ForAll long seed,
      @ForAll @IntRange(min = 5, max = 400) int count,
      @ForAll @DoubleRange(min = 0, max = 0.3) double missing) {
    List<Lesson> lessons = lessons(seed, count, missing);
    Leaf leaf = leaf(lessons);
    for (int c = 0; c < CLASSES; c++) {
      for (int a : new int[] {0, 2}) {
        List<Lesson> known = known(lessons, c, a);
        if (known.size() < 2) {
          continue;
        }
        double weight = known.stream().mapToDouble(Lesson::weight).sum();
        double mean = mean(known, a);
        double[] row = leaf.rows[c];
        int i = layout.position[a];
        assertThat(leaf.known(c, a)).isCloseTo(weight, within(1e-9));
        assertThat(row[LeafLayout.MEAN + i]).isCloseTo(mean, within(1e-8));
        assertThat(1 / (2 * row[layout.precision + i]))
            .isCloseTo(variance(known, a), within(1e-6 * variance(known, a)));
        assertThat(row[layout.min + i])
            .isEqualTo(known.stream().mapToDouble(x -> x.values()[a]).min().orElseThrow());
        assertThat(row[layout.max + i])
            .isEqualTo(known.stream().mapToDouble(x -> x.values()[a]).max().orElseThrow());
      }
    }
  }

  @Property(tries = 100)
  void gainIsThatOfTheFormulas(
      @ForAll long seed,
      @ForAll @IntRange(min = 30, max = 400) int count,
      @ForAll @DoubleRange(min = 0, max = 0.3) double missing) {
    List<Lesson> lessons = lessons(seed, count, missing);
    SplitSearch search = new SplitSearch(layout, 1);
    Leaf leaf = leaf(lessons);
    search.search(leaf);

    double best = 0;
    double runnerUp = 0;
    for (int a = 0; a < 3; a++) {
      double gain = a == 1 ? nominalGain(lessons) : numericGain(lessons, a);
      runnerUp = Math.max(runnerUp, Math.min(best, gain));
      best = Math.max(best, gain);
    }
    assertThat(search.gain()).isCloseTo(best, within(1e-5));
    assertThat(search.runnerUp()).isCloseTo(runnerUp, within(1e-5));
    assertThat(search.gain()).isLessThanOrEqualTo(search.entropy(leaf) + 1e-9);
    if (search.attribute() >= 0) {
      double passed = 0;
      for (double[] branch : search.branches(leaf)) {
        for (double weight : branch) {
          assertThat(weight).isNotNegative();
          passed += weight;
        }
      }
      int a = search.attribute();
      double known =
          lessons.stream()
              .filter(x -> !Double.isNaN(x.values()[a]))
              .mapToDouble(Lesson::weight)
              .sum();
      assertThat(passed).isCloseTo(known, within(1e-6));
    }
  }

  /** The first split comes with the first grace period after which the bound allows it. */
  @Property(tries = 60)
  void decisionIsThatOfTheHoeffdingBound(
      @ForAll long seed, @ForAll @DoubleRange(min = -9, max = -0.7) double power) {
    double tie = 0.08;
    double confidence = StrictMath.pow(10, power);
    HoeffdingTreeFactory factory =
        new HoeffdingTreeFactory(
            25, confidence, tie, LeafPrediction.MAJORITY_CLASS, 1, 100, 1 << 20);
    HoeffdingTree tree = factory.tree(new TreeInput(new Domain(SCHEMA)), 1);
    List<Lesson> lessons = lessons(seed, 1_500, 0);
    SplitSearch search = new SplitSearch(layout, 1);
    double total = 0;
    double attempted = 0;
    for (int i = 0; i < lessons.size(); i++) {
      Lesson lesson = lessons.get(i);
      tree.learn(FeatureVector.of(lesson.values()), lesson.label(), lesson.weight());
      total += lesson.weight();
      boolean split = false;
      if (total - attempted >= 25) {
        attempted = total;
        List<Lesson> seen = lessons.subList(0, i + 1);
        long classes = seen.stream().mapToInt(Lesson::label).distinct().count();
        double range = StrictMath.log(Math.max(2, classes)) / StrictMath.log(2);
        double bound = StrictMath.sqrt(range * range * -StrictMath.log(confidence) / (2 * total));
        search.search(leaf(seen));
        split = search.gain() - search.runnerUp() > bound || bound < tie && search.gain() > 0;
      }
      assertThat(tree.leaves() > 1).as("after lesson %s", i).isEqualTo(split);
      if (split) {
        return;
      }
    }
  }

  private static double numericGain(List<Lesson> lessons, int a) {
    List<Lesson> all = lessons.stream().filter(x -> !Double.isNaN(x.values()[a])).toList();
    double low = all.stream().mapToDouble(x -> x.values()[a]).min().orElse(0);
    double high = all.stream().mapToDouble(x -> x.values()[a]).max().orElse(0);
    double best = 0;
    for (int t = 1; t <= 10; t++) {
      double at = low + t * (high - low) / 11;
      double[][] branches = new double[2][CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        List<Lesson> known = known(lessons, c, a);
        if (known.isEmpty()) {
          continue;
        }
        double min = known.stream().mapToDouble(x -> x.values()[a]).min().orElseThrow();
        double max = known.stream().mapToDouble(x -> x.values()[a]).max().orElseThrow();
        double z = (at - mean(known, a)) / StrictMath.sqrt(variance(known, a));
        double part =
            at < min
                ? 0
                : at >= max ? 1 : NormalTable.below(z, NormalTable.index(z)); // tested elsewhere
        double weight = known.stream().mapToDouble(Lesson::weight).sum();
        branches[0][c] = part * weight;
        branches[1][c] = weight - part * weight;
      }
      best = Math.max(best, gain(branches));
    }
    return best * share(lessons, a);
  }

  private static double nominalGain(List<Lesson> lessons) {
    double[][] branches = new double[4][CLASSES];
    for (Lesson lesson : lessons) {
      if (!Double.isNaN(lesson.values()[1])) {
        branches[(int) lesson.values()[1]][lesson.label()] += lesson.weight();
      }
    }
    return gain(branches) * share(lessons, 1);
  }

  private static double share(List<Lesson> lessons, int a) {
    double known =
        lessons.stream()
            .filter(x -> !Double.isNaN(x.values()[a]))
            .mapToDouble(Lesson::weight)
            .sum();
    return known / lessons.stream().mapToDouble(Lesson::weight).sum();
  }

  private static double gain(double[][] branches) {
    double[] before = new double[CLASSES];
    double total = 0;
    for (double[] branch : branches) {
      for (int c = 0; c < CLASSES; c++) {
        before[c] += branch[c];
        total += branch[c];
      }
    }
    double gain = entropy(before);
    int large = 0;
    for (double[] branch : branches) {
      double weight = 0;
      for (double part : branch) {
        weight += part;
      }
      gain -= weight / total * entropy(branch);
      large += weight > total / 100 ? 1 : 0;
    }
    return large < 2 ? 0 : Math.max(0, gain);
  }

  private static double entropy(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double entropy = 0;
    for (double weight : weights) {
      if (weight > 0) {
        entropy -= weight / sum * StrictMath.log(weight / sum) / StrictMath.log(2);
      }
    }
    return entropy;
  }

  private static List<Lesson> known(List<Lesson> lessons, int c, int a) {
    return lessons.stream().filter(x -> x.label() == c && !Double.isNaN(x.values()[a])).toList();
  }

  private static double mean(List<Lesson> known, int a) {
    double weight = known.stream().mapToDouble(Lesson::weight).sum();
    return known.stream().mapToDouble(x -> x.weight() * x.values()[a]).sum() / weight;
  }

  private static double variance(List<Lesson> known, int a) {
    double weight = known.stream().mapToDouble(Lesson::weight).sum();
    double mean = mean(known, a);
    double square =
        known.stream().mapToDouble(x -> x.weight() * StrictMath.pow(x.values()[a] - mean, 2)).sum();
    return square / Math.max(weight - 1, weight / 2);
  }
}
