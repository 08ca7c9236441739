// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.schemas.JsonRecordWriter;
import io.driftmoe.schemas.RecordNames;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
  private final RecordJson json = new RecordJson();

  private JsonNode json(byte[] key, byte[] value) throws JsonProcessingException {
    String line = json.line(new ConsumerRecord<>("t", 3, 42, key, value));
    assertThat(line).doesNotContain("\n");
    return new ObjectMapper().readTree(line);
  }

  @Test
  void record_hasPlainValuesWhereAvroHasUnions() throws JsonProcessingException {
    FeatureEvent event =
        new FeatureEvent("default", "7", 1_000L, Arrays.asList(0.1, null, "red"), "UP", false);

    JsonNode node =
        json(
            "k".getBytes(StandardCharsets.UTF_8),
            SingleObjectCodec.of(FeatureEvent.class).encode(event));

    assertThat(node.path("topic").asText()).isEqualTo("t");
    assertThat(node.path("partition").asInt()).isEqualTo(3);
    assertThat(node.path("offset").asInt()).isEqualTo(42);
    assertThat(node.path("key").asText()).isEqualTo("k");
    assertThat(node.path("type").asText()).isEqualTo("FeatureEvent");
    assertThat(node.path("value").toString())
        .isEqualTo(
            "{\"type\":\"FeatureEvent\",\"modelKey\":\"default\",\"eventId\":\"7\","
                + "\"eventTime\":1000,\"features\":[0.1,null,\"red\"],\"label\":\"UP\",\"explain\":false}");
  }

  @Test
  void eventOfAnExpert_isShownInWords() throws JsonProcessingException {
    DriftEvent event =
        new DriftEvent(
            "default",
            "7",
            1_000L,
            8L,
            DriftKind.RETIRE,
            "expert",
            2,
            "weather",
            "starved: why",
            -1L,
            0.25,
            0.5,
            0.001,
            List.of("forest 0"),
            900L,
            "where wind high",
            -1L,
            "");

    JsonNode node = json(null, SingleObjectCodec.of(DriftEvent.class).encode(event));

    assertThat(node.path("value").toString())
        .isEqualTo(
            "{\"type\":\"DriftEvent\",\"modelKey\":\"default\",\"eventId\":\"7\","
                + "\"eventTime\":1000,\"modelVersion\":8,\"kind\":\"RETIRE\","
                + "\"detector\":\"expert\",\"expert\":2,\"expertName\":\"weather\","
                + "\"description\":\"starved: why\",\"sinceVersion\":-1,\"errorBefore\":0.25,"
                + "\"errorSince\":0.5,\"falseAlarmProbability\":0.001,"
                + "\"affectedExperts\":[\"forest 0\"],\"sinceTime\":900,"
                + "\"where\":\"where wind high\",\"models\":-1,"
                + "\"branch\":\"\"}");
  }

  @Test
  void recordsInsideOfOne_areObjects() throws JsonProcessingException {
    MetricsEvent event = new MetricsEvent();
    event.setBranches(List.of());
    event.setModelKey("default");
    event.setLosses(Map.of());
    event.setExpertShares(List.of());
    event.setExpertNames(List.of());
    event.setSpecialists(List.of(new SpecialistRegion("committee 4", "0.7", 0.5, "wind high")));
    event.setExplained(
        new ExplainedPrediction(
            "7", 1_000L, 8L, "UP", 0.75, List.of(new ExpertVote("forest 0", "UP", 0.75, 1.0))));

    JsonNode value =
        json(null, SingleObjectCodec.of(MetricsEvent.class).encode(event)).path("value");

    assertThat(value.path("specialists").toString())
        .isEqualTo(
            "[{\"expert\":\"committee 4\",\"specialist\":\"0.7\",\"weight\":0.5,"
                + "\"region\":\"wind high\"}]");
    assertThat(value.path("explained").toString())
        .isEqualTo(
            "{\"eventId\":\"7\",\"eventTime\":1000,\"modelVersion\":8,"
                + "\"predictedClass\":\"UP\",\"probability\":0.75,\"votes\":["
                + "{\"expert\":\"forest 0\",\"says\":\"UP\",\"probability\":0.75,"
                + "\"weight\":1.0}]}");
  }

  @Test
  void eventOfAFormerBuild_isRead() throws JsonProcessingException {
    // bytes of a DriftEvent before experts had kinds of their own: marker, fingerprint, body
    byte[] message =
        HexFormat.of().parseHex("c301f1b77e78b7b64c09" + "026b02370210020a616477696e0000");

    assertThat(json(null, message).path("value").path("kind").asText()).isEqualTo("DRIFT");
  }

  @Test
  void bytes_areTextWhenPrintable_elseBase64() throws JsonProcessingException {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setTopic("driftmoe.features")
            .setPartition(0)
            .setOffset(5)
            .setKind(DeadLetterKind.UNDECODABLE)
            .setReason("why")
            .setKey(ByteBuffer.wrap("schlüssel".getBytes(StandardCharsets.UTF_8)))
            .setValue(ByteBuffer.wrap(new byte[] {0, (byte) 0xFF}))
            .setTime(1)
            .setValueLength(1_048_400)
            .setValueSha256("0f".repeat(32))
            .build();

    JsonNode value =
        json(null, SingleObjectCodec.of(DeadLetter.class).encode(letter)).path("value");

    assertThat(value.path("key").asText()).isEqualTo("schlüssel");
    assertThat(value.path("keyBase64").booleanValue()).isFalse();
    assertThat(value.path("value").asText()).isEqualTo("AP8=");
    assertThat(value.path("valueBase64").booleanValue()).isTrue();
    assertThat(value.path("kind").asText()).isEqualTo("UNDECODABLE");
    assertThat(value.path("valueLength").asInt()).isEqualTo(1_048_400);
    assertThat(value.path("valueSha256").asText()).isEqualTo("0f".repeat(32));
    assertThat(value.path("keyLength").isNull()).isTrue();
  }

  /** What a job writes as JSON is not written anew, but its numbers and names stay as they are. */
  @Test
  void recordInJson_isTheValueAsItStands() throws JsonProcessingException {
    PredictionEvent event =
        new PredictionEvent(
            "default",
            "7",
            "UP",
            List.of(0.75, 0.25),
            List.of(1.0),
            8L,
            1_000L,
            -1L,
            List.of("UP"),
            false,
            0);
    byte[] value =
        new JsonRecordWriter(new RecordNames(List.of("UP", "DOWN"), List.of("weather")))
            .write(event);

    JsonNode node = json("k".getBytes(StandardCharsets.UTF_8), value);

    assertThat(node.path("type").asText()).isEqualTo("PredictionEvent");
    assertThat(node.path("value").toString())
        .isEqualTo(new String(value, StandardCharsets.UTF_8))
        .contains("\"gateWeights\":{\"weather\":1.0}");
    for (String foreign :
        List.of(
            "{\"type\":\"Order\"}",
            "{\"a\":1,\"type\":\"PredictionEvent\"}",
            "{\"type\":\"PredictionEvent\"",
            "{}",
            "{")) {
      node = json(null, foreign.getBytes(StandardCharsets.UTF_8));
      assertThat(node.path("value").asText()).isEqualTo(foreign);
      assertThat(node.path("type").isNull()).isTrue();
    }
  }

  @Test
  void foreignValue_isShownAsItIs() throws JsonProcessingException {
    assertThat(json(null, "hello".getBytes(StandardCharsets.UTF_8)).path("value").asText())
        .isEqualTo("hello");
    assertThat(json(null, null).path("value").isNull()).isTrue();
    assertThat(json(null, new byte[] {1, 2}).path("value").path("base64").asText())
        .isEqualTo("AQI=");
  }

  @Test
  void truncatedRecord_saysWhy() throws JsonProcessingException {
    byte[] whole =
        SingleObjectCodec.of(FeatureEvent.class)
            .encode(new FeatureEvent("m", "1", 0L, Arrays.asList(1.0, 2.0), null, false));

    JsonNode node = json(null, Arrays.copyOf(whole, whole.length - 3));

    assertThat(node.path("undecodable").asText()).contains("truncated");
    assertThat(node.path("value").path("base64").asText()).isNotEmpty();
  }
}
