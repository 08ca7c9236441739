// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Under which configuration and schema a snapshot was written, so that it is never continued under
 * another. The configuration stands in words, for the error message; the schema, which may be long,
 * as a hash beside its sizes.
 */
record MixtureFingerprint(String config, String schema, long schemaHash) {
  /** More bytes than any configuration has. */
  private static final int MAX_WORDS = 1 << 24;

  static MixtureFingerprint of(MixtureConfig config, StreamSchema schema) {
    // as before there was one, so that snapshots from then can be continued
    String words =
        config
            .toString()
            .replace(", attendance=null", "")
            .replace("division=", "specialisation=")
            .replace("Data[experts", "Regimes[experts")
            .replace("Task[expert", "Classes[expert")
            .replace("MaskGateFactory[", "MlpBce[")
            .replace("LikelihoodGateFactory[", "MlpNll[")
            .replace("FixedShareGateFactory[", "FixedShare[")
            .replace("ResponsibilityGateFactory[", "RegionGateConfig[");
    return of(words, schema);
  }

  /**
   * As version 1 of the mixture wrote it, when every mixture had MOA's trees, one network on raw
   * inputs and no life cycle. Of other configurations it wrote nothing, and none of its words match
   * theirs.
   */
  static MixtureFingerprint ofVersion1(MixtureConfig config, StreamSchema schema) {
    if (!(config.gates().size() == 1
        && config.gates().get(0) instanceof MaskGateFactory gate
        && gate.network().inputs() == InputEncoding.RAW
        && config.lifecycle() == null
        && isOfVersion1(config.division()))) {
      return of(config.toString(), schema);
    }
    NetworkConfig network = gate.network();
    String division =
        config.division() instanceof Division.Data regimes
            ? "regimes(experts=%d, topK=%d)".formatted(regimes.experts().size(), regimes.topK())
            : "classes";
    String words =
        "%s, seed=%d, hidden=%s, learningRate=%s, dropout=%s, batchSize=%d, temperature=%s,"
            + " detectorDelta=%s, evaluationWindow=%d";
    return of(
        words.formatted(
            division,
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

  private static boolean isOfVersion1(Division division) {
    if (division instanceof Division.Data regimes) {
      return regimes.combination() instanceof Combination.ArgMax
          && regimes.experts().stream().allMatch(MoaHoeffdingTreeFactory.paper()::equals);
    }
    return MoaHoeffdingTreeFactory.paper().equals(((Division.Task) division).expert());
  }

  private static MixtureFingerprint of(String config, StreamSchema schema) {
    return new MixtureFingerprint(
        config,
        "%d attributes, %d classes".formatted(schema.features(), schema.classes()),
        hash(schema));
  }

  void writeTo(DataOutput out) throws IOException {
    byte[] words = config.getBytes(StandardCharsets.UTF_8); // a long pool exceeds writeUTF's 64 KB
    out.writeInt(words.length);
    out.write(words);
    out.writeUTF(schema);
    out.writeLong(schemaHash);
  }

  /**
   * Reads a fingerprint and fails with both sides in words when it is not this one.
   *
   * @param version of the mixture's snapshot that it stands in
   */
  void check(DataInput in, int version) throws IOException {
    String foundConfig = version == 1 ? in.readUTF() : readWords(in);
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

  private static String readWords(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_WORDS) {
      throw new IOException("snapshot names a configuration of %d bytes".formatted(length));
    }
    byte[] words = new byte[length];
    in.readFully(words);
    return new String(words, StandardCharsets.UTF_8);
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
