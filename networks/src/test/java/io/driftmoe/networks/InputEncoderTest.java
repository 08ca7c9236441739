// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InputEncoderTest {
  private static final LabelSpace LABELS = new LabelSpace(List.of("no", "yes"));
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("x"),
              Attribute.nominal("c", List.of("a", "b", "c")),
              Attribute.numeric("y")),
          LABELS);

  private final InputEncoder encoder = new InputEncoder(SCHEMA, 0.01);

  private float[] encode(double... values) {
    float[] target = new float[encoder.width()];
    Arrays.fill(target, Float.NaN);
    encoder.encode(FeatureVector.of(values), target, 0);
    return target;
  }

  private void update(double... values) {
    encoder.update(FeatureVector.of(values));
  }

  @Test
  void widthCountsNumbersAndDeclaredValues() {
    assertThat(encoder.width()).isEqualTo(5);
    assertThat(new InputEncoder(MixedStream.SCHEMA, 1).width()).isEqualTo(3 + 3 + 6);
  }

  @Test
  void exampleOfTheDocumentation() {
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.numeric("x"), Attribute.nominal("c", List.of("a", "b"))), LABELS);
    InputEncoder documented = new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE);
    documented.update(FeatureVector.of(1, 0));
    documented.update(FeatureVector.of(3, 1));
    float[] inputs = new float[documented.width()];
    documented.encode(FeatureVector.of(4, 1), inputs, 0);
    assertThat(inputs).containsExactly(2, 0, 1);
  }

  @Test
  void numbersAreZeroUntilTheyHaveVaried() {
    assertThat(encode(3, 0, 7)).containsExactly(0, 1, 0, 0, 0);
    for (int i = 0; i < 20; i++) {
      update(0.1, 0, i);
    }
    assertThat(encode(3, 0, 9.5)).containsExactly(0, 1, 0, 0, 0);
  }

  @Test
  void nominalValuesAreOneHotAndUnknownOnesAllZero() {
    assertThat(encode(0, 2, 0)).containsExactly(0, 0, 0, 1, 0);
    for (double unknown : new double[] {Double.NaN, 3, -1, 0.5, 1e9}) {
      assertThat(encode(0, unknown, 0)).containsExactly(0, 0, 0, 0, 0);
    }
  }

  @Test
  void wideAttributesShareAFewInputs() {
    StreamSchema schema = WideStream.schema(10_000);
    InputEncoder wide = new InputEncoder(schema, 0.01);
    assertThat(wide.width()).isEqualTo(1 + 3 + 64);
    Set<List<Float>> different = new HashSet<>();
    for (int user = 0; user < 10_000; user++) {
      float[] inputs = new float[70];
      wide.encode(FeatureVector.of(user, 0, 2), inputs, 1);
      assertThat(inputs[4]).isEqualTo(1);
      List<Float> hashed = new ArrayList<>();
      double squares = 0;
      for (int i = 5; i < 69; i++) {
        hashed.add(inputs[i]);
        squares += inputs[i] * inputs[i];
      }
      assertThat(squares).isBetween(0.0, 4.0);
      different.add(hashed);
    }
    assertThat(different.size()).isGreaterThan(9_950);
    float[] missing = new float[68];
    wide.encode(FeatureVector.of(Double.NaN, 0, 2), missing, 0);
    assertThat(missing).containsOnly(0, 1);
  }

  @Test
  void anyNumberOfWideAttributesTakesAtMost256Inputs() {
    List<String> values = IntStream.range(0, 300).mapToObj(Integer::toString).toList();
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < 50; a++) {
      attributes.add(Attribute.nominal("a" + a, values));
      attributes.add(Attribute.nominal("b" + a, values.subList(0, 100)));
    }
    InputEncoder wide = new InputEncoder(new StreamSchema(attributes, LABELS), 0.01);
    assertThat(wide.width()).isEqualTo(256 + 500);
    double[] row = new double[100];
    float[] inputs = new float[wide.width()];
    wide.encode(FeatureVector.of(row), inputs, 0);
    for (float input : inputs) {
      assertThat((double) input).isBetween(-InputEncoder.LIMIT, InputEncoder.LIMIT);
    }
  }

  @Test
  void earlyStatisticsAreThoseOfAllValues() {
    double[] seen = new double[80];
    SplitMix64 random = new SplitMix64(5);
    for (int i = 0; i < seen.length; i++) {
      seen[i] = 1e6 + random.nextDouble();
      update(seen[i], 0, Double.NaN);
    }
    double mean = Arrays.stream(seen).average().orElseThrow();
    double variance = Arrays.stream(seen).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    for (double x : new double[] {1e6, 1e6 + 0.3, 1e6 + 1}) {
      assertThat((double) encode(x, 0, 0)[0])
          .isCloseTo((x - mean) / Math.sqrt(variance), within(1e-6));
    }
  }

  @Test
  void laterStatisticsForgetAtTheSlowestRate() {
    double mean = 0;
    double square = 0;
    SplitMix64 random = new SplitMix64(6);
    for (int n = 1; n <= 2_000; n++) {
      double x = random.nextDouble() + (n > 1_500 ? 3 : 0);
      double rate = Math.max(1.0 / n, 0.01);
      mean = (1 - rate) * mean + rate * x;
      square = (1 - rate) * square + rate * x * x;
      update(x, 0, 0);
      double expected = (2 - mean) / Math.sqrt(square - mean * mean);
      if (n > 10) {
        assertThat((double) encode(2, 0, 0)[0])
            .as("after %s values", n)
            .isCloseTo(Math.max(-5, Math.min(5, expected)), within(1e-4));
      }
    }
    assertThat(mean).isGreaterThan(3);
  }

  @Test
  void missingValuesAreZeroAndLeaveTheStatistics() {
    update(1, 0, 1);
    update(3, 0, 3);
    float[] before = encode(2.5, 0, 2.5);
    for (int i = 0; i < 50; i++) {
      update(Double.NaN, Double.NaN, 2);
    }
    float[] after = encode(2.5, 0, 2.5);
    assertThat(after[0]).isEqualTo(before[0]).isEqualTo(0.5f);
    assertThat(after[4]).isNotEqualTo(before[4]);
    assertThat(encode(Double.NaN, 0, Double.NaN)).containsExactly(0, 1, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e308, -1e308, Double.MAX_VALUE, 1e-308, Double.MIN_VALUE})
  void extremeValuesStayFiniteAndWithinTheLimit(double extreme) {
    double[] values = {extreme, 0, -extreme, 1, extreme, extreme, 1e-300, 0};
    for (int round = 0; round < 100; round++) {
      for (double value : values) {
        update(value, 0, value);
        for (float input : encode(value, 1, -value)) {
          assertThat(input).isBetween(-5f, 5f);
        }
      }
    }
  }

  private static StreamSchema numbers(int attributes) {
    return new StreamSchema(
        IntStream.range(0, attributes).mapToObj(a -> Attribute.numeric("a" + a)).toList(), LABELS);
  }

  private static FeatureVector row(int attributes, SplitMix64 random) {
    double[] row = new double[attributes];
    for (int a = 0; a < attributes; a++) {
      row[a] = random.nextDouble();
    }
    return FeatureVector.of(row);
  }

  @ParameterizedTest
  @ValueSource(ints = {577, 2_000, 10_000})
  void moreThan576InputsAreFoldedInto256OfTheirSize(int attributes) {
    assertThat(new InputEncoder(numbers(576), 0.01).width()).isEqualTo(576);
    InputEncoder wide = new InputEncoder(numbers(attributes), 0.01);
    assertThat(wide.width()).isEqualTo(256);
    assertThat(wide.meanings()).isEmpty();
    SplitMix64 random = new SplitMix64(attributes);
    for (int i = 0; i < 40; i++) {
      wide.update(row(attributes, random));
    }
    float[] inputs = new float[258];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 20; i++) {
      wide.encode(row(attributes, random), inputs, 1);
      assertThat(inputs[0] + inputs[257]).isZero();
      for (int k = 1; k <= 256; k++) {
        sum += inputs[k];
        squares += inputs[k] * inputs[k];
      }
    }
    assertThat(sum / (20 * 256)).isBetween(-0.1, 0.1);
    assertThat(squares / (20 * 256)).isBetween(0.9, 1.2);
  }

  @Test
  void foldedInputsAreCutLikeOthers_andContinueAfterARestore() throws IOException {
    StreamSchema schema = numbers(3_000);
    InputEncoder original = new InputEncoder(schema, 0.01);
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 5; i++) {
      original.update(row(3_000, random));
    }
    byte[] bytes = snapshot(original);
    InputEncoder restored = InputEncoder.restore(schema, 0.01, input(bytes));
    assertThat(snapshot(restored)).isEqualTo(bytes);
    double[] wild = new double[3_000];
    for (int a = 0; a < wild.length; a++) {
      wild[a] = a % 3 == 0 ? Double.NaN : random.nextDouble() < 0.5 ? 1e300 : -1e300;
    }
    float[] expected = new float[256];
    float[] found = new float[256];
    for (FeatureVector features : List.of(FeatureVector.of(wild), row(3_000, random))) {
      original.encode(features, expected, 0);
      restored.encode(features, found, 0);
      assertThat(found).isEqualTo(expected);
      for (float input : found) {
        assertThat((double) input).isBetween(-InputEncoder.LIMIT, InputEncoder.LIMIT);
      }
    }
  }

  @Test
  void anEncoderOfBeforeInputsWereFoldedGoesOnAsItIs() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    SnapshotHeader.write(out, "INEN", 5);
    out.writeBoolean(false);
    out.writeBoolean(false); // not folded
    new RunningMoments(600, 0.01).writeSnapshot(out);
    InputEncoder old = InputEncoder.restore(numbers(600), 0.01, input(bytes.toByteArray()));
    assertThat(old.width()).isEqualTo(600);
    assertThat(snapshot(old)).isEqualTo(bytes.toByteArray());
  }

  @Test
  void writesOnlyItsOwnPartOfTheTarget() {
    float[] target = new float[9];
    Arrays.fill(target, 7);
    encoder.encode(FeatureVector.of(1, 1, 1), target, 2);
    assertThat(target).containsExactly(7, 7, 0, 0, 1, 0, 0, 7, 7);
  }

  @Test
  void restoredEncoderContinuesBitForBit() throws IOException {
    InputEncoder original = new InputEncoder(MixedStream.SCHEMA, 5e-3);
    MixedStream.of(700, 1).forEach(example -> original.update(example.features()));
    byte[] bytes = snapshot(original);
    InputEncoder restored = InputEncoder.restore(MixedStream.SCHEMA, 5e-3, input(bytes));
    assertThat(snapshot(restored)).isEqualTo(bytes);
    float[] expected = new float[original.width()];
    float[] found = new float[original.width()];
    MixedStream.of(700, 2)
        .forEach(
            example -> {
              original.encode(example.features(), expected, 0);
              restored.encode(example.features(), found, 0);
              assertThat(found).isEqualTo(expected);
              original.update(example.features());
              restored.update(example.features());
            });
  }

  @Test
  void snapshotOfAnotherSchemaOrRateIsRejected() throws IOException {
    byte[] bytes = snapshot(encoder);
    assertThatThrownBy(() -> InputEncoder.restore(MixedStream.SCHEMA, 0.01, input(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds an array of length 3, expected 5");
    assertThatThrownBy(() -> InputEncoder.restore(SCHEMA, 0.02, input(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot has minRate 0.01, expected 0.02");
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> InputEncoder.restore(SCHEMA, 0.01, input(cut)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void illegalArgumentsAreRejectedByName() {
    for (double rate : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> new InputEncoder(SCHEMA, rate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("minRate must lie between 0 (exclusive) and 1, got " + rate);
    }
    assertThatThrownBy(() -> encode(1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features has 2 values");
    assertThatThrownBy(() -> update(1, 2, 3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features has 4 values");
  }

  private static byte[] snapshot(InputEncoder encoder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    encoder.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
