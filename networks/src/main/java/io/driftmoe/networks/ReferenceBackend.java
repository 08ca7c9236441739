// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reference: plain Java, network after network. */
public final class ReferenceBackend implements NetworkBackend {
  private final Map<List<Integer>, NetworkArithmetic> bySizes = new HashMap<>();

  @Override
  public String name() {
    return "java";
  }

  @Override
  public void forward(List<ForwardPass> passes) {
    Stack.checkPasses(passes);
    NetworkArithmetic backend = of(passes.get(0).network());
    for (ForwardPass p : passes) {
      backend.forward(p.network(), p.inputs(), p.dropout(), p.rows(), p.logits());
    }
  }

  @Override
  public void step(List<TrainingStep> steps) {
    Stack.checkSteps(steps);
    NetworkArithmetic backend = of(steps.get(0).network());
    for (TrainingStep s : steps) {
      backend.step(
          s.network(), s.loss(), s.inputs(), s.dropout(), s.targets(), s.rows(), s.learningRate());
    }
  }

  private NetworkArithmetic of(Mlp network) {
    return bySizes.computeIfAbsent(network.sizes(), sizes -> new NetworkArithmetic(network));
  }
}
