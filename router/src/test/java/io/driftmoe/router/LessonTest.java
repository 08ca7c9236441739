// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LessonTest {
  private static final StreamSchema SCHEMA = Electricity.SCHEMA;
  private static final int EXPERTS = 2;

  /** Below these the gates take a probability to be rounded. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 1 + 1e-10})
  void sharesAreRead(double share) throws IOException {
    for (int array = 0; array < 3; array++) {
      assertThat(read(written(array, share))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1 + 1e-8, 1.0002, 1.5, 2, -1e-300, Double.NaN, Double.MAX_VALUE})
  void whatNoGateCouldLearnIsRefused(double share) throws IOException {
    for (int array = 0; array < 3; array++) {
      byte[] lesson = written(array, share);
      assertThatThrownBy(() -> read(lesson))
          .isInstanceOf(IOException.class)
          .hasMessage("snapshot holds a lesson 0 that cannot have been");
    }
  }

  /** One NaN would make the exponents NaN for good. */
  @ParameterizedTest
  @ValueSource(doubles = {1.5, -1e-300, Double.NaN, Double.POSITIVE_INFINITY})
  void whatNoLabelsCouldSayIsRefusedInAPredictionThatWaits(double share) throws IOException {
    byte[] waiting = saying(0.25, 0.75, share, 0.5);
    assertThatThrownBy(() -> PendingPrediction.readFrom(in(waiting)))
        .isInstanceOf(IOException.class)
        .hasMessage("pending prediction holds a share of labels of " + share);
  }

  @Test
  void whatLabelsSayIsOfWholeDistributions() throws IOException {
    double[] said = {0.25, 0.75, 1, 0};
    assertThat(PendingPrediction.readFrom(in(saying(said))).saidOfLabels()).isEqualTo(said);
    byte[] half = saying(0.25, 0.75, 1);
    assertThatThrownBy(() -> PendingPrediction.readFrom(in(half)))
        .isInstanceOf(IOException.class)
        .hasMessage("pending prediction holds 3 shares of labels of 2 classes");
  }

  private static byte[] saying(double... said) throws IOException {
    PendingPrediction prediction =
        new PendingPrediction(
            FeatureVector.of(new double[SCHEMA.features()]),
            new double[] {0.5, 0.5},
            new double[] {0.5, 0.5},
            new Votes(new double[] {0.5, 0.5, 1, 0}, SCHEMA.classes()),
            7,
            0,
            said,
            0.5,
            0,
            null,
            null,
            LoadLevels.NONE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    prediction.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /** With a share in the probabilities, the weights or the votes. */
  private static byte[] written(int array, double share) throws IOException {
    double[][] shares = {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5, 1, 0}};
    shares[array][1] = share;
    PendingPrediction prediction =
        new PendingPrediction(
            FeatureVector.of(new double[SCHEMA.features()]),
            shares[0],
            shares[1],
            new Votes(shares[2], SCHEMA.classes()),
            7,
            0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Lesson.writeAll(List.of(new Lesson(prediction, 1)), new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static List<Lesson> read(byte[] bytes) throws IOException {
    return Lesson.readAll(in(bytes), 1, SCHEMA, EXPERTS, SCHEMA.classes());
  }
}
