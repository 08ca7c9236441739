// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The committed predictions of a run by event. Of each prediction it keeps a fingerprint of
 * everything that the same model must say again, bit for bit: class, probabilities, weights, the
 * number of events learned. Thread-safe.
 */
final class Ledger {
  private final Map<String, Long> fingerprints = new TreeMap<>();
  private long records;

  synchronized void add(PredictionEvent prediction) {
    records++;
    fingerprints.put(
        prediction.getModelKey() + "/" + prediction.getEventId(), fingerprint(prediction));
  }

  /** Predictions read, doubled ones included. */
  synchronized long records() {
    return records;
  }

  /** Events that have a prediction. */
  synchronized long distinct() {
    return fingerprints.size();
  }

  synchronized long doubled() {
    return records - fingerprints.size();
  }

  /** Events of the other ledger whose prediction is missing here or is not the same. */
  synchronized long differencesFrom(Ledger other) {
    long different = 0;
    synchronized (other) {
      for (Map.Entry<String, Long> expected : other.fingerprints.entrySet()) {
        if (!expected.getValue().equals(fingerprints.get(expected.getKey()))) {
          different++;
        }
      }
    }
    return different;
  }

  /** SHA-256 of all events, sorted, with their fingerprints. */
  synchronized String digest() {
    MessageDigest sha256 = sha256();
    lines().forEach(line -> sha256.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(sha256.digest());
  }

  synchronized void write(Path file) throws IOException {
    Files.write(file, lines());
  }

  static Ledger read(Path file) throws IOException {
    Ledger ledger = new Ledger();
    for (String line : Files.readAllLines(file)) {
      int space = line.lastIndexOf(' ');
      ledger.fingerprints.put(
          line.substring(0, space), HexFormat.fromHexDigitsToLong(line.substring(space + 1)));
    }
    ledger.records = ledger.fingerprints.size();
    return ledger;
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>(fingerprints.size());
    fingerprints.forEach(
        (event, print) -> lines.add(event + " " + HexFormat.of().toHexDigits(print)));
    return lines;
  }

  private static long fingerprint(PredictionEvent prediction) {
    MessageDigest sha256 = sha256();
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha256))) {
      out.writeUTF(prediction.getPredictedClass());
      for (double probability : prediction.getProbabilities()) {
        out.writeDouble(probability);
      }
      for (double weight : prediction.getGateWeights()) {
        out.writeDouble(weight);
      }
      out.writeLong(prediction.getModelVersion());
      out.writeLong(prediction.getEventTime());
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written anywhere", e);
    }
    return ByteBuffer.wrap(sha256.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
