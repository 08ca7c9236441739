// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
  private record Answer(double[] probabilities, int label) {}

  /** Probabilities of a power of what is drawn from: above 1 too sure, below 1 too doubtful. */
  private static Answer answer(SplittableRandom random, int classes, double power) {
    double[] truth = new double[classes];
    for (int c = 0; c < classes; c++) {
      truth[c] = Math.pow(random.nextDouble(), c == 0 ? 0.05 : classes > 50 ? 60 : 3);
    }
    normalise(truth);
    double left = random.nextDouble();
    int label = 0;
    while (label < classes - 1 && left >= truth[label]) {
      left -= truth[label];
      label++;
    }
    double[] said = Arrays.stream(truth).map(p -> Math.pow(p, power)).toArray();
    normalise(said);
    return new Answer(said, label);
  }

  private static void normalise(double[] values) {
    double sum = Arrays.stream(values).sum();
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }

  private static double[] corrected(Calibrator calibrator, double[] probabilities) {
    double[] corrected = probabilities.clone();
    int top = ArgMax.of(corrected);
    Calibrator.set(corrected, top, calibrator.corrected(corrected[top]));
    return corrected;
  }

  private static void learn(Calibrator calibrator, double[] probabilities, int label) {
    int top = ArgMax.of(probabilities);
    calibrator.learn(probabilities[top], top == label, 1);
  }

  /** Expected calibration error in per cent over fifteen bins, before and after. */
  private static double[] errors(int classes, double power, int late, int events) {
    SplittableRandom random = new SplittableRandom(7);
    Calibrator calibrator = new Calibrator();
    double[][] gaps = new double[2][15];
    Queue<Answer> waiting = new ArrayDeque<>();
    for (int i = 0; i < events; i++) {
      Answer answer = answer(random, classes, power);
      double[][] both = {
        answer.probabilities, corrected(calibrator, answer.probabilities),
      };
      for (int k = 0; k < 2; k++) {
        int top = ArgMax.of(both[k]);
        int bin = Math.min(14, (int) (both[k][top] * 15));
        gaps[k][bin] += (top == answer.label ? 1 : 0) - both[k][top];
      }
      waiting.add(answer);
      if (waiting.size() > late) {
        Answer known = waiting.remove();
        learn(calibrator, known.probabilities, known.label);
      }
    }
    return Arrays.stream(gaps)
        .mapToDouble(bins -> 100 * Arrays.stream(bins).map(Math::abs).sum() / events)
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 0",
    "2, 0.4, 0",
    "2, 3, 500",
    "5, 2, 0",
    "5, 0.5, 100",
    "100, 4, 0",
    "100, 0.4, 500",
  })
  void wrongConfidenceIsPutRight(int classes, double power, int late) {
    double[] errors = errors(classes, power, late, 40_000);

    assertThat(errors[0]).as("before").isGreaterThan(4);
    assertThat(errors[1]).as("after").isLessThan(1.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100})
  void orderAndSumStay(int classes) {
    SplittableRandom random = new SplittableRandom(classes);
    Calibrator calibrator = new Calibrator();
    for (int i = 0; i < 5_000; i++) {
      double[] before = answer(random, classes, 1).probabilities;
      if (i % 5 == 0) {
        before[random.nextInt(classes)] = 0;
        normalise(before);
      }
      double[] after = corrected(calibrator, before);
      assertThat(ArgMax.of(after)).isEqualTo(ArgMax.of(before));
      assertThat(Arrays.stream(after).sum()).isCloseTo(1, within(1e-12));
      assertThat(Arrays.stream(after)).allMatch(p -> p >= 0 && p <= 1);
      int[] falling = ArgMax.falling(before);
      double[] inOrder = Arrays.stream(falling).mapToDouble(c -> -after[c]).toArray();
      assertThat(inOrder).isSorted();
      // labels that say that the most probable class is always wrong, or always right
      int label = i < 2_500 ? ArgMax.of(before) : (ArgMax.of(before) + 1) % classes;
      learn(calibrator, before, label);
    }
  }

  @Test
  void extremesStayProbabilities() {
    Calibrator calibrator = new Calibrator();
    double[][] extremes = {
      {1, 0, 0}, {0, 0, 1}, {1 - 1e-16, 1e-16, 0}, {0.5, 0.5, 0}, {0, 1, 1e-300}
    };
    for (int i = 0; i < 3_000; i++) {
      double[] before = extremes[i % extremes.length];
      double[] after = corrected(calibrator, before);
      assertThat(after).doesNotContain(Double.NaN);
      assertThat(Arrays.stream(after).sum()).isCloseTo(1, within(1e-12));
      assertThat(ArgMax.of(after)).isEqualTo(ArgMax.of(before));
      learn(calibrator, before, i < 1_500 ? 1 : ArgMax.of(before));
    }
  }

  @Test
  void beforeTheFirstLabelNothingIsMoved() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      double[] before = answer(random, 2 + i % 5, 1).probabilities;
      assertThat(corrected(new Calibrator(), before)).containsExactly(before);
    }
  }

  @Test
  void goesOnBitForBitAfterARestore() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Calibrator calibrator = new Calibrator();
    for (int i = 0; i < 700; i++) {
      Answer answer = answer(random, 4, 2);
      learn(calibrator, answer.probabilities, answer.label);
    }
    Calibrator restored = new Calibrator();
    restored.readSnapshot(in(saved(calibrator)));

    for (int i = 0; i < 700; i++) {
      Answer answer = answer(random, 4, 2);
      assertThat(corrected(restored, answer.probabilities))
          .containsExactly(corrected(calibrator, answer.probabilities));
      learn(calibrator, answer.probabilities, answer.label);
      learn(restored, answer.probabilities, answer.label);
    }
    assertThat(saved(restored)).isEqualTo(saved(calibrator));
  }

  @Test
  void damagedShiftsAreRefused() throws IOException {
    byte[] bytes = saved(new Calibrator());
    int first = bytes.length - 3 * (4 + 23 * 8) + 4;
    Arrays.fill(bytes, first, first + 8, (byte) 0x7f);

    assertThatIOException().isThrownBy(() -> new Calibrator().readSnapshot(in(bytes)));
  }

  private static byte[] saved(Calibrator calibrator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    calibrator.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
