// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over the events of a stream: for each the values as big-endian doubles, then the label.
 */
final class StreamDigest {
  private final MessageDigest sha256 = sha256();
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * @param features how many of its features count, from the first
   */
  void add(LabeledExample example, int features) {
    int size = features * Double.BYTES + Integer.BYTES;
    if (bytes.capacity() != size) {
      bytes = ByteBuffer.allocate(size);
    }
    bytes.clear();
    for (int i = 0; i < features; i++) {
      bytes.putDouble(example.features().get(i));
    }
    bytes.putInt(example.label());
    sha256.update(bytes.array());
  }

  /** In hexadecimal; the digest starts anew. */
  String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }
}
