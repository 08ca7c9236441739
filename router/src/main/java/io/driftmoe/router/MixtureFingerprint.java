// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Under which configuration and schema a snapshot was written, so that it is never continued under
 * another. The configuration stands in words, for the error message; the schema, which may be long,
 * as a hash beside its sizes.
 */
record MixtureFingerprint(String config, String schema, long schemaHash) {

  static MixtureFingerprint of(MixtureConfig config, StreamSchema schema) {
    return of(config.toString(), schema);
  }

  /**
   * As version 1 of the mixture wrote it, when every mixture had MOA's trees, one network on raw
   * inputs and no life cycle.
   */
  static MixtureFingerprint ofVersion1(MixtureConfig config, StreamSchema schema) {
    if (!(config.gates().size() == 1
        && config.gates().get(0) instanceof GateConfig.MlpBce gate
        && gate.network().inputs() == RouterInputs.RAW)) {
      return of(config.toString(), schema);
    }
    NetworkConfig network = gate.network();
    String specialisation =
        config.specialisation() instanceof Specialisation.Regimes regimes
            ? "regimes(experts=%d, topK=%d)".formatted(regimes.experts().size(), regimes.topK())
            : "classes";
    String words =
        "%s, seed=%d, hidden=%s, learningRate=%s, dropout=%s, batchSize=%d, temperature=%s,"
            + " detectorDelta=%s, evaluationWindow=%d";
    return of(
        words.formatted(
            specialisation,
            config.seed(),
            network.hidden(),
            network.learningRate(),
            network.dropout(),
            network.batchSize(),
            network.temperature(),
            config.detectorDelta(),
            config.evaluationWindow()),
        schema);
  }

  private static MixtureFingerprint of(String config, StreamSchema schema) {
    return new MixtureFingerprint(
        config,
        "%d attributes, %d classes".formatted(schema.features(), schema.classes()),
        hash(schema));
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeUTF(config);
    out.writeUTF(schema);
    out.writeLong(schemaHash);
  }

  /** Reads a fingerprint and fails with both sides in words when it is not this one. */
  void check(DataInput in) throws IOException {
    String foundConfig = in.readUTF();
    String foundSchema = in.readUTF();
    long foundHash = in.readLong();
    if (!foundConfig.equals(config)) {
      throw new IOException(
          "snapshot was written under configuration [%s], this is [%s]"
              .formatted(foundConfig, config));
    }
    if (!foundSchema.equals(schema) || foundHash != schemaHash) {
      throw new IOException(
          "snapshot was written under another schema: [%s, hash %016x], this is [%s, hash %016x]"
              .formatted(foundSchema, foundHash, schema, schemaHash));
    }
  }

  // FNV-1a over the characters; every text is preceded by its length, every list by its size.
  private static long hash(StreamSchema schema) {
    long hash = mix(0xcbf29ce484222325L, schema.features());
    for (Attribute attribute : schema.attributes()) {
      hash = mix(mix(hash, attribute.name()), attribute.values().size());
      for (String value : attribute.values()) {
        hash = mix(hash, value);
      }
    }
    hash = mix(hash, schema.classes());
    for (String name : schema.labels().names()) {
      hash = mix(hash, name);
    }
    return hash;
  }

  private static long mix(long hash, String text) {
    long mixed = mix(hash, text.length());
    for (int i = 0; i < text.length(); i++) {
      mixed = mix(mixed, text.charAt(i));
    }
    return mixed;
  }

  private static long mix(long hash, int value) {
    return (hash ^ value) * 0x100000001b3L;
  }
}
