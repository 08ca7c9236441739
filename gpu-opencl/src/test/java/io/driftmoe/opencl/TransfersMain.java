// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.networks.DeviceUse;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.TrainingStep;
import java.util.ArrayList;
import java.util.List;

/** Takes steps in a JVM of its own, whose Aparapi says what it does; see {@link TransfersTest}. */
final class TransfersMain {
  static final String BEGIN = "=== begin";
  static final String END = "=== end";

  private TransfersMain() {}

  public static void main(String[] args) throws Exception {
    int networks = Integer.parseInt(args[0]);
    List<TrainingStep> steps = new ArrayList<>();
    for (int r = 0; r < networks; r++) {
      Mlp network = Mlp.xavier(r, 7, 9, 2);
      steps.add(
          new TrainingStep(
              network, Loss.SOFTMAX, new float[5 * 7], null, new float[5 * 2], 5, 1e-3));
    }
    try (NetworkBackend backend = OpenClDevice.all().get(0).open()) {
      backend.step(steps);
      DeviceUse before = backend.used();
      System.err.println(BEGIN);
      backend.step(steps);
      System.err.println(END);
      DeviceUse used = backend.used().since(before);
      System.out.println(
          used.launches() + " " + used.bytesToDevice() + " " + used.bytesFromDevice());
    }
  }
}
