// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Data sets for tests. */
final class Datasets {
  private Datasets() {}

  static Dataset of(URI url, Long bytes, String sha256) {
    return new Dataset(
        "test",
        "A test",
        url,
        "test.csv",
        bytes,
        sha256,
        sha256 == null ? null : "this test",
        "none",
        "nobody",
        1,
        1,
        2,
        "last",
        List.of(),
        "made up");
  }

  static Dataset of(URI url, byte[] content) {
    return of(url, (long) content.length, sha256(content));
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
