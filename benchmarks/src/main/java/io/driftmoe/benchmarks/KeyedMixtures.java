// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.openjdk.jol.info.GraphLayout;

/**
 * A mixture for each key, as in a job: those that were not used for longest are packed bytes where
 * there are too many. The very young ones stay as they are, since they are little more than what
 * they have learned.
 */
final class KeyedMixtures {
  private final MixtureConfig config;
  private final StreamSchema schema;
  private final int most;
  private final Map<Integer, MixtureOfExperts> young = new HashMap<>();

  /** Those that were not used for longest first. */
  private final LinkedHashMap<Integer, MixtureOfExperts> live = new LinkedHashMap<>();

  private final Map<Integer, byte[]> packed = new HashMap<>();

  /**
   * @param most so many may be live beside the very young ones
   */
  KeyedMixtures(MixtureConfig config, StreamSchema schema, int most) {
    this.config = config;
    this.schema = schema;
    this.most = most;
  }

  /** Predicts, then learns. */
  void learn(int key, LabeledExample example) throws IOException {
    MixtureOfExperts mixture = take(key);
    mixture.learn(mixture.predict(example.features()), example.label());
    if (mixture.isYoung() && !mixture.keepsParts()) {
      young.put(key, mixture);
      return;
    }
    live.put(key, mixture);
    if (live.size() > most) {
      Iterator<Map.Entry<Integer, MixtureOfExperts>> all = live.entrySet().iterator();
      Map.Entry<Integer, MixtureOfExperts> oldest = all.next();
      packed.put(oldest.getKey(), pack(oldest.getValue()));
      all.remove();
    }
  }

  private MixtureOfExperts take(int key) throws IOException {
    MixtureOfExperts mixture = young.remove(key);
    mixture = mixture == null ? live.remove(key) : mixture;
    byte[] bytes = mixture == null ? packed.remove(key) : null;
    if (bytes != null) {
      mixture = unpack(bytes);
    }
    return mixture == null ? MixtureOfExperts.create(config, schema) : mixture;
  }

  private MixtureOfExperts unpack(byte[] bytes) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      return MixtureOfExperts.restore(config, schema, in);
    }
  }

  private static byte[] pack(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater))) {
      mixture.writeSnapshot(out);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  int size() {
    return young.size() + live.size() + packed.size();
  }

  /** What all models take, without what they share. */
  long bytes() {
    HeapMeter.used(); // collects what is reached through weak references alone
    long shared = GraphLayout.parseInstance(config, schema).totalSize();
    long bytes = packed.values().stream().mapToLong(each -> each.length).sum();
    for (Map<Integer, MixtureOfExperts> all : List.of(young, live)) {
      for (MixtureOfExperts mixture : all.values()) {
        bytes += GraphLayout.parseInstance(mixture, config, schema).totalSize() - shared;
      }
    }
    return bytes;
  }
}
