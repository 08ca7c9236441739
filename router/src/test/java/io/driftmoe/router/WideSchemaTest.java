// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Models whose schema declares thousands of values, of which a job may have many. */
class WideSchemaTest {
  private static final int VALUES = 9_990;
  private static final MixtureConfig CONFIG = MixtureConfig.of(Preset.ADAPTIVE, 1);

  private static List<String> names(String word, int count) {
    return IntStream.range(0, count).mapToObj(i -> word + (100_000 + i)).toList();
  }

  private static StreamSchema schema(List<String> users, List<String> classes) {
    return new StreamSchema(
        List.of(Attribute.numeric("price"), Attribute.nominal("user", users)),
        new LabelSpace(classes));
  }

  private static MixtureOfExperts learned(StreamSchema schema, int events) {
    MixtureOfExperts mixture = MixtureOfExperts.create(CONFIG, schema);
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < events; i++) {
      FeatureVector features =
          FeatureVector.of(random.nextDouble(), (int) (VALUES * random.nextDouble()));
      mixture.learn(mixture.predict(features), i % 2);
    }
    return mixture;
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInput in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  @Test
  void aModelOfTenEventsDoesNotRepeatTheSchema() throws IOException {
    StreamSchema schema = schema(names("user-", VALUES), List.of("no", "yes"));
    MixtureOfExperts mixture = learned(schema, 10);
    byte[] bytes = bytes(mixture);
    assertThat(bytes).hasSizeLessThan(8 << 10);
    MixtureOfExperts restored = MixtureOfExperts.restore(CONFIG, schema, in(bytes));
    assertThat(bytes(restored)).isEqualTo(bytes);
    FeatureVector next = FeatureVector.of(0.3, 77);
    assertThat(restored.predict(next).probabilities())
        .isEqualTo(mixture.predict(next).probabilities());
  }

  @Test
  void otherNamesAreRefused() throws IOException {
    List<String> users = names("user-", VALUES);
    byte[] bytes = bytes(learned(schema(users, List.of("no", "yes")), 3));
    List<String> swapped = new ArrayList<>(users);
    Collections.swap(swapped, 5, 6);
    for (List<String> others : List.of(swapped, users.subList(1, VALUES), names("u", 3))) {
      assertThatIOException()
          .isThrownBy(
              () ->
                  MixtureOfExperts.restore(CONFIG, schema(others, List.of("no", "yes")), in(bytes)))
          .withMessageContaining("snapshot was written under another schema: attribute 1 is user")
          .withMessageContaining("9990 values (SHA-256 ");
    }
  }

  @Test
  void manyClassesAreNotRepeatedEither() throws IOException {
    List<String> classes = names("class-", 300);
    for (SavedNames names : List.of(SavedNames.of(classes), new SavedNames.Listed(classes))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      names.write(new DataOutputStream(bytes));
      SavedNames read = SavedNames.read(in(bytes.toByteArray()));
      assertThat(read.are(classes)).isTrue();
      assertThat(read.are(names("class-", 299))).isFalse();
      assertThat(read.are(names("Class-", 300))).isFalse();
      assertThat(bytes.size()).isEqualTo(names instanceof SavedNames.Listed ? 4_804 : 36);
    }
  }

  @Test
  void damagedNamesAreRefused() {
    assertThatIOException()
        .isThrownBy(() -> SavedNames.read(in(new byte[] {-1, -1, -1, -1})))
        .withMessageContaining("a list of -1 texts");
    assertThatIOException().isThrownBy(() -> SavedNames.read(in(new byte[] {-1, 0, 0, 0, 7})));
  }
}
