// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {
  private static final String RECOVERY = "metadata.recovery.strategy";

  @Test
  void clientsOfAJob_doNotBootstrapAnew_unlessTheyAreToldTo() {
    assertThat(ClientProperties.ofJob(kafka(Map.of("acks", "all"))))
        .isEqualTo(Map.of("acks", "all", RECOVERY, "none"));
    assertThat(ClientProperties.ofJob(kafka(Map.of(RECOVERY, "rebootstrap"))))
        .isEqualTo(Map.of(RECOVERY, "rebootstrap"));
  }

  private static JobOptions.Kafka kafka(Map<String, String> properties) {
    return new JobOptions.Kafka(null, null, null, properties);
  }
}
