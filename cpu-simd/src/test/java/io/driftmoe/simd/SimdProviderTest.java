// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimdProviderTest {

  /** Opens the back end in a JVM of its own and prints why there is none. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] args) {
      try (NetworkBackend backend = NetworkBackends.open(NetworkBackends.SIMD, null)) {
        System.out.println("opened " + backend.name());
      } catch (BackendUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "")
  void opensByName(String device) throws BackendUnavailableException {
    try (NetworkBackend backend = NetworkBackends.open(NetworkBackends.SIMD, device)) {
      assertThat(backend).isInstanceOf(SimdBackend.class);
    }
  }

  @Test
  void refusesADevice() {
    assertThatThrownBy(() -> NetworkBackends.open(NetworkBackends.SIMD, "NVIDIA"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("NVIDIA");
  }

  @Test
  void saysWhichFlagOfTheJvmIsMissing() throws IOException, InterruptedException {
    assertThat(open()).contains("start the JVM with --add-modules jdk.incubator.vector");
    assertThat(open("--add-modules", "jdk.incubator.vector")).contains("opened simd");
  }

  private static String open(String... options) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder command = new ProcessBuilder(java);
    command.command().addAll(List.of(options));
    command
        .command()
        .addAll(List.of("-cp", System.getProperty("java.class.path"), Opening.class.getName()));
    Process process = command.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
