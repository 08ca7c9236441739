// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of each record stays what it is: the golden files are what readers have learned. */
class JsonRecordsTest {
  private static final RecordNames NAMES =
      new RecordNames(List.of("UP", "DOWN"), List.of("forest 0", "naive-bayes 1", "weather"));

  private final JsonRecordWriter writer = new JsonRecordWriter(NAMES);

  static Stream<SpecificRecord> records() {
    return Stream.of(
        Samples.featureEvent(),
        Samples.labelEvent(),
        Samples.predictionEvent(),
        Samples.driftEvent(),
        Samples.metricsEvent(),
        Samples.deadLetter(),
        Samples.explanation(),
        Samples.question(),
        Samples.controlEvent());
  }

  @ParameterizedTest
  @MethodSource("records")
  <T extends SpecificRecord> void write_sample_givesTheGoldenJson(T sample) throws Exception {
    String golden = golden(sample.getSchema().getName());
    @SuppressWarnings("unchecked")
    OutputCodec<T> codec = OutputCodec.of((Class<T>) sample.getClass());

    assertThat(new String(writer.write(sample), StandardCharsets.UTF_8)).isEqualTo(golden);
    assertThat(codec.decode(golden.getBytes(StandardCharsets.UTF_8))).isEqualTo(sample);
  }

  @Test
  void write_withoutNames_givesLists() throws Exception {
    JsonNode json = json(new JsonRecordWriter(RecordNames.NONE).write(Samples.predictionEvent()));
    assertThat(json.path("probabilities").toString()).isEqualTo("[0.75,0.25]");
    assertThat(json.path("gateWeights").toString()).isEqualTo("[0.5,0.3,0.2]");
  }

  /** A model of another time may have had more. */
  @Test
  void write_moreThanThereAreNames_namesTheRestByPosition() throws Exception {
    PredictionEvent prediction = Samples.predictionEvent();
    prediction.setGateWeights(List.of(0.5, 0.25, 0.125, 0.125));
    assertThat(json(writer.write(prediction)).path("gateWeights").toString())
        .isEqualTo("{\"forest 0\":0.5,\"naive-bayes 1\":0.25,\"weather\":0.125,\"3\":0.125}");
  }

  @Test
  void write_numbersThatAreNoJson_givesNull() throws Exception {
    MetricsEvent metrics = Samples.metricsEvent();
    metrics.setKappa(Double.NaN);
    metrics.setKappaM(Double.NEGATIVE_INFINITY);
    JsonNode json = json(writer.write(metrics));
    assertThat(json.path("kappa").isNull()).isTrue();
    assertThat(json.path("kappaM").isNull()).isTrue();
    assertThat(OutputCodec.of(MetricsEvent.class).decode(writer.write(metrics)).getKappa()).isNaN();
  }

  @Test
  void write_bytesOfADeadLetter_areTextOrBase64AsTheFlagSays() throws Exception {
    DeadLetter letter = Samples.deadLetter();
    letter.setKey(null);
    letter.setValue(ByteBuffer.wrap(new byte[] {(byte) 0xC3, 1, 0}));
    JsonNode json = json(writer.write(letter));
    assertThat(json.path("key").isNull()).isTrue();
    assertThat(json.path("keyBase64").booleanValue()).isFalse();
    assertThat(json.path("value").textValue()).isEqualTo("wwEA");
    assertThat(json.path("valueBase64").booleanValue()).isTrue();

    letter.setValue(ByteBuffer.wrap("{\"grün\":\n\u0000}".getBytes(StandardCharsets.UTF_8)));
    json = json(writer.write(letter));
    assertThat(json.path("value").textValue()).isEqualTo("{\"grün\":\n\u0000}");
    assertThat(json.path("valueBase64").booleanValue()).isFalse();
    assertThat(OutputCodec.of(DeadLetter.class).decode(writer.write(letter))).isEqualTo(letter);
  }

  @Test
  void write_halfACharacter_isWrittenAsAvroWritesIt() throws Exception {
    DriftEvent drift = Samples.driftEvent();
    drift.setDescription("a\uD800b😀");
    assertThat(json(writer.write(drift)).path("description").textValue()).isEqualTo("a?b😀");
    RecordNames broken = new RecordNames(List.of("x\uDC00", "y"), List.of());
    JsonNode json = json(new JsonRecordWriter(broken).write(Samples.predictionEvent()));
    assertThat(json.path("probabilities").toString()).isEqualTo("{\"x?\":0.75,\"y\":0.25}");
  }

  /** Readers of a later build pass over what it does not know, and fill in what is missing. */
  @Test
  void decode_anotherBuildsFields_readsTheRest() throws Exception {
    String json =
        "{\"new\":{\"a\":[1]},\"eventTime\":2,\"modelKey\":\"k\",\"eventId\":\"e\",\"modelVersion\":3,"
            + "\"kind\":\"RECOVERED\",\"detector\":\"adwin\",\"type\":\"DriftEvent\"}";
    DriftEvent drift =
        OutputCodec.of(DriftEvent.class).decode(json.getBytes(StandardCharsets.UTF_8));
    assertThat(drift.getKind()).isEqualTo(DriftKind.WARNING);
    assertThat(drift.getSinceVersion()).isEqualTo(-1);
    assertThat(drift.getExpertName()).isNull();
    assertThat(drift.getModelKey()).isEqualTo("k");
  }

  @Test
  void decode_whatIsNoSuchRecord_saysWhy() {
    refuses("{\"type\":\"DriftEvent\"}", "field modelKey is missing");
    refuses(goldenOf("LabelEvent"), "JSON of a 'LabelEvent', expected a DriftEvent");
    refuses("{}", "field modelKey is missing");
    refuses("{\"modelKey\":7}", "VALUE_NUMBER_INT stands where VALUE_STRING must be");
    refuses("{\"modelKey\":\"a\",\"modelKey\":\"b\"}", "Duplicate field");
    refuses("{\"modelKey\":", "Unexpected end-of-input");
    refuses("{\"sinceVersion\":NaN}", "NaN");
    refuses(goldenOf("DriftEvent") + "{}", "something follows the JSON of a DriftEvent");
    refuses(
        goldenOf("DriftEvent").replace("\"type\":\"DriftEvent\",", ""),
        "no JSON of a DriftEvent: it has no type");
  }

  private static void refuses(String json, String words) {
    assertThatThrownBy(
            () -> OutputCodec.of(DriftEvent.class).decode(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining(words);
  }

  private static JsonNode json(byte[] bytes) throws IOException {
    return new ObjectMapper().readTree(bytes);
  }

  private static String goldenOf(String name) {
    try {
      return golden(name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = JsonRecordsTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
