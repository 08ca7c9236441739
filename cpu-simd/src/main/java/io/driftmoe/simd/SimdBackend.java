// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.Stack;
import io.driftmoe.networks.TrainingStep;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The vector instructions of the processor, network after network. All results equal those of
 * {@link io.driftmoe.networks.ReferenceBackend}, whatever the width of a vector.
 */
final class SimdBackend implements NetworkBackend {
  /**
   * Columns that need every kind of tile and group of vectors. A back end must compute that many
   * first, some times: what C2 (JDK 17) compiles before it knows which branches of the vector
   * classes are ever taken exceeds its limits, and then every vector is an object, ten times slower
   * than plain Java.
   */
  static final int FIRST_WIDTH = 11 * Lanes.COUNT - 1;

  private final Map<List<Integer>, ShapeArithmetic> bySizes = new HashMap<>();

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public void forward(List<ForwardPass> passes) {
    Stack.checkPasses(passes);
    ShapeArithmetic arithmetic = of(passes.get(0).network());
    for (ForwardPass pass : passes) {
      arithmetic.forward(pass);
    }
  }

  @Override
  public void step(List<TrainingStep> steps) {
    Stack.checkSteps(steps);
    ShapeArithmetic arithmetic = of(steps.get(0).network());
    for (TrainingStep step : steps) {
      arithmetic.step(step);
    }
  }

  private ShapeArithmetic of(Mlp network) {
    ShapeArithmetic arithmetic = bySizes.get(network.sizes());
    if (arithmetic == null) {
      arithmetic = new ShapeArithmetic(network);
      bySizes.put(network.sizes(), arithmetic);
    }
    return arithmetic;
  }
}
