// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of docker-compose.yml and Dockerfile without an engine. */
class ComposeFileTest {
  private static final Set<String> ONE_SHOT =
      Set.of("checkpoints-owner", "topics", "job", "producer");
  private static final Pattern PINNED =
      Pattern.compile("\\$\\{DRIFTMOE_[A-Z]+_IMAGE:-[a-z/]+:v?\\d+\\.\\d+\\.\\d+(-[a-z0-9]+)?}");
  private static final String OURS = "${DRIFTMOE_IMAGE:-driftmoe:local}";

  private static final Map<String, Map<String, Object>> SERVICES = services();

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services() {
    Map<String, Object> file =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Checkout.read("docker-compose.yml"));
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  /** Of which a service, or none, has what is looked for. */
  private static Map<String, Object> each(String key) {
    Map<String, Object> found = new LinkedHashMap<>();
    SERVICES.forEach((name, service) -> found.put(name, service.get(key)));
    return found;
  }

  private static String property(String name) {
    Matcher matcher = Pattern.compile("<" + name + ">([^<]+)</").matcher(Checkout.read("pom.xml"));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  void images_areOursOrPinned() {
    assertThat(each("image").values())
        .allMatch(image -> image.equals(OURS) || PINNED.matcher((String) image).matches());
    assertThat(Checkout.read("Dockerfile").lines().filter(line -> line.startsWith("ARG ")))
        .hasSize(2)
        .allMatch(line -> line.matches("ARG [A-Z]+_IMAGE=[a-z-]+:\\d+\\.\\d+\\.\\d+.*"));
  }

  @Test
  void kafkaAndFlink_areThoseOfTheBuild() {
    assertThat(Images.inCompose("DRIFTMOE_KAFKA_IMAGE"))
        .isEqualTo("apache/kafka:" + property("kafka.version"));
    assertThat(Images.inCompose("DRIFTMOE_FLINK_IMAGE"))
        .isEqualTo("flink:" + property("flink.version") + "-java17");
    assertThat(Checkout.read("docker-compose.yml").split("flink:2", -1)).hasSize(3);
  }

  @Test
  void ports_areOnTheLoopbackAddressAlone() {
    assertThat(each("ports").values().stream().filter(ports -> ports != null))
        .hasSize(5)
        .allSatisfy(
            ports ->
                assertThat((List<?>) ports)
                    .allMatch(port -> ((String) port).startsWith("127.0.0.1:")));
    assertThat(SERVICES.values())
        .noneMatch(service -> "host".equals(service.get("network_mode")))
        .noneMatch(service -> service.containsKey("privileged"));
  }

  @Test
  void everyService_hasAMemoryLimit() {
    assertThat(each("mem_limit")).doesNotContainValue(null);
  }

  @Test
  void servicesThatStay_sayWhetherTheyAreWell_andAreStartedAgain() {
    SERVICES.forEach(
        (name, service) -> {
          boolean stays = !ONE_SHOT.contains(name);
          assertThat(service.get("restart")).as(name).isEqualTo(stays ? "unless-stopped" : null);
          assertThat(service.containsKey("healthcheck"))
              .as("%s; our image has a check of its own", name)
              .isEqualTo(stays && !service.get("image").equals(OURS));
        });
  }

  @Test
  void nothingNamesASecret() {
    assertThat(Checkout.read("docker-compose.yml").lines().map(line -> line.replaceAll("#.*", "")))
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).matches(".*(password|secret|token).*"));
  }

  @Test
  void image_runsAsAUserWithoutRights_andSaysWhetherItIsWell() {
    String file = Checkout.read("Dockerfile");

    assertThat(file).contains("\nUSER 9999:9999\n", "\nHEALTHCHECK ");
    assertThat(file.lastIndexOf("\nUSER ")).isGreaterThan(file.lastIndexOf("\nRUN "));
  }

  @Test
  void job_hasTheSchemaOfTheStreamThatIsSent() throws Exception {
    JobOptions job = JobOptions.parse(Checkout.read("docker/job.yaml"), Map.of());

    assertThat((String) SERVICES.get("producer").get("command")).contains("--stream led_a ");
    try (LabeledStream stream = StreamCatalog.open("led_a", 1, 1)) {
      assertThat(job.schema()).isEqualTo(JobOptions.Schema.of(stream.schema()));
    }
    assertThat(job.kafka().bootstrap()).isEqualTo("kafka:9092");
  }

  @Test
  void reporter_isThatOfTheManual() {
    Map<?, ?> environment = (Map<?, ?>) SERVICES.get("taskmanager").get("environment");
    Set<String> properties =
        ((String) environment.get("FLINK_PROPERTIES")).lines().collect(Collectors.toSet());

    assertThat(properties)
        .containsAll(
            Checkout.read("monitoring/flink/config.yaml")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.contains(".port:"))
                .toList())
        .contains("metrics.reporter.prom.port: 9249");
  }

  @Test
  void prometheus_hasTheRulesAndTheScrapeJobOfTheManual() {
    assertThat(Checkout.read("docker/prometheus.yml").lines())
        .containsAll(
            Checkout.read("monitoring/prometheus/prometheus.yml")
                .lines()
                .filter(line -> line.contains("rules/") || line.contains("job_name:"))
                .filter(line -> !line.startsWith("#"))
                .toList());
  }
}
