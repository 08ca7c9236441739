// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import io.driftmoe.core.Domain;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a tree's snapshot starts with: tag, version, then a fingerprint of the options and the
 * schema, so that a tree is never continued under others than it was grown with.
 */
final class MoaSnapshotHeader {
  static final String TAG = "MOHT";
  static final int VERSION = 1;

  private final MoaHoeffdingTreeFactory options;
  private final StreamSchema schema;
  private final Domain domain;

  MoaSnapshotHeader(MoaHoeffdingTreeFactory options, StreamSchema schema) {
    this.options = options;
    this.schema = schema;
    this.domain = new Domain(schema);
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(options.gracePeriod());
    out.writeDouble(options.splitConfidence());
    out.writeDouble(options.tieThreshold());
    out.writeInt(schema.features());
    out.writeInt(schema.classes());
    out.writeLong(domain.schemaHash());
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
        Long.toHexString(domain.schemaHash()));
  }

  private static void same(String what, Object found, Object expected) throws IOException {
    if (!found.equals(expected)) {
      throw new IOException(
          "snapshot was written under another schema or configuration: %s is %s there, %s here"
              .formatted(what, found, expected));
    }
  }
}
