// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.networks.BackendSelfTest;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import java.util.Locale;
import org.junit.jupiter.api.Test;

@NeedsOpenCl
final class OpenClProviderTest {

  @Test
  void opensADeviceByPartOfItsNameInAnyCase() throws Exception {
    String name = OpenClDevice.all().get(0).name();
    String part = name.substring(1).toUpperCase(Locale.ROOT);
    try (NetworkBackend backend = NetworkBackends.open("opencl", part)) {
      assertThat(backend.name()).isEqualTo("opencl " + name);
    }
  }

  @Test
  void saysWhichDevicesThereAreWhenNoneIsCalledSo() throws Exception {
    String name = OpenClDevice.all().get(0).name();
    assertThatThrownBy(() -> NetworkBackends.open("opencl", "Voodoo 2"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("network back end opencl")
        .hasMessageContaining("Voodoo 2")
        .hasMessageContaining(name);
  }

  @Test
  void aClosedBackEndRefusesWork() throws Exception {
    NetworkBackend backend = NetworkBackends.open("opencl", null);
    backend.close();
    backend.close();
    assertThatThrownBy(() -> BackendSelfTest.run(backend, 70))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
