// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.flink.InputOrder;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoPlanTest {

  /** Whoever starts a demo has set nothing that could be warned of. */
  @Test
  void topology_isMadeWithoutWarnings() {
    DemoPlan plan = plan(Map.of());
    try (LogLines log = new LogLines();
        LabeledStream stream = StreamCatalog.open("sea_a", 100, 1)) {
      JobOptions options = plan.job(stream.schema(), "127.0.0.1:9092");
      plan.topology(options, 100).accept(StreamExecutionEnvironment.getExecutionEnvironment());

      assertThat(log.lines()).isEmpty();
    }
  }

  private static DemoPlan plan(Map<String, String> overrides) {
    return new DemoPlan(
        () -> StreamCatalog.open("sea_a", 100, 1),
        Preset.ADAPTIVE,
        1,
        overrides,
        0,
        null,
        0,
        InputOrder.ARRIVAL,
        false,
        false,
        false,
        null,
        null);
  }

  @ParameterizedTest
  @CsvSource({
    "learner.fleet, a demo has one model key",
    "driftmoe.learner.fleet.type, a demo has one model key",
    "kafka.bootstrap, the demo starts a broker of its own"
  })
  void whatADemoHasOfItsOwnCannotBeSet(String key, String why) {
    try (LabeledStream stream = StreamCatalog.open("sea_a", 100, 1)) {
      assertThatThrownBy(() -> plan(Map.of(key, "prefix")).job(stream.schema(), "127.0.0.1:9092"))
          .isInstanceOf(UsageException.class)
          .hasMessage("-D" + key + ": " + why);
    }
  }
}
