// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class MlpTest {

  @Test
  void drawsXavierUniformWeightsAndZeroBiases() {
    Mlp mlp = Mlp.xavier(7, 8, 256, 128, 12);
    assertThat(mlp.parameters()).hasSize(8 * 256 + 256 + 256 * 128 + 128 + 128 * 12 + 12);
    for (int l = 0; l < mlp.layers(); l++) {
      double bound = Math.sqrt(6.0 / (mlp.size(l) + mlp.size(l + 1)));
      int n = mlp.biasOffset(l) - mlp.weightOffset(l);
      double squares = 0;
      double largest = 0;
      for (int i = mlp.weightOffset(l); i < mlp.biasOffset(l); i++) {
        squares += mlp.parameters()[i] * mlp.parameters()[i];
        largest = Math.max(largest, Math.abs(mlp.parameters()[i]));
      }
      assertThat(largest).isBetween(0.99 * bound, bound);
      // The variance of a uniform distribution in ±b is b² / 3.
      assertThat(squares / n).isBetween(0.9 * bound * bound / 3, 1.1 * bound * bound / 3);
      for (int j = 0; j < mlp.size(l + 1); j++) {
        assertThat(mlp.parameters()[mlp.biasOffset(l) + j]).isZero();
      }
    }
  }

  @Test
  void seedDecidesTheWeights() {
    assertThat(Mlp.xavier(1, 3, 4, 2).parameters())
        .isEqualTo(Mlp.xavier(1, 3, 4, 2).parameters())
        .isNotEqualTo(Mlp.xavier(2, 3, 4, 2).parameters());
  }

  @Test
  void refusesASnapshotOfOtherSizes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Mlp.xavier(1, 3, 4, 2).writeSnapshot(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    assertThatThrownBy(() -> Mlp.restore(in, 3, 5, 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("[3, 4, 2]")
        .hasMessageContaining("[3, 5, 2]");
  }

  @Test
  void rejectsALayerWithoutUnits() {
    assertThatThrownBy(() -> Mlp.xavier(1, 3, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3, 0, 2]");
  }
}
