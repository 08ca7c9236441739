// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.ExplainedVote;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureAttribution;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

class SingleObjectCodecProperties {
  /** A decode may allocate this much, a few exceptions, plus so much for each byte it was given. */
  private static final long ALLOWED_BYTES = 256 * 1024;

  private static final long ALLOWED_BYTES_PER_BYTE = 100;

  private static final Map<Class<?>, SingleObjectCodec<SpecificRecord>> CODECS = new HashMap<>();

  private final List<SpecificRecord> samples =
      List.of(
          Samples.featureEvent(),
          Samples.labelEvent(),
          Samples.predictionEvent(),
          Samples.driftEvent(),
          Samples.metricsEvent(),
          Samples.deadLetter(),
          Samples.explanation(),
          Samples.question());

  @Property(tries = 500)
  void decode_encoded_givesTheRecordBack(@ForAll("records") SpecificRecord record)
      throws WireFormatException {
    SingleObjectCodec<SpecificRecord> codec = codecOf(record);
    byte[] message = codec.encode(record);
    SpecificRecord decoded = codec.decode(message);
    // By text and bytes: to Avro a record holding a NaN does not equal itself.
    assertThat(decoded).isExactlyInstanceOf(record.getClass()).hasToString(record.toString());
    assertThat(codec.encode(decoded)).isEqualTo(message);
  }

  @Property(tries = 2000)
  void decode_randomBytes_isRejected(@ForAll byte[] bytes) {
    for (SpecificRecord sample : samples) {
      assertThat(decodeSafely(codecOf(sample), bytes)).isFalse();
    }
  }

  @Property(tries = 2000)
  void decode_randomBodyAfterAValidHeader_isRejectedOrValid(@ForAll byte[] body) {
    for (SpecificRecord sample : samples) {
      SingleObjectCodec<SpecificRecord> codec = codecOf(sample);
      byte[] message = Arrays.copyOf(codec.encode(sample), 10 + body.length);
      System.arraycopy(body, 0, message, 10, body.length);
      decodeSafely(codec, message);
    }
  }

