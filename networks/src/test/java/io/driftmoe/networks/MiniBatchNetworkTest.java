// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MiniBatchNetworkTest {
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 4;

  private final SharedArithmetic plain = new SharedArithmetic();

  private MiniBatchNetwork network(Loss loss, int batchSize, boolean drops) {
    return new MiniBatchNetwork(
        Mlp.xavier(5, INPUTS, 6, OUTPUTS), loss, batchSize, 2e-3, drops, plain);
  }

  /** Takes a step when it is waited for, and no sooner. */
  private static final class LateSteps implements StepQueue {
    private final List<TrainingStep> waiting = new ArrayList<>();
    private int taken;

    @Override
    public Ticket add(TrainingStep step) {
      waiting.add(step);
      return () -> {
        if (waiting.remove(step)) {
          new ReferenceBackend().step(List.of(step));
          taken++;
        }
      };
    }
  }

  private static void fillRow(MiniBatchNetwork network, SplitMix64 random) {
    for (int i = 0; i < INPUTS; i++) {
      network.inputs()[network.inputsAt() + i] = (float) random.nextDouble();
    }
    for (int i = 0; i < OUTPUTS; i++) {
      network.targets()[network.targetsAt() + i] = random.nextDouble() < 0.5 ? 1 : 0;
    }
    float[] dropout = network.dropout();
    for (int i = 0; dropout != null && i < 6; i++) {
      dropout[network.dropoutAt() + i] = random.nextDouble() < 0.5 ? 0 : 2;
    }
  }

  private static List<Float> run(MiniBatchNetwork network, int events) {
    SplitMix64 random = new SplitMix64(1);
    List<Float> all = new ArrayList<>();
    float[] asked = new float[INPUTS];
    for (int i = 0; i < events; i++) {
      asked[0] = (float) random.nextDouble();
      if (i % 5 != 0) { // sometimes it learns twice before it is asked
        for (float logit : network.forward(asked, null)) {
          all.add(logit);
        }
      }
      fillRow(network, random);
      network.add(1e-2 / (1 + i));
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void resultsDoNotDependOnWhatComputesNorWhen(Loss loss) throws IOException {
    for (int batchSize : new int[] {1, 3}) {
      for (boolean drops : new boolean[] {false, true}) {
        MiniBatchNetwork own = network(loss, batchSize, drops);
        List<Float> expected = run(own, 50);
        LateSteps late = new LateSteps();
        for (NetworkBackend backend : new NetworkBackend[] {null, new ReferenceBackend()}) {
          for (StepQueue queue : new StepQueue[] {null, late}) {
            MiniBatchNetwork other = network(loss, batchSize, drops);
            other.computeWith(backend, queue);
            assertThat(run(other, 50)).isEqualTo(expected);
            assertThat(bytes(other)).isEqualTo(bytes(own));
          }
        }
        assertThat(late.waiting).isEmpty();
        assertThat(late.taken).isEqualTo(2 * (50 / batchSize));
      }
    }
  }

  @Test
  void stepsThatAreUnderWayAreWaitedForBeforeTheQueueChanges() {
    MiniBatchNetwork network = network(Loss.SOFTMAX, 1, false);
    LateSteps late = new LateSteps();
    network.computeWith(null, late);
    run(network, 1);
    assertThat(late.waiting).hasSize(1);
    network.computeWith(null, null);
    assertThat(late.waiting).isEmpty();
    run(network, 1);
    assertThat(late.taken).isOne();
    assertThat(network.mlp().steps()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aStepComesWithTheLastRowOfABatch(int batchSize) {
    MiniBatchNetwork network = network(Loss.BINARY, batchSize, false);
    SplitMix64 random = new SplitMix64(2);
    for (int i = 1; i <= 10; i++) {
      fillRow(network, random);
      assertThat(network.add()).isEqualTo(i % batchSize == 0);
      assertThat(network.rows()).isEqualTo(i % batchSize);
      assertThat(network.gatheredInputs()).hasSize(network.rows() * INPUTS);
      assertThat(network.gatheredTargets()).hasSize(network.rows() * OUTPUTS);
      assertThat(network.mlp().steps()).isEqualTo(i / batchSize);
    }
  }

  @Test
  void saysTheShapeOfItsSteps() {
    assertThat(network(Loss.MIXTURE, 7, true).networkShapes())
        .containsExactly(new NetworkShape(List.of(INPUTS, 6, OUTPUTS), Loss.MIXTURE, 7, true));
    MiniBatchNetwork one = network(Loss.MIXTURE, 7, true);
    MiniBatchNetwork other = network(Loss.SOFTMAX, 7, true);
    assertThat(NetworkUser.shapesOf(List.of(one, "no network", one, other))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, 4})
  void refusesRowsThatDoNotFit(int rows) {
    byte[] bytes = ByteBuffer.allocate(4).putInt(rows).array();
    assertThatThrownBy(
            () ->
                network(Loss.BINARY, 3, false)
                    .readRows(new DataInputStream(new ByteArrayInputStream(bytes))))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds " + rows + " events of a batch of 3");
  }

  private static byte[] bytes(MiniBatchNetwork network) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    network.writeNetwork(out);
    out.writeInt(network.rows());
    for (float input : network.gatheredInputs()) {
      out.writeFloat(input);
    }
    return bytes.toByteArray();
  }

  /** Sizes below, at and above the eight, four and two columns that are summed up together. */
  @ParameterizedTest
  @ValueSource(strings = {"13-32-2", "5-9-7", "3-1", "1-8-5-1", "20-12-3-6-11", "40-64-4"})
  void rowByRowGivesTheBitsOfTheReference(String sizes) {
    int[] shape = Arrays.stream(sizes.split("-")).mapToInt(Integer::parseInt).toArray();
    for (Loss loss : Loss.values()) {
      for (int batchSize : new int[] {1, 2, 4, FewRows.MOST}) {
        compareWithReference(loss, batchSize, shape);
      }
    }
  }

  private void compareWithReference(Loss loss, int batchSize, int[] shape) {
    SplitMix64 random = new SplitMix64(shape.length + batchSize);
    Mlp mlp = Mlp.xavier(7, shape);
    Mlp expected = Mlp.xavier(7, shape);
    SharedArithmetic shared = new SharedArithmetic();
    MiniBatchNetwork network = new MiniBatchNetwork(mlp, loss, batchSize, 5e-3, false, shared);
    // another network of the same shape computes with the same scratch memory in between
    MiniBatchNetwork other =
        new MiniBatchNetwork(Mlp.xavier(8, shape), loss, 1, 5e-3, false, shared);
    NetworkArithmetic reference = new NetworkArithmetic(expected);
    float[] asked = new float[mlp.inputs()];
    float[] logits = new float[mlp.outputs()];
    for (int event = 0; event < 120; event++) {
      fill(asked, 0, asked.length, random);
      if (event % 4 != 0) { // sometimes it is not asked, sometimes about another event
        reference.forward(expected, asked, null, 1, logits);
        assertThat(network.forward(asked, null)).containsExactly(logits);
        assertThat(softmax(network, asked)).containsExactly(softmax(logits));
      }
      if (event % 7 == 0) {
        fill(asked, 0, asked.length, random);
      }
      System.arraycopy(asked, 0, network.inputs(), network.inputsAt(), asked.length);
      fillTargets(network, random);
      fill(other.inputs(), 0, asked.length, random);
      other.softmax(other.inputs(), new double[mlp.outputs()]);
      fillTargets(other, random);
      other.add();
      if (network.add()) {
        reference.step(expected, loss, network.inputs(), null, network.targets(), batchSize, 5e-3);
      }
      assertThat(mlp.parameters()).containsExactly(expected.parameters());
      assertThat(mlp.firstMoments()).containsExactly(expected.firstMoments());
      assertThat(mlp.secondMoments()).containsExactly(expected.secondMoments());
    }
  }

  private static void fill(float[] target, int at, int n, SplitMix64 random) {
    for (int i = at; i < at + n; i++) {
      target[i] = random.nextDouble() < 0.3 ? 0 : 2 * random.nextFloat() - 0.5f;
    }
  }

  /** Likelihoods, or labels, or weights of classes: never below 0. */
  private static void fillTargets(MiniBatchNetwork network, SplitMix64 random) {
    for (int o = 0; o < network.mlp().outputs(); o++) {
      network.targets()[network.targetsAt() + o] =
          random.nextDouble() < 0.3 ? 0 : random.nextFloat();
    }
  }

  private static double[] softmax(MiniBatchNetwork network, float[] asked) {
    double[] found = new double[network.mlp().outputs()];
    network.softmax(asked, found);
    return found;
  }

  private static double[] softmax(float[] logits) {
    double[] found = new double[logits.length];
    for (int o = 0; o < found.length; o++) {
      found[o] = logits[o];
    }
    Softmax.apply(found);
    return found;
  }
}
