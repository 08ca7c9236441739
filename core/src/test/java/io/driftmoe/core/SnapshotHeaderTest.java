// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SnapshotHeaderTest {

  @Test
  void readsEveryVersionUpToItsOwn() throws IOException {
    assertThat(SnapshotHeader.read(header("tree", 1), "tree", 2)).isEqualTo(1);
    assertThat(SnapshotHeader.read(header("tree", 2), "tree", 2)).isEqualTo(2);
  }

  @Test
  void rejectsNewerVersionsAndOtherTags() {
    assertThatIOException()
        .isThrownBy(() -> SnapshotHeader.read(header("tree", 3), "tree", 2))
        .withMessageContaining("version 3");
    assertThatIOException()
        .isThrownBy(() -> SnapshotHeader.read(header("gate", 1), "tree", 2))
        .withMessageContaining("'tree'");
  }

  private static DataInputStream header(String tag, int version) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotHeader.write(new DataOutputStream(bytes), tag, version);
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }
}