  @Property(tries = 300)
  void decode_mutatedMessage_isRejectedOrValid(
      @ForAll("records") SpecificRecord record, @ForAll long seed) {
    SingleObjectCodec<SpecificRecord> codec = codecOf(record);
    byte[] good = codec.encode(record);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      byte[] bad = good.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      decodeSafely(codec, bad);
    }
  }

  @Example
  void decode_everyTruncation_isRejected() {
    for (SpecificRecord sample : samples) {
      byte[] good = codecOf(sample).encode(sample);
      for (int length = 0; length < good.length; length++) {
        assertThat(decodeSafely(codecOf(sample), Arrays.copyOf(good, length)))
            .as("%s cut to %s bytes", sample.getSchema().getName(), length)
            .isFalse();
      }
    }
  }

  @Example
  void decode_everySingleBitFlip_isRejectedOrAnotherRecord() {
    int rejected = 0;
    int other = 0;
    for (SpecificRecord sample : samples) {
      SingleObjectCodec<SpecificRecord> codec = codecOf(sample);
      byte[] good = codec.encode(sample);
      for (int bit = 0; bit < 8 * good.length; bit++) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        boolean valid = decodeSafely(codec, bad);
        assertThat(valid && bit < 80).as("bit %s of the header", bit).isFalse();
        other += valid ? 1 : 0;
        rejected += valid ? 0 : 1;
      }
    }
    assertThat(rejected).isGreaterThan(500);
    assertThat(other).isGreaterThan(500);
  }

  /** Whether the bytes were a message; nothing but the documented exception may come out. */
  private static boolean decodeSafely(SingleObjectCodec<SpecificRecord> codec, byte[] message) {
    assertThat(Allocation.ofDecoding(codec, message))
        .as("bytes allocated for a message of %s", message.length)
        .isLessThan(ALLOWED_BYTES + ALLOWED_BYTES_PER_BYTE * message.length);
    SpecificRecord decoded = null;
    try {
      decoded = codec.decode(message);
    } catch (WireFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    if (decoded != null) {
      assertThat(codec.encode(decoded)).isNotEmpty();
    }
    return decoded != null;
  }

  @SuppressWarnings("unchecked")
  private static SingleObjectCodec<SpecificRecord> codecOf(SpecificRecord record) {
    return CODECS.computeIfAbsent(
        record.getClass(), type -> SingleObjectCodec.of((Class<SpecificRecord>) type));
  }

  @Provide
  Arbitrary<SpecificRecord> records() {
    return Arbitraries.oneOf(
        featureEvents(),
        labelEvents(),
        predictions(),
        driftEvents(),
        metrics(),
        deadLetters(),
        explanations(),
        controlEvents());
  }

  private Arbitrary<SpecificRecord> controlEvents() {
    return Combinators.combine(
            text(),
            Arbitraries.of(ControlCommand.class),
            text().injectNull(0.5),
            text().injectNull(0.5),
            Arbitraries.longs(),
            text(),
            text())
        .as(ControlEvent::new);
  }

  private Arbitrary<SpecificRecord> featureEvents() {
    Arbitrary<Object> feature =
        Arbitraries.oneOf(anyDouble().map(d -> (Object) d), text().map(s -> (Object) s))
            .injectNull(0.2);
    return Combinators.combine(
            text(),
            text(),
            Arbitraries.longs(),
            feature.list().ofMaxSize(40),
            text().injectNull(0.5),
            Arbitraries.of(true, false))
        .as(FeatureEvent::new);
  }

  private Arbitrary<SpecificRecord> explanations() {
    Arbitrary<ExplainedVote> votes =
        Combinators.combine(text(), text(), anyDouble(), anyDouble()).as(ExplainedVote::new);
    Arbitrary<Object> value =
        Arbitraries.oneOf(anyDouble().map(d -> (Object) d), text().map(s -> (Object) s))
            .injectNull(0.2);
    Arbitrary<FeatureAttribution> attributions =
        Combinators.combine(text(), value, anyDouble()).as(FeatureAttribution::new);
    return Combinators.combine(
            featureEvents().map(event -> (FeatureEvent) event),
            anyDouble().list().ofSize(4),
            votes.list().ofMaxSize(5),
            attributions.list().ofMaxSize(5))
        .as(
            (event, numbers, said, parts) ->
                new Explanation(
                    event.getModelKey(),
                    event.getEventId(),
                    event.getEventTime(),
                    event.getEventTime(),
                    event.getModelKey(),
                    numbers.get(0),
                    numbers.get(1),
                    numbers.get(2),
                    said,
                    parts,
                    numbers.get(3)));
  }

  private Arbitrary<SpecificRecord> labelEvents() {
    return Combinators.combine(text(), text(), text(), Arbitraries.longs()).as(LabelEvent::new);
  }

  private Arbitrary<SpecificRecord> predictions() {
    return Combinators.combine(
            text(),
            text(),
            text(),
            anyDouble().list(),
            anyDouble().list(),
            Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(Map::entry),
            Arbitraries.longs(),
            Combinators.combine(text().list().ofMaxSize(5), Arbitraries.of(true, false))
                .as(Map::entry))
        .as(
            (key, id, predicted, probabilities, weights, times, latency, more) ->
                new PredictionEvent(
                    key,
                    id,
                    predicted,
                    probabilities,
                    weights,
                    times.getKey(),
                    times.getValue(),
                    latency,
                    more.getKey(),
                    more.getValue(),
                    predicted.length()));
  }

  private Arbitrary<SpecificRecord> driftEvents() {
    return Combinators.combine(
            text(),
            text(),
            Arbitraries.longs(),
            Arbitraries.longs(),
            Arbitraries.of(DriftKind.class),
            text(),
            Arbitraries.integers().injectNull(0.3),
            text())
        .as(SingleObjectCodecProperties::driftEvent)
        .flatMap(this::withAlarm);
  }

  private static DriftEvent driftEvent(
      String modelKey,
      String eventId,
      long eventTime,
      long modelVersion,
      DriftKind kind,
      String detector,
      @Nullable Integer expert,
      String description) {
    DriftEvent event = new DriftEvent();
    event.setModelKey(modelKey);
    event.setEventId(eventId);
    event.setEventTime(eventTime);
    event.setModelVersion(modelVersion);
    event.setKind(kind);
    event.setDetector(detector);
    event.setExpert(expert);
    event.setDescription(description);
    return event;
  }

  private Arbitrary<SpecificRecord> withAlarm(DriftEvent event) {
    return Combinators.combine(
            Arbitraries.longs(),
            anyDouble(),
            anyDouble(),
            anyDouble(),
            text().list().ofMaxSize(3),
            Arbitraries.longs(),
            text(),
            text().injectNull(0.3))
        .as(
            (since, before, after, probability, experts, sinceTime, where, name) -> {
              DriftEvent alarm = DriftEvent.newBuilder(event).build();
              alarm.setSinceVersion(since);
              alarm.setModels(-since);
              alarm.setBranch(where);
              alarm.setErrorBefore(before);
              alarm.setErrorSince(after);
              alarm.setFalseAlarmProbability(probability);
              alarm.setAffectedExperts(experts);
              alarm.setSinceTime(sinceTime);
              alarm.setWhere(where);
              alarm.setExpertName(name);
              return alarm;
            });
  }

  private Arbitrary<SpecificRecord> deadLetters() {
    Arbitrary<ByteBuffer> bytes =
        Arbitraries.bytes().array(byte[].class).map(ByteBuffer::wrap).injectNull(0.2);
    return Combinators.combine(
            text(),
            Arbitraries.integers(),
            Arbitraries.longs(),
            Arbitraries.of(DeadLetterKind.class),
            text(),
            bytes,
            bytes,
            Combinators.combine(Arbitraries.integers(), text()).as(Map::entry).injectNull(0.5))
        .as(SingleObjectCodecProperties::deadLetter);
  }

  private static SpecificRecord deadLetter(
      String topic,
      int partition,
      long offset,
      DeadLetterKind kind,
      String reason,
      ByteBuffer key,
      ByteBuffer value,
      Map.Entry<Integer, String> whole) {
    Integer length = whole == null ? null : whole.getKey();
    String sha256 = whole == null ? null : whole.getValue();
    return new DeadLetter(
        topic, partition, offset, kind, reason, key, value, offset, length, sha256, length, sha256);
  }

  private Arbitrary<SpecificRecord> metrics() {
    return Combinators.combine(
            text(),
            Arbitraries.longs().list().ofSize(9),
            anyDouble().list().ofSize(9),
            anyDouble().list(),
            Arbitraries.integers(),
            Arbitraries.of(true, false))
        .as(SingleObjectCodecProperties::metrics)
        .flatMap(this::withExplanation);
  }

  private Arbitrary<SpecificRecord> withExplanation(MetricsEvent event) {
    Arbitrary<SpecialistRegion> regions =
        Combinators.combine(text(), text(), anyDouble(), text()).as(SpecialistRegion::new);
    Arbitrary<ExpertVote> votes =
        Combinators.combine(text(), text(), anyDouble(), anyDouble()).as(ExpertVote::new);
    Arbitrary<ExplainedPrediction> explained =
        Combinators.combine(
                text(),
                Arbitraries.longs(),
                Arbitraries.longs(),
                text(),
                anyDouble(),
                votes.list().ofMaxSize(4))
            .as(ExplainedPrediction::new);
    return Combinators.combine(regions.list().ofMaxSize(3), explained.injectNull(0.3))
        .as(
            (specialists, prediction) -> {
              event.setSpecialists(specialists);
              event.setExplained(prediction);
              return event;
            });
  }

  private static MetricsEvent metrics(
      String modelKey,
      List<Long> counts,
      List<Double> scores,
      List<Double> shares,
      int windowSize,
      boolean finalReport) {
    MetricsEvent event = Samples.metricsEvent();
    event.setModelKey(modelKey);
    event.setEventTime(counts.get(0));
    event.setEmittedAt(counts.get(1));
    event.setEvents(counts.get(2));
    event.setLabels(counts.get(3));
    event.setPendingPredictions(counts.get(4));
    event.setOrphanLabels(counts.get(5));
    event.setExpiredPredictions(counts.get(6));
    event.setModelVersion(counts.get(7));
    event.setModelBytes(counts.get(8));
    event.setAccuracy(scores.get(0));
    event.setKappa(scores.get(1));
    event.setKappaM(scores.get(2));
    event.setKappaT(scores.get(3));
    event.setWindowAccuracy(scores.get(4));
    event.setWindowKappa(scores.get(5));
    event.setWindowKappaM(scores.get(6));
    event.setWindowKappaT(scores.get(7));
    event.setGateEntropy(scores.get(8));
    event.setSpecialistEvaluations(scores.get(8));
    event.setExpertShares(shares);
    event.setWindowSize(windowSize);
    event.setFinalReport(finalReport);
    return event;
  }

  /** Every bit pattern, NaN and infinities included: the wire carries them, FeatureCodec judges. */
  private static Arbitrary<Double> anyDouble() {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(Double::longBitsToDouble),
        Arbitraries.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN));
  }

  /** Strings that UTF-8 can carry, that is without unpaired surrogates. */
  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(30)
        .map(s -> new String(s.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }
}
