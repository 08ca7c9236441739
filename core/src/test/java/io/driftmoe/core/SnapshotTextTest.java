// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotTextTest {
  private static byte[] written(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotText.write(new DataOutputStream(bytes), text);
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte... bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static DataInputStream input(int length, byte... bytes) {
    return input(
        ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(length).put(bytes).array());
  }

  @Test
  void textsOfAnyLengthAndScript_readBack() throws IOException {
    for (String text : new String[] {"", "a", "\0é漢😀", "é".repeat(100_000)}) {
      DataInputStream in = input(written(text));
      assertThat(SnapshotText.read(in)).isEqualTo(text);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(written("é")).containsExactly(0, 0, 0, 2, 0xc3, 0xa9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "a\ude00\ud83db"})
  void unpairedSurrogates_areRefused(String text) {
    assertThatIOException()
        .isThrownBy(() -> written(text))
        .withMessage("text holds an unpaired surrogate and cannot be written");
  }

  @Test
  void whatIsNoUtf8_isRefused() {
    for (byte[] bytes :
        new byte[][] {
          {(byte) 0xc3}, // cut short
          {(byte) 0x80}, // begins in the middle
          {(byte) 0xc0, (byte) 0x80}, // the zero of writeUTF
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80} // a surrogate
        }) {
      assertThatIOException()
          .isThrownBy(() -> SnapshotText.read(input(bytes.length, bytes)))
          .withMessage("snapshot holds a text that is no UTF-8");
    }
  }

  @Test
  void lengthsThatLie_endWithTheInput() {
    assertThatIOException()
        .isThrownBy(() -> SnapshotText.read(input(-1)))
        .withMessage("snapshot names a length of -1 bytes");
    for (int length : new int[] {1, 9_000, Integer.MAX_VALUE}) {
      assertThatIOException()
          .isThrownBy(() -> SnapshotText.read(input(length)))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void skipShort_skipsWhatWriteUtfWrote() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("Name[größe=1]");
    out.writeByte(77);
    DataInputStream in = input(bytes.toByteArray());
    SnapshotText.skipShort(in);
    assertThat(in.read()).isEqualTo(77);
    assertThatIOException()
        .isThrownBy(() -> SnapshotText.skipShort(input((byte) 0, (byte) 9)))
        .isInstanceOf(EOFException.class);
  }
}
