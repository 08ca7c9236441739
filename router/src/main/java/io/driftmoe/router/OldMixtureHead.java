// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;
import java.util.Locale;

/**
 * Reads what a snapshot of a mixture began with in versions 1 to 3: the configuration in words, the
 * sizes of the schema in words, and a hash of the schema.
 */
final class OldMixtureHead {
  private OldMixtureHead() {}

  /**
   * Reads a head and compares it.
   *
   * @param version of the snapshot, 1 to 3
   * @param documents understand its kinds of parts
   * @throws IOException when it was written under another configuration or schema, or the bytes are
   *     no such head
   */
  static void check(
      DataInput in, int version, MixtureConfig config, StreamSchema schema, DocumentCodec documents)
      throws IOException {
    MixtureHead.checkConfig(readConfig(in, version, documents), config, documents);
    String sizes = in.readUTF();
    long hash = in.readLong();
    String expected = schema.features() + " attributes, " + schema.classes() + " classes";
    if (!sizes.equals(expected) || hash != hash(schema)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "snapshot was written under another schema: [%s, hash %016x], this is [%s, hash %016x]",
              sizes,
              hash,
              expected,
              hash(schema)));
    }
  }

  /**
   * Reads the configuration only, with which a head begins.
   *
   * @param version of the snapshot, 1 to 3
   * @param documents understand its kinds of parts
   * @throws IOException when the bytes are no such head
   */
  static MixtureConfig readConfig(DataInput in, int version, DocumentCodec documents)
      throws IOException {
    String words = version == 1 ? in.readUTF() : SnapshotText.read(in);
    try {
      return version == 1
          ? OldConfigWords.readVersion1(words)
          : documents.readNested(OldConfigWords.tree(words));
    } catch (IllegalArgumentException e) {
      throw new IOException("configuration of the snapshot: " + e.getMessage(), e);
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
