// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas from a real registry: Apicurio's, which speaks the interface of Confluent's. */
@Tag("registry")
class RegistryIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LISTENS = Pattern.compile("Listening on: (http://\\S+)");
  private static final Path UNPACKED = Path.of("target", "registry");

  private static final String MONEY =
      "{\"type\":\"fixed\",\"name\":\"Money\",\"namespace\":\"shop\",\"size\":2,"
          + "\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2}";

  private static final String ORDER =
      "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":["
          + "{\"name\":\"price\",\"type\":\"shop.Money\"},"
          + "{\"name\":\"day\",\"type\":[\"null\",\"string\"]}]}";

  @TempDir static Path folder;
  private static Process registry;
  private static String address;

  @BeforeAll
  static void start() throws IOException {
    Path jar;
    try (Stream<Path> files = Files.list(UNPACKED)) {
      jar =
          files
              .filter(file -> file.toString().endsWith("-runner.jar"))
              .findFirst()
              .orElseThrow()
              .toAbsolutePath();
    }
    Path log = folder.resolve("log");
    registry =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                jar.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              assertThat(registry.isAlive()).isTrue();
              Matcher listens = LISTENS.matcher(Files.readString(log));
              address = listens.find() ? listens.group(1) : null;
              return address != null;
            });
  }

  @AfterAll
  static void stop() throws InterruptedException {
    registry.destroy();
    if (!registry.waitFor(20, TimeUnit.SECONDS)) {
      registry.destroyForcibly();
    }
  }

  private static String url() {
    return address + "/apis/ccompat/v7";
  }

  private static int register(String subject, String schema, String type, String... references)
      throws Exception {
    ObjectNode body = JSON.createObjectNode().put("schema", schema).put("schemaType", type);
    for (String reference : references) {
      body.withArray("references")
          .addObject()
          .put("name", "shop.Money")
          .put("subject", reference)
          .put("version", 1);
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("%s/subjects/%s/versions".formatted(url(), subject)))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("id").asInt();
  }

  private static Decoding decoding(String url) {
    return new Decoding(
        Events.options(
            Map.of(
                "input.format", "avro-confluent",
                "input.registry", "{url: '%s'}".formatted(url),
                "input.event", "{label: class}",
                "schema.attributes", "[{name: price}, {name: day, values: [mon, tue]}]")));
  }

  @Test
  void aSchemaThatRefersToAnother() throws Exception {
    register("shop%2Fmoney", MONEY, "AVRO");
    int id = register("orders-value", ORDER, "AVRO", "shop/money");
    byte[] message = SmallRegistry.framed(id, new byte[] {4, (byte) 210, 2, 6, 't', 'u', 'e'});
    assertThat(decoding(url()).event(message).values()).isEqualTo(FeatureVector.of(12.34, 1));
    assertThat(decoding(url() + "/").event(message).values().get(1)).isEqualTo(1);
  }

  @Test
  void whatItDoesNotKnow_andWhatIsNotAvro() throws Exception {
    Decoding decoding = decoding(url());
    byte[] unknown = SmallRegistry.framed(4_711, new byte[] {0});
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, unknown))
        .isEqualTo("schema id 4711 is not known to the registry");
    int json =
        register("json-value", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}", "JSON");
    assertThat(
            decoding.refusal(
                DeadLetterKind.UNDECODABLE, SmallRegistry.framed(json, new byte[] {0})))
        .isEqualTo("schema id %s is of type 'JSON' in the registry, not AVRO".formatted(json));
  }

  @Test
  void anAddressWithoutItsPath_costsNoRecords() throws Exception {
    int id = register("plain-value", MONEY, "AVRO");
    byte[] message = SmallRegistry.framed(id, new byte[] {4, (byte) 210});
    for (String url : List.of(address, address + "/apis/nothing")) {
      assertThatThrownBy(() -> decoding(url).event(message))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("is no registry of schemas");
    }
  }

  @Test
  void aRegistryThatIsAway_costsNoRecords() {
    RegistrySchemas schemas =
        new RegistrySchemas(
            new RegistryClient(
                new RegistryHttp(new RegistryOptions("http://127.0.0.1:1", Map.of()))),
            Clock.systemUTC(),
            millis -> {
              throw new InterruptedException();
            });
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> schemas.byId(1))
        .withMessageStartingWith("cancelled");
    assertThat(Thread.interrupted()).isTrue();
  }
}
