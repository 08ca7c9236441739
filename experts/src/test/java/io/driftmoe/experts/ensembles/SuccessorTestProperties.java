// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the test is wrong, looked at after every event, and how soon it is right. */
final class SuccessorTestProperties {
  private static final int STREAMS = 2_000;
  private static final int LENGTH = 5_000;

  /**
   * In how many of the streams the test ever rejects.
   *
   * @param error of the expert in charge at an event
   * @param successorError of its successor
   * @param together share of the events on which both outcomes hang on the same draw
   */
  private static int rejections(
      double alpha,
      IntToDoubleFunction error,
      IntToDoubleFunction successorError,
      double together) {
    int rejections = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
      SplittableRandom random = new SplittableRandom(stream);
      SuccessorTest test = new SuccessorTest();
      boolean rejected = false;
      for (int i = 0; i < LENGTH && !rejected; i++) {
        double draw = random.nextDouble();
        double other = random.nextDouble() < together ? draw : random.nextDouble();
        test.observe(draw < error.applyAsDouble(i), other < successorError.applyAsDouble(i));
        rejected = test.rejects(alpha);
      }
      rejections += rejected ? 1 : 0;
    }
    return rejections;
  }

  /** At most alpha of the streams; 3 standard deviations of their number are left to chance. */
  private static double most(double alpha) {
    return STREAMS * alpha + 3 * Math.sqrt(STREAMS * alpha * (1 - alpha));
  }

  @ParameterizedTest
  @CsvSource({
    "0.05, 0.5, 0",
    "0.05, 0.1, 0",
    "0.05, 0.1, 0.9",
    "0.05, 0.01, 0",
    "0.2, 0.3, 0.5",
    "0.01, 0.3, 0"
  })
  void equallyGoodSuccessors_takeOverAtMostAtTheLevel(double alpha, double error, double together) {
    assertThat((double) rejections(alpha, i -> error, i -> error, together))
        .isLessThanOrEqualTo(most(alpha));
  }

  /** Hard hours come and go for both: it is the paired difference that counts. */
  @Test
  void seasonsOfErrors_takeNobodyOver() {
    IntToDoubleFunction season = i -> i / 100 % 2 == 0 ? 0.02 : 0.4;
    assertThat((double) rejections(0.05, season, season, 0.5)).isLessThanOrEqualTo(most(0.05));
  }

  /** The null hypothesis is about the mean given the past, so the past may be anything. */
  @Test
  void aSuccessorThatIsWorseAtFirstAndThenEqual_takesOverAtMostAtTheLevel() {
    assertThat((double) rejections(0.05, i -> 0.2, i -> i < 500 ? 0.4 : 0.2, 0))
        .isLessThanOrEqualTo(most(0.05));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.1, 100", "0.3, 0.1, 200", "0.2, 0.1, 700", "0.1, 0.05, 2000"})
  void aBetterSuccessor_takesOverSoon(double error, double successorError, int within) {
    int late = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
      SplittableRandom random = new SplittableRandom(stream);
      SuccessorTest test = new SuccessorTest();
      for (int i = 0; i < within; i++) {
        test.observe(random.nextDouble() < error, random.nextDouble() < successorError);
      }
      late += test.rejects(0.05) ? 0 : 1;
    }
    assertThat(late).isLessThanOrEqualTo(STREAMS / 10);
  }

  /** What was lost while the successor began does not hold it back later. */
  @Test
  void aSuccessorThatIsBetterAfterABadStart_takesOver() {
    assertThat(rejections(0.05, i -> 0.3, i -> i < 200 ? 0.7 : 0.1, 0))
        .isGreaterThan(STREAMS * 95 / 100);
  }

  @Test
  void aSuccessorThatWasNotBetterOfLate_isHopeless() {
    SuccessorTest test = new SuccessorTest();
    assertThat(test.isHopeless()).isTrue();
    test.observe(true, false);
    assertThat(test.isHopeless()).isFalse();
    for (int i = 0; i < 2; i++) {
      test.observe(false, true);
    }
    assertThat(test.isHopeless()).isTrue();
  }

  @Test
  void restart_forgetsEverything() throws IOException {
    SuccessorTest test = new SuccessorTest();
    byte[] fresh = bytes(test);
    for (int i = 0; i < 100; i++) {
      test.observe(true, false);
    }
    assertThat(test.rejects(0.05)).isTrue();
    test.restart();
    assertThat(test.rejects(0.05)).isFalse();
    assertThat(bytes(test)).isEqualTo(fresh);
  }

  @Test
  void saved_itGoesOnBitForBit() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    SuccessorTest test = new SuccessorTest();
    for (int i = 0; i < 300; i++) {
      test.observe(random.nextDouble() < 0.3, random.nextDouble() < 0.25);
    }
    SuccessorTest again = read(bytes(test));
    for (int i = 0; i < 300; i++) {
      boolean wrong = random.nextDouble() < 0.3;
      boolean successorWrong = random.nextDouble() < 0.25;
      test.observe(wrong, successorWrong);
      again.observe(wrong, successorWrong);
    }
    assertThat(bytes(again)).isEqualTo(bytes(test));
  }

  /**
   * Both means are rounded on their own: in one of 5,000 streams like this one the mean is larger.
   */
  @Test
  void whatItWrote_itReads() throws IOException {
    SplitMix64 random = new SplitMix64(2301);
    random.nextDouble();
    double usual = 0.05 + 0.5 * random.nextDouble();
    double rate = usual;
    SuccessorTest test = new SuccessorTest();
    boolean larger = false;
    for (int i = 0; i < 6_000; i++) {
      if (i % 100 == 0) {
        rate = random.nextDouble() < 0.5 ? 0.003 : usual;
      }
      test.observe(i > 0 && random.nextDouble() < rate, i == 0);
      ByteBuffer numbers = ByteBuffer.wrap(bytes(test));
      larger |= numbers.getDouble(8) > numbers.getDouble(16);
      assertThat(bytes(read(bytes(test)))).isEqualTo(bytes(test));
    }
    assertThat(larger).isTrue();
  }

  @Test
  void damagedStatesAreRejected() {
    assertThatThrownBy(() -> read(bytes(-1, 0, 0))).hasMessageContaining("wealth");
    assertThatThrownBy(() -> read(bytes(1, 0.5, 0.4))).hasMessageContaining("mean difference");
  }

  private static SuccessorTest read(byte[] bytes) throws IOException {
    SuccessorTest test = new SuccessorTest();
    test.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    return test;
  }

  private static byte[] bytes(double... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (double value : values) {
      out.writeDouble(value);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(SuccessorTest test) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    test.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
