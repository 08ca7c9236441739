// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.flink.RegistryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
  private static final String URL = "http://localhost:8081";
  private static final String LOGIN = "input.registry.properties.basic.auth.user.info";

  @TempDir private Path folder;

  private Path config(String input) throws IOException {
    return Files.writeString(
        folder.resolve("job.yaml"),
        "kafka: {bootstrap: 'broker:9093', properties: {acks: all}}\ninput: " + input + "\n");
  }

  @Test
  void withoutAConfiguration_theLoginIsOfTheOverrides() {
    RegistryOptions expected =
        new RegistryOptions(URL, Map.of("basic.auth.user.info", "${env:LOGIN}"));
    assertThat(Connections.of(null, "b:1", URL, Map.of(LOGIN, "${env:LOGIN}")))
        .satisfies(found -> assertThat(found.registry()).isEqualTo(expected))
        .satisfies(found -> assertThat(found.kafka().bootstrap()).isEqualTo("b:1"));
    assertThat(
            Connections.of(
                    null,
                    null,
                    null,
                    Map.of(
                        "driftmoe.input.registry.url",
                        URL,
                        "driftmoe." + LOGIN,
                        "${env:LOGIN}",
                        "input.event.id",
                        "x"))
                .registry())
        .isEqualTo(expected);
    assertThat(Connections.of(null, null, null, Map.of("input.event.id", "x")).registry()).isNull();
  }

  @Test
  void aConfiguration_hasBrokerAndRegistry() throws IOException {
    Path config =
        config(
            "{format: json, nonsense: 1, registry: {url: '%s', properties: {bearer.auth.token: t}}}"
                .formatted(URL));
    RegistryOptions expected = new RegistryOptions(URL, Map.of("bearer.auth.token", "t"));

    Connections found = Connections.of(config, null, null, Map.of());
    assertThat(found.kafka().bootstrap()).isEqualTo("broker:9093");
    assertThat(found.kafka().properties()).containsOnly(Map.entry("acks", "all"));
    assertThat(found.registry()).isEqualTo(expected);
    assertThat(Connections.of(config, null, URL, Map.of()).registry()).isEqualTo(expected);
    assertThat(Connections.of(config("{order: arrival}"), null, null, Map.of()).registry())
        .isNull();
  }

  @Test
  void faultsNameTheirOption() throws IOException {
    assertThatThrownBy(() -> Connections.of(null, null, "nonsense", Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--registry: input.registry.url must be an address");
    assertThatThrownBy(() -> Connections.of(null, null, null, Map.of(LOGIN, "${env:LOGIN}")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("-D: input.registry.url is missing");
    Path config = config("{registry: {url: '%s', properties: {no: s3cr3t}}}".formatted(URL));
    assertThatThrownBy(() -> Connections.of(config, null, null, Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--config: input.registry.properties.'no' is not known")
        .hasMessageNotContaining("s3cr3t");
    assertThatThrownBy(() -> Connections.of(config, null, "http://other:8081", Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--registry and --config name different registries");
    assertThatThrownBy(() -> Connections.of(config, "b:1", null, Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--bootstrap and --config both name the broker");
  }
}
