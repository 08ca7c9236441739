// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class SchemaEvolutionTest {

  @Test
  void decode_olderWriterWithoutFields_usesTheirDefaults() throws Exception {
    Schema older = schema("MetricsEvent-older");
    byte[] message = encode(older, common(older, Samples.metricsEvent()));

    SingleObjectCodec<MetricsEvent> codec =
        SingleObjectCodec.of(MetricsEvent.class).withWriterSchemas(older);
    MetricsEvent expected = Samples.metricsEvent();
    expected.setLateEvents(0);
    expected.setLosses(Map.of());
    expected.setLifecycleEvents(0);
    expected.setGateEntropy(-1);
    expected.setExpertShares(List.of());
    expected.setExpertNames(List.of());
    expected.setSpecialistEvaluations(-1);
    expected.setSpecialists(List.of());
    expected.setExplained(null);
    expected.setModelBytes(-1);
    expected.setFinalReport(false);
    expected.setCoverage(-1);
    expected.setSetSize(-1);
    expected.setEstimatedAccuracy(-1);
    expected.setEstimatedAccuracyError(-1);
    expected.setLabelsAsked(-1);
    expected.setCorrectedAccuracy(-1);
    expected.setCorrectedAccuracyError(-1);
    expected.setCorrectedWindowAccuracy(-1);
    expected.setBranches(List.of());
    expected.setFrozen(false);
    expected.setLoadLevel(0);
    assertThat(codec.decode(message)).isEqualTo(expected);
    assertThat(codec.decode(codec.encode(Samples.metricsEvent())))
        .isEqualTo(Samples.metricsEvent());
  }

  @Test
  void decode_newerWriterWithAddedFields_leavesThemOut() throws Exception {
    Schema newer = schema("FeatureEvent-newer");
    GenericRecord written = common(newer, Samples.featureEvent());
    written.put("weight", 2.5);
    written.put("source", "north");

    SingleObjectCodec<FeatureEvent> codec =
        SingleObjectCodec.of(FeatureEvent.class).withWriterSchemas(newer);
    assertThat(codec.decode(encode(newer, written))).isEqualTo(Samples.featureEvent());
  }

  @Test
  void decode_newerWriterWithUnknownKind_readsWarning() throws Exception {
    Schema newer = schema("DriftEvent-newer");
    GenericRecord written = common(newer, Samples.driftEvent());
    Schema kinds = newer.getField("kind").schema();
    written.put("kind", new GenericData.EnumSymbol(kinds, "RECOVERED"));
    GenericRecord known = common(newer, Samples.driftEvent());
    known.put("kind", new GenericData.EnumSymbol(kinds, "DRIFT"));

    SingleObjectCodec<DriftEvent> codec =
        SingleObjectCodec.of(DriftEvent.class).withWriterSchemas(newer);
    DriftEvent expected = Samples.driftEvent();
    expected.setExpertName(null);
    expected.setModels(-1);
    expected.setBranch("");
    assertThat(codec.decode(encode(newer, known))).isEqualTo(expected);
    expected.setKind(DriftKind.WARNING);
    assertThat(codec.decode(encode(newer, written))).isEqualTo(expected);
  }

  @Test
  void decode_writerNotRegistered_isRejected() throws Exception {
    Schema newer = schema("FeatureEvent-newer");
    GenericRecord written = common(newer, Samples.featureEvent());
    written.put("weight", 1.0);
    byte[] message = encode(newer, written);
    assertThatThrownBy(() -> SingleObjectCodec.of(FeatureEvent.class).decode(message))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("unknown schema fingerprint 0x");
  }

  @Test
  void withWriterSchemas_addsToTheEarlierOnes() throws Exception {
    Schema newer = schema("FeatureEvent-newer");
    Schema label = new LabelEvent().getSchema();
    GenericRecord written = common(newer, Samples.featureEvent());
    written.put("weight", 1.0);
    SingleObjectCodec<FeatureEvent> codec =
        SingleObjectCodec.of(FeatureEvent.class).withWriterSchemas(newer).withWriterSchemas();
    assertThat(codec.decode(encode(newer, written))).isEqualTo(Samples.featureEvent());
    assertThatThrownBy(() -> codec.withWriterSchemas(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("io.driftmoe.schemas.avro.FeatureEvent cannot resolve");
  }

  /** The sample's content in those fields that the other schema has too. */
  private static GenericRecord common(Schema schema, SpecificRecord sample) {
    GenericRecord written = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      Schema.Field same = sample.getSchema().getField(field.name());
      if (same != null) {
        written.put(field.name(), sample.get(same.pos()));
      }
    }
    return written;
  }

  private static byte[] encode(Schema schema, GenericRecord written) throws IOException {
    return new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema)
        .encode(written)
        .array();
  }

  private static Schema schema(String name) throws IOException {
    try (InputStream in =
        SchemaEvolutionTest.class.getResourceAsStream("/schemas/" + name + ".avsc")) {
      return new Schema.Parser().parse(in);
    }
  }
}
