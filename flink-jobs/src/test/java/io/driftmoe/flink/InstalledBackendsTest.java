// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackendProvider;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.opencl.NeedsOpenCl;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class InstalledBackendsTest {
  private static final NetworkShape SMALL =
      new NetworkShape(List.of(3, 8, 4), Loss.MIXTURE, 4, false);

  @Test
  void whatIsNamedIsChosenUnmeasured() {
    assertThat(choose("simd", List.of(SMALL))).isEqualTo(BackendChoice.SIMD);
    assertThat(choose("opencl", List.of(SMALL))).isEqualTo(BackendChoice.OPENCL);
  }

  @Test
  void autoChoosesSomethingThatOpens() throws Exception {
    BackendChoice chosen = choose("auto", List.of(SMALL));

    assertThat(chosen).isNotEqualTo(BackendChoice.AUTO);
    try (NetworkBackend backend = InstalledBackends.INSTANCE.open(chosen, null, List.of(SMALL))) {
      assertThat(backend.name()).startsWith(chosen.name().toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void withoutNetworksThereIsNothingToMeasure() {
    assertThat(choose("auto", List.of())).isEqualTo(BackendChoice.JAVA);
  }

  @Test
  @NeedsOpenCl
  void aRouterThatIsTooLargeForTheDeviceIsRefusedAtStart() {
    // 2^31 bytes of activations and their gradients
    NetworkShape large = new NetworkShape(List.of(1, 1 << 10, 1), Loss.BINARY, 1 << 18, false);
    assertThatThrownBy(
            () -> InstalledBackends.INSTANCE.open(BackendChoice.OPENCL, null, List.of(large)))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("cannot take steps of 1-1024-1 x 262144, binary");
  }

  @Test
  void everyBackEndOnTheClassPathCanBeChosen_andGathersWhereItsProviderDoes() {
    List<NetworkBackendProvider> providers =
        ServiceLoader.load(NetworkBackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    assertThat(providers)
        .isNotEmpty()
        .allSatisfy(
            provider ->
                assertThat(
                        BackendChoice.valueOf(provider.name().toUpperCase(Locale.ROOT)).mayGather())
                    .isEqualTo(provider.gathers()));
  }

  private static BackendChoice choose(String backend, List<NetworkShape> shapes) {
    JobOptions.Router options = Events.options(Map.of("router.backend", backend)).router();
    return InstalledBackends.INSTANCE.choose(options, shapes, 1).choice();
  }
}
