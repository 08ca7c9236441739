// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class SnapshotArraysTest {

  private static DataInputStream written(double... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotArrays.writeDoubles(new DataOutputStream(bytes), values);
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }

  @Test
  void arraysThatTheReaderHasMayBeLong() throws IOException {
    double[] values = new double[(1 << 22) + 1];
    values[1 << 22] = 7;
    double[] target = new double[values.length];
    SnapshotArrays.readDoubles(written(values), target);
    assertThat(target[1 << 22]).isEqualTo(7);
    assertThatThrownBy(() -> SnapshotArrays.readDoubles(written(values)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void otherLengthsAndValuesOutOfRangeAreRejectedByField() {
    double[] target = new double[2];
    assertThatThrownBy(() -> SnapshotArrays.readDoubles(written(1, 2, 3), target))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds an array of length 3, expected 2");
    assertThatThrownBy(() -> SnapshotArrays.readDoubles(written(1), target, 0, 1, "shares"))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds 1 shares, expected 2");
    assertThatThrownBy(() -> SnapshotArrays.readDoubles(written(1, 1.5), target, 0, 1, "shares"))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds shares of 1.5, expected 0.0 to 1.0");
    assertThatThrownBy(
            () -> SnapshotArrays.readDoubles(written(0, Double.NaN), target, 0, 1, "shares"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NaN");
  }
}
