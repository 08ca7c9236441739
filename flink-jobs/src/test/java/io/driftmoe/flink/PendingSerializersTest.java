// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The bytes of what waits. */
class PendingSerializersTest {
  private static final String LABELS = "/state/early-labels-v1.bin";
  private static final String PREDICTIONS = "/state/waiting-predictions-v2.bin";
  private static final String PREDICTIONS_3 = "/state/waiting-predictions-v3.bin";
  private static final String PREDICTIONS_1 = "/state/waiting-predictions-v1.bin";
  private static final List<LabeledExample> EXAMPLES = Events.examples(20);

  static Pending<SourceRecord.Label> labels() {
    Pending<SourceRecord.Label> labels = new Pending<>();
    for (String id : List.of("z", "a", "ü€😀")) {
      labels.add(id, 5_000, new SourceRecord.Label("tenant ä", id, 4_000, 2, 1L << 40, 1));
    }
    labels.add("first to expire", -1, new SourceRecord.Label("", "", -1, -1, -1, 0));
    labels.take("a");
    return labels;
  }

  static Pending<WaitingPrediction> predictions() {
    JobOptions options =
        Events.options(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.top-k", "1",
                "learner.gates", "[fixed-share]"));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    Pending<WaitingPrediction> predictions = new Pending<>();
    for (int i = 0; i < EXAMPLES.size(); i++) {
      LabeledExample example = EXAMPLES.get(i);
      PendingPrediction prediction = mixture.predict(example.features());
      if (i % 7 == 6) {
        predictions.add("id " + i, 1_000 - i, new WaitingPrediction(-i, prediction));
      }
      mixture.learn(prediction, example.label());
    }
    return predictions;
  }

  @Test
  void labelsAreReadAsTheyWereWritten_andWrittenAsTheyAreStored() throws IOException {
    byte[] stored = resource(LABELS);
    assertThat(bytes(EarlyLabelsSerializer.INSTANCE, labels())).isEqualTo(stored);
    Pending<SourceRecord.Label> read = restored(EarlyLabelsSerializer.INSTANCE, stored);
    assertThat(read.expire(Long.MAX_VALUE)).isEqualTo(labels().expire(Long.MAX_VALUE));
  }

  @Test
  void predictionsAreReadAsTheyWereWritten_andWrittenAsTheyAreStored() throws IOException {
    byte[] stored = resource(PREDICTIONS);
    assertThat(bytes(WaitingPredictionsSerializer.INSTANCE, predictions())).isEqualTo(stored);
    check(restored(WaitingPredictionsSerializer.INSTANCE, stored), true);
    check(restored(WaitingPredictionsSerializer.INSTANCE, resource(PREDICTIONS_1)), false);
  }

  /** With what branches predicted, and of a later model. */
  static Pending<WaitingPrediction> shadowed() {
    Pending<WaitingPrediction> predictions = new Pending<>();
    for (Pending.Entry<WaitingPrediction> entry : predictions().expire(Long.MAX_VALUE)) {
      WaitingPrediction one = entry.value();
      List<ShadowPrediction> shadows =
          List.of(
              new ShadowPrediction(3, one.prediction()), new ShadowPrediction(5, one.prediction()));
      predictions.add(
          entry.id(),
          entry.expiryTime(),
          new WaitingPrediction(one.eventTime(), 2, one.prediction(), shadows));
    }
    return predictions;
  }

  @Test
  void whatBranchesPredicted_isReadAsItWasWritten() throws IOException {
    byte[] stored = resource(PREDICTIONS_3);
    assertThat(bytes(WaitingPredictionsSerializer.INSTANCE, shadowed())).isEqualTo(stored);
    Pending<WaitingPrediction> read = restored(WaitingPredictionsSerializer.INSTANCE, stored);
    check(restored(WaitingPredictionsSerializer.INSTANCE, stored), true);
    WaitingPrediction one = read.take("id 6");
    assertThat(one.generation()).isEqualTo(2);
    assertThat(one.shadows()).extracting(ShadowPrediction::number).containsExactly(3, 5);
    assertThat(one.shadows().get(1).prediction().features()).isEqualTo(one.prediction().features());
    WaitingPrediction alone = new WaitingPrediction(one.eventTime(), one.prediction());
    assertThat(WaitingPredictionsSerializer.INSTANCE.heapBytes(one))
        .isGreaterThan(2 * WaitingPredictionsSerializer.INSTANCE.heapBytes(alone));
  }

  private static void check(Pending<WaitingPrediction> read, boolean withTimes) {
    List<Pending.Entry<WaitingPrediction>> expected = predictions().expire(Long.MAX_VALUE);
    List<Pending.Entry<WaitingPrediction>> entries = read.expire(Long.MAX_VALUE);
    assertThat(entries).extracting(Pending.Entry::id).containsExactly("id 13", "id 6");
    for (int i = 0; i < entries.size(); i++) {
      assertThat(entries.get(i).expiryTime()).isEqualTo(expected.get(i).expiryTime());
      WaitingPrediction value = entries.get(i).value();
      WaitingPrediction wanted = expected.get(i).value();
      assertThat(value.prediction().features()).isEqualTo(wanted.prediction().features());
      assertThat(value.eventTime())
          .isEqualTo(withTimes ? wanted.eventTime() : WaitingPrediction.UNKNOWN_TIME);
    }
  }

  @Test
  void aCopySharesTheEntriesAndChangesApart() {
    Pending<WaitingPrediction> original = predictions();
    Pending<WaitingPrediction> copy = WaitingPredictionsSerializer.INSTANCE.copy(original);
    Pending<WaitingPrediction> another = WaitingPredictionsSerializer.INSTANCE.copy(original, copy);
    WaitingPrediction taken = original.take("id 6");
    assertThat(original.size()).isEqualTo(1);
    assertThat(copy.take("id 6")).isSameAs(taken);
    assertThat(another.size()).isEqualTo(2);
  }

  @Test
  void damagedBytesAreRefused() throws IOException {
    byte[] bytes = resource(LABELS);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatIOException().isThrownBy(() -> restored(EarlyLabelsSerializer.INSTANCE, cut));
    }
    byte[] newer = bytes.clone();
    newer[5] = 2; // four bytes of tag, two of version
    assertThatIOException()
        .isThrownBy(() -> restored(EarlyLabelsSerializer.INSTANCE, newer))
        .withMessageContaining("version 2");
    assertThatIOException()
        .isThrownBy(() -> restored(WaitingPredictionsSerializer.INSTANCE, bytes))
        .withMessageContaining("wait");
  }

  @Test
  void textIsWellFormedOrRefused_howeverLong() throws IOException {
    for (String text : List.of("", "ü€😀", "€".repeat(200_000))) {
      DataOutputSerializer out = new DataOutputSerializer(64);
      SnapshotText.write(out, text);
      assertThat(SnapshotText.read(new DataInputDeserializer(out.getCopyOfBuffer())))
          .isEqualTo(text);
      assertThat(out.length())
          .isEqualTo(Integer.BYTES + text.getBytes(StandardCharsets.UTF_8).length);
    }
    assertThatIOException()
        .isThrownBy(
            () ->
                SnapshotText.write(
                    new DataOutputStream(DataOutputStream.nullOutputStream()), "\ud800"));
    for (byte[] bytes : List.of(new byte[] {0, 0, 0, 1, -1}, new byte[] {-1, 0, 0, 0})) {
      assertThatIOException().isThrownBy(() -> SnapshotText.read(new DataInputDeserializer(bytes)));
    }
    assertThatIOException()
        .isThrownBy(
            () -> SnapshotText.read(new DataInputDeserializer(new byte[] {0x7f, -1, -1, -1, 'a'})));
  }

  static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  /** Read by the serializer that a checkpoint would restore, after a copy of the bytes. */
  private static <T> T restored(TypeSerializer<T> serializer, byte[] bytes) throws IOException {
    DataOutputSerializer snapshot = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(snapshot, serializer.snapshotConfiguration());
    TypeSerializerSnapshot<T> read =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(snapshot.getCopyOfBuffer()),
            PendingSerializersTest.class.getClassLoader());
    assertThat(
            serializer.snapshotConfiguration().resolveSchemaCompatibility(read).isCompatibleAsIs())
        .isTrue();
    DataOutputSerializer copy = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(bytes), copy);
    DataInputDeserializer in = new DataInputDeserializer(copy.getCopyOfBuffer());
    T value = read.restoreSerializer().deserialize(in);
    assertThat(in.available()).isZero();
    return value;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PendingSerializersTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
