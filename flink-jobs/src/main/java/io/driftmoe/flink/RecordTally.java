// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts records of a key, and sums up which they are, in their order. */
final class RecordTally {
  private long events;
  private long labels;
  private final MessageDigest ids = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /** SHA-256 of bytes, in hexadecimal digits. */
  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  void add(SourceRecord.Keyed record) {
    boolean isLabel = record instanceof SourceRecord.Label;
    labels += isLabel ? 1 : 0;
    events += isLabel ? 0 : 1;
    String line = "%s %s\n".formatted(isLabel ? "label" : "event", record.eventId());
    ids.update(line.getBytes(StandardCharsets.UTF_8));
  }

  /** What was counted; afterwards it counts anew. */
  ForgetCertificate.Records records() {
    ForgetCertificate.Records records =
        new ForgetCertificate.Records(events, labels, HexFormat.of().formatHex(ids.digest()));
    events = 0;
    labels = 0;
    return records;
  }
}
