// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;

/** Snapshots in memory. */
final class Snapshots {

  /** What can write a snapshot. */
  @FunctionalInterface
  interface Writer {
    void writeTo(DataOutput out) throws IOException;
  }

  private Snapshots() {}

  static byte[] bytes(Writer model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  static DataInput input(byte[] snapshot) {
    return new DataInputStream(new ByteArrayInputStream(snapshot));
  }
}
