// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.PredictionEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

/** Our producer, job and consumer in containers, and a broker that is started again meanwhile. */
@Tag("docker")
class BrokerRestartIT {
  private static final int EVENTS = 6_000;
  private static final String BOOTSTRAP = "-Dkafka.bootstrap=" + Containers.BOOTSTRAP;

  @BeforeAll
  static void build() throws Exception {
    Images.require();
  }

  @Test
  void everyEventIsPredictedOnce() {
    try (Containers containers = new Containers()) {
      containers.start();
      try (GenericContainer<?> job =
              containers.begin(
                  "job",
                  "--no-ui",
                  "--config",
                  Containers.CONFIG,
                  BOOTSTRAP,
                  "-Djob.state-dir=/var/lib/driftmoe",
                  "-Djob.checkpoint-interval=2s");
          GenericContainer<?> consumer =
              containers.begin(
                  "consume",
                  "--config",
                  Containers.CONFIG,
                  BOOTSTRAP,
                  "--topic=predictions",
                  "--follow",
                  "--max=" + EVENTS);
          GenericContainer<?> producer =
              containers.begin(
                  "produce",
                  "--config",
                  Containers.CONFIG,
                  BOOTSTRAP,
                  "--stream=led_a",
                  "--events=" + EVENTS,
                  "--label-delay=50",
                  "--rate=300")) {
        String fromOutside = containers.kafka().getBootstrapServers();
        await(90, "predictions")
            .ignoreExceptions()
            .until(() -> !predictions(fromOutside).isEmpty());
        assertThat(producer.isRunning()).as("the broker goes in the middle").isTrue();

        containers.restartBroker();

        await(120, "the producer to end").until(() -> !producer.isRunning());
        assertThat(exitCode(producer)).as(producer.getLogs()).isZero();
        await(120, "the consumer to have them all").until(() -> !consumer.isRunning());
        assertThat(exitCode(consumer)).as(consumer.getLogs()).isZero();
        assertThat(PredictionLines.ids(consumer.getLogs().lines().toList())).hasSize(EVENTS);
        assertThat(job.isRunning()).as(job.getLogs()).isTrue();
        List<String> all =
            containers.output(
                "consume", "--config", Containers.CONFIG, BOOTSTRAP, "--topic=predictions");
        assertThat(PredictionLines.ids(all))
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
      }
    }
  }

  private static ConditionFactory await(int seconds, String what) {
    return Awaitility.await(what)
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(500));
  }

  private static List<PredictionEvent> predictions(String bootstrap) throws Exception {
    return Records.of(bootstrap, "driftmoe.predictions", PredictionEvent.class);
  }

  private static Long exitCode(GenericContainer<?> ended) {
    return ended.getCurrentContainerInfo().getState().getExitCodeLong();
  }
}
