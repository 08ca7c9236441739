// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import moa.classifiers.core.driftdetection.ADWIN;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdwinTest {

  static Stream<Arguments> plantedChanges() {
    return Stream.of(
        golden(
            bernoulli(1), 0.002, 5055, 5119, 5151, 5215, 5471, 10079, 10111, 16927, 18047, 18495),
        golden(bernoulli(2), 0.002, 5087, 5119, 5151, 5215, 10079, 10111, 18367, 19999),
        golden(
            bernoulli(3),
            0.002,
            5087,
            5183,
            5247,
            5279,
            10079,
            10111,
            10175,
            10335,
            15999,
            16127,
            18623),
        golden(bernoulli(1), 0.01, 5055, 5247, 10047, 10079, 10111, 16095, 16127, 16895),
        golden(bernoulli(2), 0.01, 5087, 5119, 5151, 5215, 10079, 10111, 18079, 19359),
        golden(bernoulli(1), 0.1, 5055, 10047, 10079, 15231, 16287),
        golden(bernoulli(2), 0.1, 5087, 5119, 5215, 10047, 10079, 10111, 16543, 16607, 16639),
        golden(gaussian(7), 0.002, 7103, 7135, 7199, 14175, 14207, 14495));
  }

  @ParameterizedTest
  @MethodSource("plantedChanges")
  void update_plantedChanges_detectsWhereMoaDoes(
      double[] stream, double delta, List<Integer> expected) {
    Adwin adwin = new Adwin(delta);
    ADWIN moa = new ADWIN(delta);
    List<Integer> detections = new ArrayList<>();
    for (int i = 0; i < stream.length; i++) {
      double moaBefore = moa.getEstimation();
      boolean drift = adwin.update(stream[i]) == DriftLevel.DRIFT;
      boolean moaDrift = moa.setInput(stream[i]);

      assertThat(drift).as("drift at %s", i).isEqualTo(moaDrift).isEqualTo(moa.getChange());
      assertThat(adwin.width()).as("width at %s", i).isEqualTo(moa.getWidth());
      assertThat(adwin.mean()).as("mean at %s", i).isEqualTo(moa.getEstimation());
      assertThat(adwin.errorRose()).isEqualTo(moaDrift && moa.getEstimation() > moaBefore);
      if (drift) {
        detections.add(i);
      }
    }
    assertThat(detections).isEqualTo(expected);
  }

  /** The short cut of the search must not decide where rounding does. */
  @ParameterizedTest
  @CsvSource({"0.002, 0.1, 0", "0.3, 0.1, 1e-9", "0.002, 1e6, 1e-3", "0.3, 0, 1e12", "0.9, -1, 3"})
  void update_anyMagnitude_isMoas(double delta, double offset, double spread) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Adwin adwin = new Adwin(delta);
      ADWIN moa = new ADWIN(delta);
      double centre = 0;
      for (int i = 0; i < 5000; i++) {
        if (random.nextInt(700) == 0) {
          centre = random.nextInt(3);
        }
        double value = offset + spread * (centre + random.nextGaussian());
        boolean drift = adwin.update(value) == DriftLevel.DRIFT;
        assertThat(drift).as("seed %s, drift at %s", seed, i).isEqualTo(moa.setInput(value));
        assertThat(adwin.width()).isEqualTo(moa.getWidth());
        assertThat(adwin.mean()).isEqualTo(moa.getEstimation());
      }
    }
  }

  @Test
  void update_exampleOfTheClassComment() {
    Adwin adwin = new Adwin(0.002);
    for (int i = 0; i < 1000; i++) {
      assertThat(adwin.update(0)).isEqualTo(DriftLevel.STABLE);
    }
    for (int i = 0; i < 23; i++) {
      assertThat(adwin.update(1)).isEqualTo(DriftLevel.STABLE);
    }
    assertThat(adwin.update(1)).isEqualTo(DriftLevel.DRIFT);
    assertThat(adwin.width()).isEqualTo(56);
    assertThat(adwin.mean()).isEqualTo(24 / 56.0);
    assertThat(adwin.errorRose()).isTrue();
    AdwinCut cut = adwin.cut().orElseThrow();
    assertThat(cut.since()).isBetween(20L, 28L);
    assertThat(cut.meanBefore()).isLessThan(0.005);
    assertThat(cut.meanSince()).isGreaterThan(0.8); // buckets are no finer
    assertThat(cut.delta()).isLessThan(0.002);
    adwin.update(1);
    assertThat(adwin.cut()).isEmpty();
  }

  @Test
  void errorRose_meanFalls_isFalse() {
    Adwin adwin = new Adwin(0.002);
    for (int i = 0; i < 1000; i++) {
      adwin.update(1);
    }
    int zeros = 0;
    do {
      zeros++;
    } while (adwin.update(0) != DriftLevel.DRIFT);
    assertThat(zeros).isEqualTo(24);
    assertThat(adwin.errorRose()).isFalse();
  }

  @Test
  void update_constantMillions_keepsEverything() {
    Adwin adwin = new Adwin(0.002);
    for (int i = 0; i < 3_000_000; i++) {
      adwin.update(1);
    }
    assertThat(adwin.width()).isEqualTo(3_000_000);
    assertThat(adwin.mean()).isEqualTo(1);
  }

  @Test
  void mean_nothingSeen_isZero() {
    Adwin adwin = new Adwin(0.25);
    assertThat(adwin.mean()).isZero();
    assertThat(adwin.width()).isZero();
    assertThat(adwin.delta()).isEqualTo(0.25);
    assertThat(adwin.errorRose()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void new_deltaOutOfRange_isRejected(double delta) {
    assertThatThrownBy(() -> new Adwin(delta))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delta")
        .hasMessageContaining(Double.toString(delta));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void update_notFinite_isRejectedAndChangesNothing(double error) {
    Adwin adwin = new Adwin(0.002);
    adwin.update(1);
    assertThatThrownBy(() -> adwin.update(error))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("error must be finite, got " + error);
    assertThat(adwin.width()).isEqualTo(1);
    assertThat(adwin.mean()).isEqualTo(1);
  }

  @Test
  void everyVersion_keepsItsLayout() throws IOException {
    Adwin adwin = new Adwin(0.25);
    for (double error : new double[] {0, 1, 1, 0, 0, 1, 0}) {
      adwin.update(error);
    }
    String versionOne =
        "4144574e00013fd00000000000000740080000000000003ffb6db6db6db6db0002053ff00000"
            + "0000000000000000000000000000000000000000000000000000000000000000000000000000"
            + "0000000000003ff0000000000000000000000000000000000000000000000000000000000000"
            + "013ff00000000000003fe0000000000000";
    String versionTwo =
        versionOne.replace("00013fd0000000000000", "0002"); // the delta is the factory's
    assertThat(HexFormat.of().formatHex(bytes(adwin))).isEqualTo(versionTwo);
    for (String version : List.of(versionOne, versionTwo)) {
      Adwin restored = read(HexFormat.of().parseHex(version));
      assertThat(restored.width()).isEqualTo(7);
      assertThat(restored.mean()).isEqualTo(3 / 7.0);
      assertThat(bytes(restored)).isEqualTo(bytes(adwin));
    }
  }

  @Test
  void readSnapshot_damagedBytes_areRejected() throws IOException {
    Adwin adwin = new Adwin(0.002);
    for (int i = 0; i < 100; i++) {
      adwin.update(i % 3 == 0 ? 1 : 0);
    }
    byte[] good = bytes(adwin);
    for (int length = 0; length < good.length; length++) {
      byte[] truncated = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(truncated)).isInstanceOf(IOException.class);
    }
    assertRejected(good, 0, "tag");
    assertRejected(good, 5, "version");
    assertRejected(good, 6, "clock");
    assertRejected(good, 24, "rows");
    assertRejected(good, 25, "buckets");
  }

  private static void assertRejected(byte[] good, int position, String field) {
    byte[] bad = good.clone();
    bad[position] = (byte) 0xFF;
    assertThatThrownBy(() -> read(bad)).isInstanceOf(IOException.class).hasMessageContaining(field);
  }

  private static byte[] bytes(Adwin adwin) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    adwin.writeSnapshot(new DataOutputStream(out));
    return out.toByteArray();
  }

  private static Adwin read(byte[] snapshot) throws IOException {
    return Adwin.readSnapshot(new DataInputStream(new ByteArrayInputStream(snapshot)), 0.25);
  }

  private static Arguments golden(double[] stream, double delta, Integer... detections) {
    return Arguments.of(stream, delta, List.of(detections));
  }

  /** 0/1 errors whose rate changes from 0.2 to 0.5, 0.1 and 0.15, each after 5,000. */
  private static double[] bernoulli(long seed) {
    Random random = new Random(seed);
    double[] rates = {0.2, 0.5, 0.1, 0.15};
    double[] stream = new double[20_000];
    for (int i = 0; i < stream.length; i++) {
      stream[i] = random.nextDouble() < rates[i / 5000] ? 1 : 0;
    }
    return stream;
  }

  /** Normal with standard deviation 0.2, its mean 0.3, from 7,000 on 0.5, from 14,000 on 0.4. */
  private static double[] gaussian(long seed) {
    Random random = new Random(seed);
    double[] stream = new double[20_000];
    for (int i = 0; i < stream.length; i++) {
      stream[i] = random.nextGaussian() * 0.2 + (i < 7000 ? 0.3 : i < 14_000 ? 0.5 : 0.4);
    }
    return stream;
  }
}
