// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.InputOrder;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

final class DemoPlanTest {

  /** Whoever starts a demo has set nothing that could be warned of. */
  @Test
  void topology_isMadeWithoutWarnings() {
    DemoPlan plan =
        new DemoPlan(
            () -> StreamCatalog.open("sea_a", 100, 1),
            Preset.ADAPTIVE,
            1,
            Map.of(),
            0,
            null,
            0,
            InputOrder.ARRIVAL,
            false,
            false,
            false,
            null,
            null);
    try (LogLines log = new LogLines();
        LabeledStream stream = StreamCatalog.open("sea_a", 100, 1)) {
      JobOptions options = plan.job(stream.schema(), "127.0.0.1:9092");
      plan.topology(options, 100).accept(StreamExecutionEnvironment.getExecutionEnvironment());

      assertThat(log.lines()).isEmpty();
    }
  }
}
