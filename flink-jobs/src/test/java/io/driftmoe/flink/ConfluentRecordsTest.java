// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfluentRecordsTest {
  private static final String V1 =
      """
      {"type": "record", "name": "Order", "namespace": "shop", "fields": [
        {"name": "order", "type": {"type": "record", "name": "Body", "fields": [
          {"name": "price", "type": "double"}]}}]}
      """;

  private static final String V2 =
      """
      {"type": "record", "name": "Order", "namespace": "shop", "fields": [
        {"name": "day", "type": ["null", "string"]},
        {"name": "order", "type": "shop.Body"}]}
      """;

  private static final String BODY =
      """
      {"type": "record", "name": "Body", "namespace": "shop", "fields": [
        {"name": "money", "type": "shop.Money"}, {"name": "price", "type": "shop.Money"}]}
      """;

  private static final String MONEY =
      """
      {"type": "fixed", "name": "Money", "namespace": "shop", "size": 2, "logicalType": "decimal",
       "precision": 4, "scale": 2}
      """;

  private final SmallRegistry registry = new SmallRegistry();

  @AfterEach
  void close() {
    registry.close();
  }

  private JobOptions options(String... keysAndValues) {
    Map<String, String> keys = new HashMap<>();
    keys.put("input.format", "avro-confluent");
    keys.put("input.registry", "{url: '%s'}".formatted(registry.url()));
    keys.put("input.event", "{label: class}");
    keys.put(
        "schema.attributes",
        "[{name: price, field: /order/price}, {name: day, values: [mon, tue]}]");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(keys);
  }

  private static byte[] price(double price) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(price).array();
  }

  @Test
  void schemasAreFoundByTheirIds_withWhatTheyReferTo_once() {
    int first = registry.add("orders-value", V1);
    registry.add("shop/Money x", MONEY);
    registry.add("body", BODY, "shop/Money x");
    int second = registry.add("orders-value", V2, "body", "shop/Money x");
    Decoding decoding = new Decoding(options());
    for (int i = 0; i < 3; i++) {
      assertThat(decoding.event(SmallRegistry.framed(first, price(1.5))).values())
          .isEqualTo(FeatureVector.of(1.5, Double.NaN));
      byte[] body = {2, 6, 't', 'u', 'e', 0, 0, 4, (byte) 210};
      assertThat(decoding.event(SmallRegistry.framed(second, body)).values())
          .isEqualTo(FeatureVector.of(12.34, 1));
    }
    assertThat(registry.asked)
        .hasSize(4)
        .contains("/apis/ccompat/v7/subjects/shop%2FMoney%20x/versions/1");
  }

  @Test
  void anUnknownId_aSchemaOfAnotherKindAndOtherBytes_areDeadLetters() {
    int protobuf = registry.add("p", "syntax = \"proto3\";");
    registry.type(protobuf, "PROTOBUF");
    int broken = registry.add("b", "{\"type\": \"recrd\"}");
    Decoding decoding = new Decoding(options());
    DeadLetterKind kind = DeadLetterKind.UNDECODABLE;
    for (int i = 0; i < 5; i++) {
      assertThat(decoding.refusal(kind, SmallRegistry.framed(77, price(1))))
          .isEqualTo("schema id 77 is not known to the registry");
    }
    assertThat(registry.asked).hasSize(3);
    assertThat(decoding.refusal(kind, SmallRegistry.framed(protobuf, price(1))))
        .isEqualTo("schema id 1 is of type 'PROTOBUF' in the registry, not AVRO");
    assertThat(decoding.refusal(kind, SmallRegistry.framed(broken, price(1))))
        .startsWith("schema id 2 is no Avro schema: ");
    assertThat(decoding.refusal(kind, "{\"a\": 1}"))
        .isEqualTo(
            "no Confluent wire format: a zero byte and a schema id of 4 bytes are expected, got 8"
                + " bytes whose first is 123");
    assertThat(decoding.refusal(kind, new byte[0])).startsWith("empty message");
    assertThat(decoding.refusal(kind, new byte[] {0, 0, 0, 1})).contains("no Confluent");
  }

  @Test
  void aKafkaKeyMayBeFramedToo() {
    int value = registry.add("orders-value", V1);
    int key = registry.add("orders-key", "\"string\"");
    int number = registry.add("numbers-key", "\"long\"");
    Decoding decoding = new Decoding(options());
    byte[] message = SmallRegistry.framed(value, price(1));
    assertThat(key(decoding, SmallRegistry.framed(key, new byte[] {4, 'a', 'b'}), message))
        .isEqualTo("ab");
    assertThat(key(decoding, SmallRegistry.framed(number, new byte[] {84}), message))
        .isEqualTo("42");
    assertThat(key(decoding, Decoding.utf8("plain"), message)).isEqualTo("plain");
    assertThat(
            Decoding.refusal(
                DeadLetterKind.INVALID,
                decoding.decode(false, message, message, Decoding.KAFKA_TIME)))
        .isEqualTo(
            "the Kafka key is a record, and input.event.model-key is not the path of a field");
  }

  private static String key(Decoding decoding, byte[] key, byte[] value) {
    SourceRecord record = Decoding.one(decoding.decode(false, key, value, Decoding.KAFKA_TIME));
    return ((SourceRecord.Keyed) record).modelKey();
  }

  @Test
  void credentialsAreSent_andNotShown() {
    int id = registry.add("orders-value", V1);
    registry.authorization = "Basic bWU6aGlkZGVuOng="; // me:hidden:x
    String user = "{url: '%s', properties: {basic.auth.user.info: '%s'}}";
    byte[] message = SmallRegistry.framed(id, price(1));
    Decoding right =
        new Decoding(options("input.registry", user.formatted(registry.url(), "me:hidden:x")));
    assertThat(right.event(message).values().get(0)).isEqualTo(1);
    Decoding wrong =
        new Decoding(options("input.registry", user.formatted(registry.url(), "me:other")));
    assertThatThrownBy(() -> wrong.event(message))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("answers 401: see input.registry.properties.basic.auth.user.info")
        .message()
        .doesNotContain("other");
    registry.authorization = "Bearer t0ken";
    Decoding bearer =
        new Decoding(
            options(
                "input.registry",
                "{url: '%s/', properties: {bearer.auth.token: t0ken}}".formatted(registry.url())));
    assertThat(bearer.event(message).values().get(0)).isEqualTo(1);
    assertThatThrownBy(
            () ->
                new Decoding(
                    options(
                        "input.registry",
                        user.formatted(registry.url(), "${env:NO_SUCH_VARIABLE}"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input.registry.properties.basic.auth.user.info: ${env:")
        .hasMessageContaining("no environment variable");
  }

  @Test
  void anAddressThatIsNoRegistrys_costsNoRecords() {
    registry.add("orders-value", V1);
    String url = registry.url().replace("/ccompat", "/other");
    Decoding decoding = new Decoding(options("input.registry", "{url: '%s'}".formatted(url)));
    assertThatThrownBy(() -> decoding.event(SmallRegistry.framed(1, price(1))))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("answers 404 to /schemas/ids/1, and is no registry of schemas");
  }

  /** A clock that goes on while somebody waits. */
  private static final class Waiting extends Clock implements RegistrySchemas.Pause {
    private Instant now = Instant.EPOCH;
    private final List<Long> pauses = new ArrayList<>();

    @Override
    public void millis(long millis) {
      pauses.add(millis);
      now = now.plusMillis(millis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private RegistrySchemas schemas(Waiting waiting) {
    return new RegistrySchemas(
        new RegistryClient(new RegistryHttp(options().input().registry())), waiting, waiting);
  }

  @Test
  void whatIsNotAnswered_isAskedAgain_andThenTheTaskFails() throws Exception {
    int id = registry.add("orders-value", V1);
    Waiting waiting = new Waiting();
    registry.faults.addAll(List.of(503, 429, 500, 408));
    assertThat(schemas(waiting).byId(id).getName()).isEqualTo("Order");
    assertThat(waiting.pauses).containsExactly(100L, 200L, 400L, 800L);

    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Waiting away = new Waiting();
    RegistryOptions nowhere = new RegistryOptions("http://localhost:" + port, Map.of());
    RegistrySchemas schemas =
        new RegistrySchemas(new RegistryClient(new RegistryHttp(nowhere)), away, away);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> schemas.byId(1))
        .withMessageStartingWith("input.registry: schema id 1 was not to be had for 30 s")
        .withMessageContaining("localhost:" + port);
    assertThat(Duration.between(Instant.EPOCH, away.now))
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
  }

  @Test
  void anIdThatIsRegisteredLater_isFoundAfterAMinute() throws Exception {
    Waiting waiting = new Waiting();
    RegistrySchemas schemas = schemas(waiting);
    assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> schemas.byId(1));
    int id = registry.add("orders-value", V1);
    assertThat(id).isEqualTo(1);
    assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> schemas.byId(1));
    waiting.now = waiting.now.plusSeconds(61);
    assertThat(schemas.byId(1).getName()).isEqualTo("Order");
    assertThat(registry.asked).hasSize(4);
  }

  @Test
  void anIdThatAServerLearnsAMomentLater_isNoDeadLetter() throws Exception {
    Waiting waiting = new Waiting();
    RegistrySchemas schemas =
        new RegistrySchemas(
            new RegistryClient(new RegistryHttp(options().input().registry())),
            waiting,
            millis -> registry.add("orders-value", V1));
    assertThat(schemas.byId(1).getName()).isEqualTo("Order");
  }

  @Test
  void whatARegistryRefusesForOneId_isADeadLetter() {
    int good = registry.add("orders-value", V1);
    Decoding decoding = new Decoding(options());
    DeadLetterKind kind = DeadLetterKind.UNDECODABLE;
    for (int id : new int[] {-1, 0, Integer.MIN_VALUE}) {
      assertThat(decoding.refusal(kind, SmallRegistry.framed(id, price(1))))
          .isEqualTo("schema id %s is none of a registry: they are greater than 0".formatted(id));
    }
    assertThat(registry.asked).isEmpty();
    int id = 100;
    for (int status : new int[] {400, 405, 406, 410, 422}) {
      registry.faults.add(status);
      assertThat(decoding.refusal(kind, SmallRegistry.framed(++id, price(1))))
          .isEqualTo(
              "schema id %s is refused by the registry, which answers %s".formatted(id, status));
    }
    registry.wordless = 400;
    registry.faults.add(400);
    assertThat(decoding.refusal(kind, SmallRegistry.framed(200, price(1)))).contains("answers 400");
    registry.oddAnswers.put(201, "{\"subject\": 1}");
    assertThat(decoding.refusal(kind, SmallRegistry.framed(201, price(1))))
        .isEqualTo("schema id 201 is no schema in the registry");
    registry.oddAnswers.put(202, "{\"schema\": \"%s\"}".formatted(" ".repeat(8 << 20)));
    assertThat(decoding.refusal(kind, SmallRegistry.framed(202, price(1))))
        .isEqualTo("schema id 202 has more than 8388608 bytes in the registry");
    assertThat(decoding.event(SmallRegistry.framed(good, price(1.5))).values().get(0))
        .isEqualTo(1.5);
  }

  @Test
  void whatIsNoRegistry_refusesEverything_andCostsNoRecords() {
    Decoding decoding = new Decoding(options());
    registry.wordless = 400;
    registry.faults.addAll(List.of(400, 400));
    assertThatThrownBy(() -> decoding.event(SmallRegistry.framed(1, price(1))))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("answers 400 to /schemas/ids/1, and is no registry of schemas");
  }

  @Test
  void referencesOfOddNamesAndVersions_areAskedForAsTheyAre_andAreDeadLetters() {
    Decoding decoding = new Decoding(options());
    DeadLetterKind kind = DeadLetterKind.UNDECODABLE;
    int version = registry.addReferring(V2, "body", "1 ?x=[/../%zz");
    assertThat(decoding.refusal(kind, SmallRegistry.framed(version, price(1))))
        .contains("subject 'body', version '1 ?x=[/../%zz', is not known");
    assertThat(registry.asked)
        .contains("/apis/ccompat/v7/subjects/body/versions/1%20%3Fx%3D%5B%2F..%2F%25zz");
    int subject = registry.addReferring(V2, "a\\b|{}\u00e9", 1);
    assertThat(decoding.refusal(kind, SmallRegistry.framed(subject, price(1))))
        .contains("version 1, is not known");
    int refused = registry.addReferring(V2, "body", -2);
    registry.faults.addAll(List.of(200, 422));
    assertThat(decoding.refusal(kind, SmallRegistry.framed(refused, price(1))))
        .isEqualTo("subject 'body', version '-2', is refused by the registry, which answers 422");
    int endless = registry.addReferring(V2, "x".repeat(100_000), 1);
    assertThat(decoding.refusal(kind, SmallRegistry.framed(endless, price(1))))
        .contains("too long")
        .hasSizeLessThan(500);
  }

  @Test
  void unknownIds_pushOutNoKnownOnes_andManyOfThemAreNotWaitedFor() throws Exception {
    Waiting waiting = new Waiting();
    List<Integer> asked = new ArrayList<>();
    int id = 1;
    RegistryClient client =
        new RegistryClient(new RegistryHttp(options().input().registry())) {
          @Override
          Schema schema(int of) throws RejectedException {
            asked.add(of);
            if (of != id) {
              throw RejectedException.unknownSchema("unknown");
            }
            return Schema.create(Schema.Type.STRING);
          }
        };
    RegistrySchemas schemas = new RegistrySchemas(client, waiting, waiting);
    schemas.byId(id);
    for (int unknown = 2; unknown <= 1_200; unknown++) {
      int one = unknown;
      assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> schemas.byId(one));
    }
    assertThat(waiting.pauses).hasSize(2 * 20);
    assertThat(asked).hasSize(1 + 3 * 20 + 1_179);
    schemas.byId(id);
    assertThat(asked).hasSize(1 + 3 * 20 + 1_179);
    waiting.now = waiting.now.plusSeconds(61);
    assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> schemas.byId(5_000));
    assertThat(waiting.pauses).hasSize(2 * 21);
  }

  @Test
  void ofManyIds_notAllAreKept() throws Exception {
    List<Integer> asked = new ArrayList<>();
    Schema any = Schema.create(Schema.Type.STRING);
    RegistryClient client =
        new RegistryClient(new RegistryHttp(options().input().registry())) {
          @Override
          Schema schema(int id) {
            asked.add(id);
            return any;
          }
        };
    RegistrySchemas schemas = new RegistrySchemas(client);
    for (int id = 1; id <= 1_100; id++) {
      schemas.byId(id);
    }
    schemas.byId(1_100);
    assertThat(asked).hasSize(1_100);
    schemas.byId(1);
    assertThat(asked).hasSize(1_101);
  }

  @Test
  void theKeyOfPropertiesThatAreWrong() {
    assertThatThrownBy(
            () ->
                new RegistryHttp(
                    new RegistryOptions(
                        "https://localhost:1",
                        Map.of("ssl.truststore.location", "/no/such/file.jks"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("input.registry.properties: ");
  }
}
