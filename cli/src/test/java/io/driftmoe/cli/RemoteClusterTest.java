// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.rpc.AddressResolution;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteClusterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8081",
        "10.0.0.7:1",
        "flink.example.org:65535",
        "[::1]:8081",
        "[2001:db8::7]:8081",
        "[::ffff:10.0.0.7]:8081"
      })
  void address_isTaken_asItStandsInAUrl(String address) {
    assertThat(RemoteCluster.at(address).address()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8081", "[::1]:8081"})
  void clientOfFlink_hasTheAddressAsItStandsInAUrl(String address, @TempDir Path folder)
      throws Exception {
    Path jar = folder.resolve("job.jar");
    new JarOutputStream(Files.newOutputStream(jar)).close();

    ReadableConfig settings = RemoteCluster.at(address).environment(jar).getConfiguration();

    assertThat(
            HighAvailabilityServicesUtils.getWebMonitorAddress(
                Configuration.fromMap(settings.toMap()), AddressResolution.NO_ADDRESS_RESOLUTION))
        .isEqualTo("http://" + address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::1:8081",
        "[::1]",
        "[::1]8081",
        "[::1:8081",
        "::1]:8081",
        "[]:8081",
        "[localhost]:8081",
        "[10.0.0.7]:8081",
        "[1:2]:8081",
        "[:::1]:8081",
        "h:0",
        "h:65536",
        ":8081",
        "h:",
        "somewhere"
      })
  void anythingElse_isWrongUsage(String address) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> RemoteCluster.at(address))
        .withMessage("--target must be local or HOST:PORT, got '%s'".formatted(address));
  }
}
