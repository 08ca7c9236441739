// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkArithmetic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class NetworkGateTest {
  private static final FeatureVector X = FeatureVector.of(0.3, -1.5);

  private static final GateShape SHAPE =
      new GateShape(
          new StreamSchema(
              List.of(Attribute.numeric("x"), Attribute.numeric("y")),
              new LabelSpace(List.of("a", "b"))),
          3);

  private static NetworkConfig config(double dropout, int batch) {
    return new NetworkConfig(InputEncoding.RAW, List.of(16, 8), 2e-3, dropout, batch, 0.8);
  }

  private static NetworkGate create(NetworkConfig config, long seed) {
    return NetworkGate.create(config, Loss.BINARY, SHAPE, seed);
  }

  private static Outcome outcome(boolean... mask) {
    return new Outcome(
        mask,
        new double[mask.length],
        new double[mask.length],
        new boolean[] {true, true, true},
        2);
  }

  private static double[] weigh(Gate gate, FeatureVector features, long seed) {
    double[] weights = new double[3];
    gate.weigh(features, seed, weights);
    return weights;
  }

  @Test
  void descriptionIsTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(create(config(0, 4), 11).describe())
          .startsWith("network of 2 inputs (raw), hidden layers [16, 8], 3 experts")
          .endsWith("; 0 of 4 events wait");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void weightsAreTheSoftmaxOfLogitsOverTemperature() throws IOException {
    NetworkGate gate = create(config(0, 4), 11);
    // The same seed draws the same network.
    Mlp mlp = Mlp.xavier(11, 2, 16, 8, 3);
    float[] logits = new float[3];
    new NetworkArithmetic(mlp).forward(mlp, new float[] {0.3f, -1.5f}, null, 1, logits);
    double[] expected = new double[3];
    for (int e = 0; e < 3; e++) {
      expected[e] = Math.exp(logits[e] / 0.8);
    }
    double sum = Arrays.stream(expected).sum();

    double[] weights = new double[3];
    gate.weigh(X, 0, weights);
    for (int e = 0; e < 3; e++) {
      assertThat(weights[e]).isCloseTo(expected[e] / sum, within(1e-6));
    }
    assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void stepsWhenTheMiniBatchIsFull() {
    NetworkGate gate = create(config(0, 4), 1);
    double[] before = weigh(gate, X, 0);
    Outcome mask = outcome(true, false, true);
    for (int i = 1; i <= 3; i++) {
      assertThat(gate.learn(X, 0, mask)).isFalse();
      assertThat(gate.batched()).isEqualTo(i);
    }
    assertThat(weigh(gate, X, 0)).isEqualTo(before);
    assertThat(gate.learn(X, 0, mask)).isTrue();
    assertThat(gate.batched()).isZero();
    assertThat(gate.steps()).isOne();
    double[] after = weigh(gate, X, 0);
    assertThat(after[1]).isLessThan(before[1]);
  }

  @Test
  void withoutDropoutTheSeedOfAPredictionDoesNotMatter() {
    NetworkGate gate = create(config(0, 1), 1);
    assertThat(weigh(gate, X, 1)).isEqualTo(weigh(gate, X, 2));
  }

  @Test
  void dropoutActsWhilePredictingAndDependsOnTheSeedOnly() {
    NetworkGate gate = create(config(0.5, 1), 1);
    double[] first = weigh(gate, X, 1);
    assertThat(weigh(gate, X, 2)).isNotEqualTo(first);
    assertThat(weigh(gate, X, 1)).isEqualTo(first);
  }

  @Test
  void theStepUsesTheDropoutMaskOfThePrediction() {
    // A unit that was dropped gets no gradient, so its weights stay: only the right mask fits.
    Gate same = create(config(0.5, 1), 1);
    Gate other = create(config(0.5, 1), 1);
    Outcome mask = outcome(false, true, false);
    same.learn(X, 1, mask);
    other.learn(X, 2, mask);
    Gate again = create(config(0.5, 1), 1);
    again.learn(X, 1, mask);
    assertThat(weigh(again, X, 3)).isEqualTo(weigh(same, X, 3));
    assertThat(weigh(other, X, 3)).isNotEqualTo(weigh(same, X, 3));
  }

  @Test
  void aMissingValueIsZeroAndHugeValuesAreCut() {
    NetworkGate gate = create(config(0, 1), 1);
    assertThat(weigh(gate, FeatureVector.of(Double.NaN, 1), 0))
        .isEqualTo(weigh(gate, FeatureVector.of(0, 1), 0));
    double[] cut = weigh(gate, FeatureVector.of(Double.MAX_VALUE, 1), 0);
    assertThat(cut).isEqualTo(weigh(gate, FeatureVector.of(1e12, 1), 0));
    assertThat(Arrays.stream(cut).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void refusesAMiniBatchThatDoesNotFit() throws IOException {
    NetworkGate gate = create(config(0, 4), 1);
    for (int i = 0; i < 3; i++) {
      gate.learn(X, 0, outcome(true, false, false));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    gate.writeSnapshot(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    assertThatThrownBy(() -> NetworkGate.restore(config(0, 2), Loss.BINARY, SHAPE, in))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds 3 events of a batch of 2");
  }
}
