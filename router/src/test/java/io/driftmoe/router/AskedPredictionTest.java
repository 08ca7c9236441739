// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A prediction whose label is asked for: how it is kept, and what its question changes. */
class AskedPredictionTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("a"), Attribute.numeric("b")),
          new LabelSpace(List.of("no", "yes")));

  private static final LabelQuestion QUESTION =
      new LabelQuestion(LabelQuestion.Reason.DRIFT, 0.25, 0.4);

  private static MixtureOfExperts mixture() {
    return MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), SCHEMA);
  }

  private static byte[] bytes(PendingPrediction prediction) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    prediction.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static PendingPrediction read(byte[] bytes) throws IOException {
    return PendingPrediction.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void theQuestionIsKept_andWithoutOneTheBytesAreThoseOfBefore() throws IOException {
    PendingPrediction plain = mixture().predict(FeatureVector.of(1, 2));
    PendingPrediction asked = plain.asking(QUESTION);
    PendingPrediction found = read(bytes(asked));
    assertThat(found.question()).contains(QUESTION);
    assertThat(bytes(found)).isEqualTo(bytes(asked));
    assertThat(found.probabilities()).isEqualTo(plain.probabilities());
    assertThat(found.predictedClass()).isEqualTo(plain.predictedClass());
    assertThat(read(bytes(plain)).question()).isEmpty();
    assertThat(bytes(plain).length).isLessThan(bytes(asked).length);
    byte[] good = bytes(asked);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class);
    }
    byte[] unknownReason = good.clone();
    unknownReason[good.length - 17] = 9;
    assertThatThrownBy(() -> read(unknownReason)).hasMessageContaining("9");
  }

  /** Its weight counts for what must not see the choice, and for nothing else. */
  @Test
  void aWeight_changesHowSureTheMixtureIs_andNotWhatItPredicts() {
    MixtureOfExperts plain = mixture();
    MixtureOfExperts weighted = mixture();
    SplitMix64 random = new SplitMix64(3);
    boolean other = false;
    for (int i = 0; i < 1_000; i++) {
      FeatureVector x = FeatureVector.of(random.nextDouble(), random.nextDouble());
      int label = (x.get(0) > 0.5) != random.nextDouble() < 0.2 ? 1 : 0;
      PendingPrediction one = plain.predict(x);
      PendingPrediction two = weighted.predict(x);
      assertThat(two.predictedClass()).isEqualTo(one.predictedClass());
      assertThat(two.gateWeights()).isEqualTo(one.gateWeights());
      other |= !Arrays.equals(one.probabilities(), two.probabilities());
      plain.learn(one, label);
      weighted.learn(two.asking(QUESTION), label);
    }
    assertThat(other).isTrue();
  }
}
