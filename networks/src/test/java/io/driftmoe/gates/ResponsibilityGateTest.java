// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponsibilityGateTest {
  private static final int INPUTS = 6;
  private static final int SPECIALISTS = 3;

  private static final StreamSchema SCHEMA =
      new StreamSchema(
          IntStream.range(0, INPUTS).mapToObj(i -> Attribute.numeric("x" + i)).toList(),
          new LabelSpace(List.of("a", "b")));
  private static final boolean[] ALL = {true, true, true};
  private static final FeatureVector UNUSED = FeatureVector.of(new double[INPUTS]);

  /** A gate and the inputs that its owner encodes for it. */
  private record Given(ResponsibilityGate gate, float[] inputs) {

    void weigh(float[] values, double[] weights) {
      System.arraycopy(values, 0, inputs, 0, INPUTS);
      gate.weigh(UNUSED, 0, weights);
    }

    void learn(float[] values, double[] responsibilities) {
      System.arraycopy(values, 0, inputs, 0, INPUTS);
      gate.learn(
          UNUSED,
          0,
          new Outcome(new boolean[SPECIALISTS], new double[SPECIALISTS], responsibilities, ALL, 2));
    }

    float gain(int i) {
      return gate.gain(i);
    }
  }

  private static Given gate(int batchSize) {
    float[] inputs = new float[INPUTS];
    return new Given(
        ResponsibilityGate.create(
            new ResponsibilityGateFactory(List.of(16), 5e-3, batchSize), shape(inputs), 9),
        inputs);
  }

  private static GateShape shape(float[] inputs) {
    return new GateShape(SCHEMA, SPECIALISTS, new GivenInputs(inputs));
  }

  /** Inputs of unit variance; the sign of the third decides between the first two specialists. */
  private static float[] inputs(SplitMix64 random) {
    float[] inputs = new float[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      inputs[i] = (float) (Math.sqrt(12) * (random.nextDouble() - 0.5));
    }
    return inputs;
  }

  private static double[] responsible(float[] inputs) {
    return inputs[2] > 0 ? new double[] {1, 0, 0} : new double[] {0, 1, 0};
  }

  private static void train(Given gate, SplitMix64 random, int events) {
    for (int i = 0; i < events; i++) {
      float[] inputs = inputs(random);
      gate.learn(inputs, responsible(inputs));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9})
  void learnsWhoIsResponsibleWhere(int batchSize) {
    Given gate = gate(batchSize);
    SplitMix64 random = new SplitMix64(1);
    train(gate, random, 6_000);
    double[] weights = new double[SPECIALISTS];
    double mass = 0;
    for (int i = 0; i < 500; i++) {
      float[] inputs = inputs(random);
      gate.weigh(inputs, weights);
      assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-12));
      mass += weights[inputs[2] > 0 ? 0 : 1];
    }
    assertThat(mass / 500).isGreaterThan(0.95);
    assertThat(gate.gate().describe())
        .isEqualTo("gate of [16] hidden units after " + 6_000 / batchSize + " Adam steps");
  }

  @Test
  void inputsThatDoNotMatterFadeOut() {
    Given gate = gate(4);
    for (int i = 0; i < INPUTS; i++) {
      assertThat(gate.gain(i)).isEqualTo(1);
    }
    train(gate, new SplitMix64(1), 6_000);
    assertThat(gate.gain(2)).isEqualTo(1);
    for (int i = 0; i < INPUTS; i++) {
      assertThat(gate.gain(i)).as("input %s", i).isBetween(0f, i == 2 ? 1f : 0.5f);
    }
  }

  @Test
  void learnsPartialResponsibilities() {
    Given gate = gate(4);
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 4_000; i++) {
      gate.learn(inputs(random), new double[] {0.2, 0.3, 0.5});
    }
    double[] weights = new double[SPECIALISTS];
    gate.weigh(new float[INPUTS], weights);
    assertThat(weights).containsExactly(new double[] {0.2, 0.3, 0.5}, within(0.05));
  }

  @Test
  void anExpertThatWasNotHeardKeepsItsWeight() {
    Given gate = gate(1);
    float[] inputs = new float[INPUTS];
    for (int i = 0; i < 500; i++) {
      gate.learn(inputs, new double[] {0.2, 0.3, 0.5});
    }
    boolean[] heard = {true, false, true};
    for (int i = 0; i < 500; i++) {
      Outcome outcome =
          new Outcome(
              new boolean[SPECIALISTS],
              new double[] {0.9, Double.NaN, 0.1},
              new double[] {0.7, 0, 0.3},
              heard,
              2);
      gate.gate().learn(UNUSED, 0, outcome);
    }
    double[] weights = new double[SPECIALISTS];
    gate.weigh(inputs, weights);
    assertThat(weights).containsExactly(new double[] {0.49, 0.3, 0.21}, within(0.03));
  }

  @Test
  void whereNobodyWasHeardNoWeightMoves() {
    Given gate = gate(1);
    float[] inputs = new float[INPUTS];
    double[] before = new double[SPECIALISTS];
    gate.weigh(inputs, before);
    double[] none = new double[SPECIALISTS];
    for (int i = 0; i < 100; i++) {
      Outcome outcome =
          new Outcome(new boolean[SPECIALISTS], none, none, new boolean[SPECIALISTS], 2);
      gate.gate().learn(UNUSED, 0, outcome);
    }
    double[] after = new double[SPECIALISTS];
    gate.weigh(inputs, after);
    assertThat(after).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 199, 200, 208, 402})
  void restoredContinuesBitForBit_alsoInTheMiddleOfABatch(int cut) throws IOException {
    Given whole = gate(4);
    SplitMix64 random = new SplitMix64(3);
    train(whole, random, cut);
    byte[] bytes = bytes(whole);
    ByteArrayInputStream rest = new ByteArrayInputStream(bytes);
    Given restored = restore(new DataInputStream(rest));
    assertThat(rest.read()).isEqualTo(-1);
    assertThat(bytes(restored)).isEqualTo(bytes);
    double[] expected = new double[SPECIALISTS];
    double[] found = new double[SPECIALISTS];
    for (int i = 0; i < 400; i++) {
      float[] inputs = inputs(random);
      whole.weigh(inputs, expected);
      restored.weigh(inputs, found);
      assertThat(found).isEqualTo(expected);
      whole.learn(inputs, responsible(inputs));
      restored.learn(inputs, responsible(inputs));
    }
    assertThat(bytes(restored)).isEqualTo(bytes(whole));
  }

  @Test
  void brokenSnapshotsAreRejected() throws IOException {
    Given gate = gate(4);
    train(gate, new SplitMix64(3), 6);
    byte[] bytes = bytes(gate);
    List<Integer> lengths = new ArrayList<>();
    for (int length = 0; length < bytes.length; length += 13) {
      lengths.add(length);
    }
    assertThat(lengths)
        .allSatisfy(
            length -> {
              byte[] cut = Arrays.copyOf(bytes, length);
              assertThatThrownBy(() -> restore(new DataInputStream(new ByteArrayInputStream(cut))))
                  .isInstanceOf(IOException.class);
            });
    int behind = 4 * 4 * (INPUTS + SPECIALISTS) + 2 * 4; // rows, each after its length
    byte[] lying = bytes.clone();
    ByteBuffer.wrap(lying).putInt(bytes.length - behind - 4, 4);
    assertThatThrownBy(() -> restore(new DataInputStream(new ByteArrayInputStream(lying))))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds 4 events of a batch of 4");
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    assertThatThrownBy(() -> new ResponsibilityGateFactory(List.of(), 5e-3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hidden must name at least one layer, got []");
    assertThatThrownBy(() -> new ResponsibilityGateFactory(List.of(0), 5e-3, 4))
        .hasMessageStartingWith("hidden must");
    assertThatThrownBy(() -> new ResponsibilityGateFactory(List.of(8), 0, 4))
        .hasMessageStartingWith("learningRate must");
    assertThatThrownBy(() -> new ResponsibilityGateFactory(List.of(8), 5e-3, 0))
        .hasMessageStartingWith("batchSize must");
  }

  private static Given restore(DataInputStream in) throws IOException {
    float[] inputs = new float[INPUTS];
    return new Given(
        ResponsibilityGate.restore(
            new ResponsibilityGateFactory(List.of(16), 5e-3, 4), shape(inputs), in),
        inputs);
  }

  private static byte[] bytes(Given gate) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    gate.gate().writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
