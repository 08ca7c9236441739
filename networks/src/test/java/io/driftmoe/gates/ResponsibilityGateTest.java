// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponsibilityGateTest {
  private static final int INPUTS = 6;
  private static final int SPECIALISTS = 3;

  private static ResponsibilityGate gate(int batchSize) {
    return ResponsibilityGate.create(
        new ResponsibilityGateFactory(List.of(16), 5e-3, batchSize), INPUTS, SPECIALISTS, 9);
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

  private static void train(ResponsibilityGate gate, SplitMix64 random, int events) {
    for (int i = 0; i < events; i++) {
      float[] inputs = inputs(random);
      gate.learn(inputs, responsible(inputs));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9})
  void learnsWhoIsResponsibleWhere(int batchSize) {
    ResponsibilityGate gate = gate(batchSize);
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
    assertThat(gate.steps()).isEqualTo(6_000 / batchSize);
  }

  @Test
  void inputsThatDoNotMatterFadeOut() {
    ResponsibilityGate gate = gate(4);
    for (int i = 0; i < INPUTS; i++) {
      assertThat(gate.gain(i)).isEqualTo(1);
    }
    train(gate, new SplitMix64(1), 6_000);
    assertThat(gate.gain(2)).isEqualTo(1);
    for (int i = 0; i < INPUTS; i++) {
      assertThat(gate.gain(i)).as("input %d", i).isBetween(0f, i == 2 ? 1f : 0.5f);
    }
  }

  @Test
  void learnsPartialResponsibilities() {
    ResponsibilityGate gate = gate(4);
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 4_000; i++) {
      gate.learn(inputs(random), new double[] {0.2, 0.3, 0.5});
    }
    double[] weights = new double[SPECIALISTS];
    gate.weigh(new float[INPUTS], weights);
    assertThat(weights).containsExactly(new double[] {0.2, 0.3, 0.5}, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 199, 200, 208, 402})
  void restoredContinuesBitForBit_alsoInTheMiddleOfABatch(int cut) throws IOException {
    ResponsibilityGate whole = gate(4);
    SplitMix64 random = new SplitMix64(3);
    train(whole, random, cut);
    byte[] bytes = bytes(whole);
    ByteArrayInputStream rest = new ByteArrayInputStream(bytes);
    ResponsibilityGate restored = restore(new DataInputStream(rest));
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
    ResponsibilityGate gate = gate(4);
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

  private static ResponsibilityGate restore(DataInputStream in) throws IOException {
    return ResponsibilityGate.restore(
        new ResponsibilityGateFactory(List.of(16), 5e-3, 4), INPUTS, SPECIALISTS, in);
  }

  private static byte[] bytes(ResponsibilityGate gate) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    gate.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
