// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import com.aparapi.device.OpenCLDevice;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How calls become launches. */
@NeedsOpenCl
final class LaunchesTest {
  private static final int NETWORKS = 7;

  @Test
  void aStackIsOneLaunchAndOneThatIsTooLargeIsSeveralWithTheSameResult() throws Exception {
    OpenCLDevice device = OpenClDevice.all().get(0).aparapi();
    List<TrainingStep> together = steps();
    List<TrainingStep> divided = steps();
    // a state has 3 * 23 values, so 3 of them fit
    try (OpenClBackend one = open(device, 1 << 20);
        OpenClBackend several = open(device, 3 * 3 * 23 * Float.BYTES)) {
      for (int s = 0; s < 3; s++) {
        one.step(together);
        several.step(divided);
      }
      assertThat(one.used().launches()).isEqualTo(3);
      assertThat(several.used().launches()).isEqualTo(3 * 3);
      assertThat(one.used().kernels()).isEqualTo(3 * 3 * 2);
      for (int r = 0; r < NETWORKS; r++) {
        Mlp expected = together.get(r).network();
        Mlp found = divided.get(r).network();
        assertThat(found.steps()).isEqualTo(3);
        assertThat(found.parameters()).isEqualTo(expected.parameters());
        assertThat(found.firstMoments()).isEqualTo(expected.firstMoments());
        assertThat(found.secondMoments()).isEqualTo(expected.secondMoments());
      }
    }
    // 23 parameters and 4 logits
    try (OpenClBackend one = open(device, 1 << 20);
        OpenClBackend several = open(device, 3 * 27 * Float.BYTES)) {
      assertThat(logits(several, divided)).isDeepEqualTo(logits(one, together));
      assertThat(one.used().launches()).isEqualTo(1);
      assertThat(several.used().launches()).isEqualTo(3);
    }
  }

  private static OpenClBackend open(OpenCLDevice device, long mostBytes) throws Exception {
    NetworkKernel kernel = new NetworkKernel(device);
    kernel.compile(device);
    return new OpenClBackend(device, kernel, mostBytes);
  }

  private static List<TrainingStep> steps() {
    List<TrainingStep> steps = new ArrayList<>();
    for (int r = 0; r < NETWORKS; r++) {
      float[] inputs = new float[4 * 2];
      float[] targets = new float[2 * 3];
      Arrays.fill(inputs, r + 1);
      Arrays.fill(targets, 0.5f);
      Mlp network = Mlp.xavier(r, 4, 3, 2);
      steps.add(new TrainingStep(network, Loss.SOFTMAX, inputs, null, targets, 2, 1e-2));
    }
    return steps;
  }

  private static float[][] logits(OpenClBackend backend, List<TrainingStep> steps) {
    List<ForwardPass> passes =
        steps.stream()
            .map(s -> new ForwardPass(s.network(), s.inputs(), null, s.rows(), new float[2 * 2]))
            .toList();
    backend.forward(passes);
    return passes.stream().map(ForwardPass::logits).toArray(float[][]::new);
  }
}
