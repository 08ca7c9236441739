// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some networks of one shape and what they learn, all drawn from a seed: the same each time it is
 * asked for.
 *
 * @param sizes inputs, hidden layers, outputs
 * @param rows events of each mini-batch
 * @param stack networks
 * @param loss they make smaller
 * @param dropout whether units of the first hidden layer are dropped, one in five
 * @param seed of parameters and data
 */
record NetworkCase(
    List<Integer> sizes, int rows, int stack, Loss loss, boolean dropout, long seed) {

  private static final int MOST_PARAMETERS = 150_000;
  private static final int[] AWKWARD = {1, 3, 17, 255, 257};
  private static final double DROPOUT_RATE = 0.2;
  private static final double LEARNING_RATE = 2e-3; // that of the presets

  /**
   * This case, its largest sizes replaced by smaller awkward ones until a step costs no more.
   *
   * @param work rows, summed over the stack, times parameters
   */
  NetworkCase within(long work) {
    NetworkCase fitting = this;
    while (fitting.parameters() > MOST_PARAMETERS
        || fitting.parameters() * rowsOf(fitting) > work) {
      fitting = fitting.smaller();
    }
    return fitting;
  }

  private static long rowsOf(NetworkCase c) {
    return (long) c.rows * c.stack;
  }

  private long parameters() {
    return IntStream.range(1, sizes.size())
        .mapToLong(l -> (sizes.get(l - 1) + 1L) * sizes.get(l))
        .sum();
  }

  private NetworkCase smaller() {
    int widest = Collections.max(sizes);
    if (rows >= widest && parameters() <= MOST_PARAMETERS) {
      return new NetworkCase(sizes, smaller(rows), stack, loss, dropout, seed);
    }
    List<Integer> narrower = new ArrayList<>(sizes);
    narrower.set(sizes.indexOf(widest), smaller(widest));
    return new NetworkCase(narrower, rows, stack, loss, dropout, seed);
  }

  private static int smaller(int size) {
    int largest = 1;
    for (int awkward : AWKWARD) {
      largest = awkward < size ? awkward : largest;
    }
    return largest;
  }

  /** The networks, the one at i after i steps: what corrects Adam's bias differs in a stack. */
  List<Mlp> networks() {
    List<Mlp> networks = new ArrayList<>();
    for (int i = 0; i < stack; i++) {
      Mlp network =
          Mlp.xavier(
              SplitMix64.derive(seed, i), sizes.stream().mapToInt(Integer::intValue).toArray());
      NetworkArithmetic backend = new NetworkArithmetic(network);
      TrainingStep step = step(network, i, -1);
      for (int s = 0; s < i; s++) {
        backend.step(
            network, loss, step.inputs(), step.dropout(), step.targets(), rows, LEARNING_RATE);
      }
      networks.add(network);
    }
    return networks;
  }

  /** A step of the network at i on one of its mini-batches. */
  TrainingStep step(Mlp network, int i, int batch) {
    SplitMix64 random = new SplitMix64(SplitMix64.derive(SplitMix64.derive(~seed, i), batch));
    float[] inputs = new float[rows * network.inputs()];
    for (int at = 0; at < inputs.length; at++) {
      inputs[at] = random.nextDouble() < 0.2 ? 0 : 4 * random.nextFloat() - 2;
    }
    float[] multipliers = dropout ? new float[rows * network.size(1)] : null;
    for (int at = 0; dropout && at < multipliers.length; at++) {
      multipliers[at] = random.nextDouble() < DROPOUT_RATE ? 0 : (float) (1 / (1 - DROPOUT_RATE));
    }
    float[] targets = new float[rows * network.outputs()];
    for (int at = 0; at < targets.length; at++) {
      targets[at] = target(random, at % network.outputs() == 0);
    }
    return new TrainingStep(network, loss, inputs, multipliers, targets, rows, LEARNING_RATE);
  }

  private float target(SplitMix64 random, boolean firstOfRow) {
    float draw = random.nextFloat();
    return switch (loss) {
      case BINARY -> draw < 0.3f ? 1 : 0;
      case SOFTMAX -> draw < 0.3f ? 3 * random.nextFloat() : 0;
      // at least one component took part and thought possible what happened
      case MIXTURE -> firstOfRow ? 0.1f + draw : draw < 0.2f ? Float.NaN : random.nextFloat();
    };
  }

  /** The logits of a step's network for its rows, as yet unknown. */
  ForwardPass pass(TrainingStep step) {
    return new ForwardPass(
        step.network(),
        step.inputs(),
        step.dropout(),
        rows,
        new float[rows * step.network().outputs()]);
  }
}
