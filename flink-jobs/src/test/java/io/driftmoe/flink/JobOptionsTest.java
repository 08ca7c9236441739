// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class JobOptionsTest {

  @Test
  void missingKeysHaveTheirDefaults() {
    JobOptions options = Events.options(Map.of());
    assertThat(options.topics().driftEvents()).isEqualTo("driftmoe.drift-events");
    assertThat(options.input().order()).isEqualTo(InputOrder.ARRIVAL);
    assertThat(options.labels().timeout()).isEqualTo(Duration.ofHours(1));
    assertThat(options.schema().toStreamSchema()).isEqualTo(Events.SCHEMA);
  }

  @Test
  void yamlRoundTrips() {
    JobOptions options =
        Events.options(
            Map.of(
                "input.order", "event-time",
                "schema.classes", "['1', 'yes']",
                "kafka.properties.security.protocol", "SSL",
                "job.checkpoint-interval", "1500 ms"));
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
    assertThat(options.kafka().properties()).containsEntry("security.protocol", "SSL");
    assertThat(options.schema().classes()).containsExactly("1", "yes");
  }

  @Test
  void errorsNameTheKey() {
    refused(Map.of("learner.preset", "fast"))
        .hasMessageContaining("learner")
        .hasMessageContaining("paper-data");
    refused(Map.of("learner.sede", "1")).hasMessageContaining("learner.sede");
    refused(Map.of("typo.key", "1")).hasMessageContaining("typo");
    refused(Map.of("plain", "1")).hasMessageContaining("plain");
    refused(Map.of("job.parallelism", "0"))
        .hasMessageContaining("parallelism must be positive, got 0");
    refused(Map.of("job.parallelism", "many")).hasMessageContaining("job.parallelism");
    refused(Map.of("job.parallelism", "256")).hasMessageContaining("exceeds max-parallelism 128");
    refused(Map.of("job.checkpoint-interval", "soon"))
        .hasMessageContaining("job.checkpoint-interval");
    refused(Map.of("job.transaction-timeout", "5 s")).hasMessageContaining("transaction-timeout");
    refused(Map.of("labels.timeout", "4000 d")).hasMessageContaining("timeout must be at most");
    refused(Map.of("labels.max-pending", "-1")).hasMessageContaining("max-pending");
    refused(Map.of("input.order", "random")).hasMessageContaining("input.order");
    refused(Map.of("topics.labels", "driftmoe.features"))
        .hasMessageContaining("topic names must differ");
    refused(Map.of("schema.classes", "[UP, UP]")).hasMessageContaining("'UP' twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse("learner: {seed: 3}", Map.of()))
        .withMessageContaining("schema");
    assertThatIllegalArgumentException().isThrownBy(() -> JobOptions.parse("learner: [", Map.of()));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      Map<String, String> overrides) {
    return assertThatThrownBy(() -> Events.options(overrides))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
