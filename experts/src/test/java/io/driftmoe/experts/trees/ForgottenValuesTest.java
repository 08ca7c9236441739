// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.OrdinaryRange;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A leaf that has forgotten wild values. */
final class ForgottenValuesTest {
  private static final int FORGOTTEN = 0;

  private final Domain domain = new Domain(MixedStream.SCHEMA);
  private final LeafLayout layout = new LeafLayout(domain);
  private final TreeInput input = new TreeInput(domain);
  private final Posterior posterior = new Posterior(layout);
  private final Leaf leaf = leaf();
  private final OrdinaryRange range = new OrdinaryRange();

  private Leaf leaf() {
    Leaf fresh = new Leaf(new double[layout.classes], 1);
    fresh.activate(1e9);
    return fresh;
  }

  private void learn(FeatureVector features, int label) {
    input.read(features);
    leaf.count(label, 1);
    leaf.observe(layout, input, label, 1, Long.MAX_VALUE);
    posterior.refresh(leaf, label);
  }

  private double[] votes(FeatureVector features) {
    input.read(features);
    double[] votes = new double[layout.classes];
    assertThat(posterior.votes(leaf, input, votes)).isNotNegative();
    double sum = Arrays.stream(votes).sum();
    return Arrays.stream(votes).map(vote -> vote / sum).toArray();
  }

  private FeatureVector withWild(LabeledExample example) {
    double[] values = values(example.features());
    values[layout.numeric[FORGOTTEN]] = -999;
    return FeatureVector.of(values);
  }

  private static double[] values(FeatureVector features) {
    double[] values = new double[features.size()];
    features.copyTo(values);
    return values;
  }

  private void forget(List<LabeledExample> ordinary) {
    for (LabeledExample example : ordinary) {
      double value = values(example.features())[layout.numeric[FORGOTTEN]];
      if (value == value) {
        range.observe(value);
      }
    }
    leaf.forgetWild(layout, FORGOTTEN, range);
    IntStream.range(0, layout.classes).forEach(c -> posterior.refresh(leaf, c));
  }

  /** A complete example takes a shorter way where nothing was missing; both say the same. */
  @Test
  void bothWaysToThePosteriorAgree() {
    List<LabeledExample> examples =
        MixedStream.of(4_000, 5).stream()
            .filter(e -> Arrays.stream(values(e.features())).noneMatch(Double::isNaN))
            .toList();
    assertThat(examples).hasSizeGreaterThan(500);
    examples.subList(0, 100).forEach(example -> learn(withWild(example), example.label()));
    forget(examples.subList(0, 100));
    for (LabeledExample example : examples.subList(100, 500)) {
      double[] shorter = votes(example.features());
      leaf.anyMissing = true;
      double[] longer = votes(example.features());
      leaf.anyMissing = false;
      assertThat(shorter).containsExactly(longer, within(1e-9));
      learn(example.features(), example.label());
    }
  }

  /** A class whose values were all wild can be predicted at once. */
  @Test
  void aClassThatHasForgottenStaysPossible() {
    List<LabeledExample> examples = MixedStream.of(400, 6);
    examples.forEach(e -> learn(e.label() == 0 ? withWild(e) : e.features(), e.label()));
    forget(examples);

    double[] votes = votes(FeatureVector.of(values(examples.get(0).features())));

    assertThat(leaf.missing).isNotNull();
    assertThat(votes[0]).isPositive();
  }

  /** One example may tell that the values of all columns have another unit. */
  @Test
  void anyNumberOfColumnsMayChangeAtOnce() {
    int columns = 300;
    StreamSchema schema =
        new StreamSchema(
            IntStream.range(0, columns).mapToObj(a -> Attribute.numeric("x" + a)).toList(),
            new LabelSpace(List.of("no", "yes")));
    Expert bayes = NaiveBayesFactory.defaults().create(schema, 1);
    Random random = new Random(4);
    double[] votes = new double[2];
    int correct = 0;
    for (int i = 0; i < 5_000; i++) {
      int label = random.nextInt(2);
      double unit = i < 1_000 ? 1_000 : 1;
      double[] values = random.doubles(columns, 0, unit).toArray();
      values[7] += label * unit;
      bayes.predict(FeatureVector.of(values), votes);
      correct += i >= 4_000 && votes[1] > votes[0] == (label == 1) ? 1 : 0;
      bayes.learn(FeatureVector.of(values), label, 1);
    }
    assertThat(correct).isGreaterThan(900);
  }

  @Test
  void aTreeGoesOnBitForBit() throws IOException {
    HoeffdingTreeFactory factory = HoeffdingTreeFactory.moa();
    Expert tree = factory.create(MixedStream.SCHEMA, 1);
    List<LabeledExample> examples = MixedStream.of(1_500, 7);
    for (int i = 0; i < 700; i++) {
      LabeledExample example = examples.get(i);
      tree.learn(i < 5 ? withWild(example) : example.features(), example.label(), 1);
    }
    byte[] saved = bytes(tree);
    Expert restored =
        factory.restore(MixedStream.SCHEMA, new DataInputStream(new ByteArrayInputStream(saved)));
    assertThat(bytes(restored)).isEqualTo(saved);

    double[] one = new double[layout.classes];
    double[] other = new double[layout.classes];
    for (LabeledExample example : examples.subList(700, 1_500)) {
      tree.predict(example.features(), one);
      restored.predict(example.features(), other);
      assertThat(other).isEqualTo(one);
      tree.learn(example.features(), example.label(), 1);
      restored.learn(example.features(), example.label(), 1);
    }
  }

  private static byte[] bytes(Expert expert) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    expert.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
