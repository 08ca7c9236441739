// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Contributions;
import io.driftmoe.core.Domain;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TreeAttributionProperties {
  private static final int CLASSES = 3;
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("x"),
              Attribute.numeric("y"),
              Attribute.nominal("color", List.of("red", "green", "blue")),
              Attribute.nominal("shape", List.of("round", "square")),
              Attribute.nominal("city", IntStream.range(0, 2_000).mapToObj(i -> "c" + i).toList()),
              Attribute.numeric("z"),
              Attribute.nominal("size", List.of("s", "m", "l", "xl"))),
          new LabelSpace(List.of("a", "b", "c")));
  private static final Domain DOMAIN = new Domain(SCHEMA);
  private static final LeafLayout LAYOUT = new LeafLayout(DOMAIN);
  private static final int ATTRIBUTES = SCHEMA.features();
  private static final int CITY = 4;

  @Property(tries = 1_000)
  @Label("Attribution equal to brute force on 1,000 random small trees")
  void attributionEqualsBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 14) int splits,
      @ForAll @DoubleRange(min = 0, max = 1) double said) {
    Random random = new Random(seed);
    TreeNodes nodes = tree(random, splits);
    double[] event = event(random);
    int label = random.nextInt(CLASSES);

    Contributions found = new Contributions(label, ATTRIBUTES);
    new TreeAttribution(nodes, LAYOUT).add(event, said, 1, found);

    BruteForce game = new BruteForce(nodes, event, said, label);
    assertThat(found.base()).isCloseTo(game.value(0, 0), within(1e-12));
    assertThat(found.attributes()).containsExactly(game.shapley(), within(1e-12));
    assertThat(found.unattributed()).isZero();
    assertThat(found.base() + Arrays.stream(found.attributes()).sum())
        .isCloseTo(said, within(1e-12));
  }

  /** All subsets, by the definition. */
  private record BruteForce(TreeNodes nodes, double[] event, double said, int label) {
    double[] shapley() {
      double[] shapley = new double[ATTRIBUTES];
      for (int set = 0; set < 1 << ATTRIBUTES; set++) {
        double without = value(0, set);
        int size = Integer.bitCount(set);
        for (int a = 0; a < ATTRIBUTES; a++) {
          if ((set & 1 << a) == 0) {
            double weight = factorial(size) * factorial(ATTRIBUTES - 1 - size);
            shapley[a] += weight / factorial(ATTRIBUTES) * (value(0, set | 1 << a) - without);
          }
        }
      }
      return shapley;
    }

    private static double factorial(int n) {
      return IntStream.rangeClosed(1, n).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    double value(int node, int set) {
      int a = nodes.attribute[node];
      boolean known = a >= 0 && (set & 1 << a) != 0;
      if (a < 0 || known && Double.isNaN(event[a])) {
        return node == nodes.find(event) ? said : share(nodes.counts[node]);
      }
      if (known) {
        return value(branch(node, event[a]), set);
      }
      double sum = 0;
      double weighed = 0;
      double plain = 0;
      int branches = nodes.branches(LAYOUT, node);
      for (int b = 0; b < branches; b++) {
        int child = nodes.firstChild[node] + b;
        double weight = weight(child);
        double value = value(child, set);
        sum += weight;
        weighed += weight * value;
        plain += value / branches;
      }
      return sum > 0 ? weighed / sum : plain;
    }

    private int branch(int node, double value) {
      int single = nodes.single(node);
      if (single >= 0) {
        return nodes.firstChild[node] + (value == single ? 0 : 1);
      }
      boolean nominal = SCHEMA.attributes().get(nodes.attribute[node]).isNominal();
      int branch = nominal ? (int) value : value <= nodes.threshold[node] ? 0 : 1;
      return nodes.firstChild[node] + branch;
    }

    private double weight(int node) {
      if (nodes.attribute[node] < 0) {
        return nodes.leaf[node].total;
      }
      return IntStream.range(0, nodes.branches(LAYOUT, node))
          .mapToDouble(b -> weight(nodes.firstChild[node] + b))
          .sum();
    }

    private double share(double[] counts) {
      double sum = Arrays.stream(counts).sum();
      return sum > 0 ? counts[label] / sum : 1.0 / CLASSES;
    }
  }

  private static TreeNodes tree(Random random, int splits) {
    TreeNodes nodes = new TreeNodes(true);
    nodes.add(leaf(random));
    for (int s = 0; s < splits; s++) {
      int node = random.nextInt(nodes.size);
      while (nodes.attribute[node] >= 0) {
        node = (node + 1) % nodes.size;
      }
      int a = random.nextInt(ATTRIBUTES);
      nodes.leaf[node] = null;
      nodes.attribute[node] = a;
      nodes.threshold[node] = LAYOUT.values[a] == 0 ? random.nextDouble() : Double.NaN;
      nodes.single(node, a == CITY ? random.nextInt(3) : -1);
      nodes.firstChild[node] = nodes.size;
      int branches = nodes.branches(LAYOUT, node);
      for (int b = 0; b < branches; b++) {
        nodes.add(leaf(random));
      }
    }
    return nodes;
  }

  /** Some without an example. */
  private static Leaf leaf(Random random) {
    double[] counts = new double[CLASSES];
    if (random.nextInt(5) > 0) {
      Arrays.setAll(counts, c -> random.nextInt(3) * random.nextDouble() * 100);
    }
    return new Leaf(counts, 0);
  }

  private static double[] event(Random random) {
    double[] event = new double[ATTRIBUTES];
    for (int a = 0; a < ATTRIBUTES; a++) {
      boolean missing = random.nextInt(8) == 0;
      int values = a == CITY ? 4 : LAYOUT.values[a];
      double value = values == 0 ? random.nextDouble() : random.nextInt(values);
      event[a] = missing ? Double.NaN : value;
    }
    return event;
  }

  @Test
  void citiesAreWide() {
    assertThat(DOMAIN.isWide(CITY)).isTrue();
  }

  @Property
  void quadratureIsExactForPolynomials(@ForAll @IntRange(min = 0, max = 200) int degree) {
    UnitQuadrature rule = UnitQuadrature.ofDegree(degree);
    double sum = 0;
    for (int q = 0; q < rule.nodes.length; q++) {
      assertThat(rule.nodes[q]).isStrictlyBetween(0.0, 1.0);
      assertThat(rule.weights[q]).isPositive();
      sum += rule.weights[q] * StrictMath.pow(rule.nodes[q], degree);
    }
    assertThat(sum).isCloseTo(1.0 / (degree + 1), within(1e-13));
  }

  /** A path of many attributes, where binomial coefficients leave the range of doubles. */
  @Test
  void longPathsLoseNothing() {
    int attributes = 300;
    StreamSchema wide =
        new StreamSchema(
            IntStream.range(0, attributes).mapToObj(a -> Attribute.numeric("x" + a)).toList(),
            new LabelSpace(List.of("a", "b")));
    LeafLayout layout = new LeafLayout(new Domain(wide));
    TreeNodes nodes = new TreeNodes(false);
    nodes.add(new Leaf(new double[] {1, 1}, 0));
    int end = 0;
    for (int a = 0; a < attributes; a++) {
      nodes.leaf[end] = null;
      nodes.attribute[end] = a;
      nodes.threshold[end] = 0;
      nodes.firstChild[end] = nodes.size;
      nodes.add(new Leaf(new double[] {a % 7, 3}, 0));
      nodes.add(new Leaf(new double[] {a % 5, 1}, 0));
      end = nodes.size - 1;
    }
    double[] event = new double[attributes];
    Arrays.fill(event, 1);
    Contributions found = new Contributions(0, attributes);
    new TreeAttribution(nodes, layout).add(event, 0.25, 1, found);
    assertThat(found.base() + Arrays.stream(found.attributes()).sum())
        .isCloseTo(0.25, within(1e-12));
    assertThat(found.attributes()).doesNotContain(Double.NaN);
  }
}
