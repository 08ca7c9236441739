// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes on the topics stay what they are. When a schema changes on purpose, its present .avsc
 * becomes a resource of {@link FormerSchemas}, its golden file stays under a name with a version,
 * and a new one joins.
 */
class GoldenBytesTest {

  static Stream<Arguments> records() {
    return Stream.of(
        Arguments.of(Samples.featureEvent(), 0xdb40fd0874c040aaL),
        Arguments.of(Samples.labelEvent(), 0x8dcd57a47ea2e3bdL),
        Arguments.of(Samples.predictionEvent(), 0x2448fdd611cca5ddL),
        Arguments.of(Samples.driftEvent(), 0x0c5d9275bb60ba8fL),
        Arguments.of(Samples.metricsEvent(), 0x01cabbd43e5f9b9dL),
        Arguments.of(Samples.deadLetter(), 0x76b25b269fe5c4b5L),
        Arguments.of(Samples.explanation(), 0x2c887e8006538331L),
        Arguments.of(Samples.question(), 0xcab429cc63d84795L),
        Arguments.of(Samples.controlEvent(), 0xf996af7003a1cb28L));
  }

  @ParameterizedTest
  @MethodSource("records")
  <T extends SpecificRecord> void encode_sample_givesTheGoldenBytes(T sample, long fingerprint)
      throws Exception {
    @SuppressWarnings("unchecked")
    SingleObjectCodec<T> codec = SingleObjectCodec.of((Class<T>) sample.getClass());
    byte[] golden = golden(sample.getSchema().getName());

    assertThat(codec.encode(sample)).isEqualTo(golden);
    assertThat(codec.decode(golden)).isEqualTo(sample);
    assertThat(codec.fingerprint()).isEqualTo(fingerprint);
    assertThat(Arrays.copyOf(golden, 10)).isEqualTo(header(fingerprint));
  }

  /** Former layouts stay readable without being named; their new fields have defaults. */
  @Test
  void decode_formerLayouts_givesTheSample() throws Exception {
    SingleObjectCodec<MetricsEvent> codec = SingleObjectCodec.of(MetricsEvent.class);
    MetricsEvent metrics = Samples.metricsEvent();
    metrics.setCoverage(-1);
    metrics.setSetSize(-1);
    metrics.setEstimatedAccuracy(-1);
    metrics.setEstimatedAccuracyError(-1);
    metrics.setLabelsAsked(-1);
    metrics.setCorrectedAccuracy(-1);
    metrics.setCorrectedAccuracyError(-1);
    metrics.setCorrectedWindowAccuracy(-1);
    metrics.setBranches(List.of());
    metrics.setFrozen(false);
    metrics.setLoadLevel(0);
    assertThat(codec.decode(golden("MetricsEvent-6"))).isEqualTo(metrics);
    metrics.setExpertNames(List.of());
    assertThat(codec.decode(golden("MetricsEvent-5"))).isEqualTo(metrics);
    metrics.setSpecialists(List.of());
    metrics.setExplained(null);
    assertThat(codec.decode(golden("MetricsEvent-4"))).isEqualTo(metrics);
    metrics.setLosses(Map.of());
    assertThat(codec.decode(golden("MetricsEvent-3"))).isEqualTo(metrics);
    metrics.setSpecialistEvaluations(-1);
    assertThat(codec.decode(golden("MetricsEvent-2"))).isEqualTo(metrics);
    metrics.setLifecycleEvents(0);
    assertThat(codec.decode(golden("MetricsEvent-1"))).isEqualTo(metrics);
    PredictionEvent prediction = Samples.predictionEvent();
    prediction.setPredictionSet(List.of());
    prediction.setLabelWanted(false);
    prediction.setLoadLevel(0);
    assertThat(SingleObjectCodec.of(PredictionEvent.class).decode(golden("PredictionEvent-1")))
        .isEqualTo(prediction);
    DeadLetter letter = Samples.deadLetter();
    assertThat(SingleObjectCodec.of(DeadLetter.class).decode(golden("DeadLetter-2")))
        .isEqualTo(letter);
    letter.setValueLength(null);
    letter.setValueSha256(null);
    assertThat(SingleObjectCodec.of(DeadLetter.class).decode(golden("DeadLetter-1")))
        .isEqualTo(letter);
    FeatureEvent features = Samples.featureEvent();
    features.setExplain(false);
    assertThat(SingleObjectCodec.of(FeatureEvent.class).decode(golden("FeatureEvent-1")))
        .isEqualTo(features);
    SingleObjectCodec<DriftEvent> drifts = SingleObjectCodec.of(DriftEvent.class);
    DriftEvent drift = Samples.driftEvent();
    drift.setModels(-1);
    drift.setBranch("");
    assertThat(drifts.decode(golden("DriftEvent-7"))).isEqualTo(drift);
    drift.setExpertName(null);
    assertThat(drifts.decode(golden("DriftEvent-6"))).isEqualTo(drift);
    drift.setSinceTime(-1);
    drift.setWhere("");
    assertThat(drifts.decode(golden("DriftEvent-5"))).isEqualTo(drift);
    drift.setSinceVersion(-1);
    drift.setErrorBefore(-1);
    drift.setErrorSince(-1);
    drift.setFalseAlarmProbability(-1);
    drift.setAffectedExperts(List.of());
    for (int layout = 1; layout <= 4; layout++) {
      assertThat(drifts.decode(golden("DriftEvent-" + layout))).isEqualTo(drift);
    }
    assertThat(drifts.readableFingerprints())
        .containsExactlyInAnyOrder(
            0x094cb6b7787eb7f1L,
            0x448656e11e471e9aL,
            0xd1d04689ea15d9c6L,
            0x3ab8de28c185251bL,
            0xb30a2990dc47fa63L,
            0x0f9d474742bfa07fL,
            0x9abd7c351af0cb48L,
            drifts.fingerprint());
  }

  /** Marker, then the fingerprint with its lowest byte first. */
  private static byte[] header(long fingerprint) {
    byte[] header = new byte[10];
    header[0] = (byte) 0xC3;
    header[1] = 0x01;
    for (int i = 0; i < 8; i++) {
      header[2 + i] = (byte) (fingerprint >>> (8 * i));
    }
    return header;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream("/golden/" + name + ".bin")) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}
