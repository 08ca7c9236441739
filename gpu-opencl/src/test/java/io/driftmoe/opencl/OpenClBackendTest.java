// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackendContract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every back end must do, on the first OpenCL device. */
@NeedsOpenCl
final class OpenClBackendTest extends NetworkBackendContract {
  private static NetworkBackend backend;

  /** PoCL on two cores does some 3 GFLOP/s, and a tile counts in full however little is in it. */
  @Override
  protected long mostWork() {
    return 400_000;
  }

  @Override
  protected synchronized NetworkBackend backend() {
    if (backend == null) {
      try {
        backend = new OpenClProvider().open(null);
      } catch (BackendUnavailableException e) {
        throw new AssertionError(e.getMessage(), e);
      }
    }
    return backend;
  }

  /** More than the contract asks: rounding is made to be the same, which PoCL shows. */
  @ParameterizedTest
  @EnumSource
  void onPoClAllBitsAreThoseOfPlainJava(Loss loss) throws BackendUnavailableException {
    assumeThat(OpenClDevice.all().get(0).platform()).isEqualTo("Portable Computing Language");
    assertBitsOfTheReference(loss);
  }
}
