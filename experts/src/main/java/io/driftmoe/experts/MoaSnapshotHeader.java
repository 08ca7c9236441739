// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * What a tree's snapshot starts with: tag, version, then a fingerprint of the options and the
 * schema, so that a tree is never continued under others than it was grown with.
 */
final class MoaSnapshotHeader {
  static final String TAG = "MOHT";
  static final int VERSION = 1;

  private final MoaHoeffdingTreeFactory options;
  private final StreamSchema schema;

  MoaSnapshotHeader(MoaHoeffdingTreeFactory options, StreamSchema schema) {
    this.options = options;
    this.schema = schema;
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(options.gracePeriod());
    out.writeDouble(options.splitConfidence());
    out.writeDouble(options.tieThreshold());
    out.writeInt(schema.features());
    out.writeInt(schema.classes());
    out.writeLong(schemaHash(schema));
  }

  void check(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    same("gracePeriod", in.readInt(), options.gracePeriod());
    same("splitConfidence", in.readDouble(), options.splitConfidence());
    same("tieThreshold", in.readDouble(), options.tieThreshold());
    same("number of attributes", in.readInt(), schema.features());
    same("number of classes", in.readInt(), schema.classes());
    same(
        "hash of the schema's attribute, value and class names",
        Long.toHexString(in.readLong()),
        Long.toHexString(schemaHash(schema)));
  }

  private static void same(String what, Object found, Object expected) throws IOException {
    if (!found.equals(expected)) {
      throw new IOException(
          "snapshot was written under another schema or configuration: %s is %s there, %s here"
              .formatted(what, found, expected));
    }
  }

  /** FNV-1a over all names in order, each list preceded by its length. */
  private static long schemaHash(StreamSchema schema) {
    long hash = 0xcbf29ce484222325L;
    for (Attribute attribute : schema.attributes()) {
      hash = add(hash, List.of(attribute.name()));
      hash = add(hash, attribute.values());
    }
    return add(hash, schema.labels().names());
  }

  private static long add(long hash, List<String> names) {
    hash = add(hash, names.size());
    for (String name : names) {
      hash = add(hash, name.length());
      for (int i = 0; i < name.length(); i++) {
        hash = add(hash, name.charAt(i));
      }
    }
    return hash;
  }

  private static long add(long hash, int value) {
    return (hash ^ value) * 0x100000001b3L;
  }
}
