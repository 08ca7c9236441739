// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in Avro's binary encoding by the schema of their writer: what is not mapped is
 * passed over and never kept. Lengths, counts and depths that a message claims are checked against
 * the bytes it has before anything is done with them.
 */
final class AvroFields {
  /** Of types within types; schemas may contain themselves. */
  private static final int DEEPEST = 200;

  /** Items that take no bytes are counted too; more than this and one a byte cannot be meant. */
  private static final int LEAST_ITEMS = 1_024;

  private final FieldTree tree;
  private @Nullable BinaryDecoder reused;
  private long items;

  AvroFields(FieldTree tree) {
    this.tree = tree;
  }

  /**
   * Reads one record.
   *
   * @param schema of the writer
   * @param from where the encoding begins in the message
   * @param into what it holds; not cleared before
   * @throws RejectedException when the bytes are not exactly one record of the schema
   */
  void read(Schema schema, byte[] message, int from, FieldValues into) throws RejectedException {
    try {
      BinaryDecoder in =
          DecoderFactory.get().binaryDecoder(message, from, message.length - from, reused);
      reused = in;
      items = Math.max(LEAST_ITEMS, message.length);
      value(schema, tree.root(), in, into, 0);
      if (!in.isEnd()) {
        throw RejectedException.undecodable(
            "bytes follow the end of the record of schema %s in a message of %s bytes"
                .formatted(name(schema), message.length));
      }
    } catch (EOFException e) {
      throw RejectedException.undecodable(
          "truncated: the message of %s bytes ends inside the record of schema %s"
              .formatted(message.length, name(schema)),
          e);
    } catch (IOException | RuntimeException e) { // of many kinds on malformed bytes
      throw RejectedException.undecodable(
          "no record of schema %s: %s".formatted(name(schema), QuotedText.of("" + e.getMessage())),
          e);
    }
  }

  private static String name(Schema schema) {
    return schema.getType() == Schema.Type.RECORD
        ? QuotedText.of(schema.getFullName())
        : "of type " + schema.getType().getName();
  }

  /**
   * @param node null where the value is passed over
   */
  private void value(
      Schema schema, FieldTree.@Nullable Node node, BinaryDecoder in, FieldValues into, int depth)
      throws IOException, RejectedException {
    if (depth > DEEPEST) {
      throw new IOException("it is nested deeper than " + DEEPEST);
    }
    switch (schema.getType()) {
      case RECORD -> record(schema, node, in, into, depth);
      case ARRAY -> array(schema, node, in, into, depth);
      case MAP -> map(schema, node, in, into, depth);
      case UNION -> value(branch(schema, in), node, in, into, depth + 1);
      default -> {
        if (node == null) {
          AvroScalars.skip(schema, in);
        } else {
          AvroScalars.read(schema, node, in, into);
        }
      }
    }
  }

  private static Schema branch(Schema union, BinaryDecoder in) throws IOException {
    int index = in.readIndex();
    if (index < 0 || index >= union.getTypes().size()) {
      throw new IOException(
          "branch %s of a union of %s types".formatted(index, union.getTypes().size()));
    }
    return union.getTypes().get(index);
  }

  private void record(
      Schema schema, FieldTree.@Nullable Node node, BinaryDecoder in, FieldValues into, int depth)
      throws IOException, RejectedException {
    if (node != null) {
      into.setOther(node, "a record");
    }
    for (Schema.Field field : schema.getFields()) {
      FieldTree.Node child = node == null ? null : node.child(field.name());
      if (child != null) {
        into.meet(child, field.name());
      }
      value(field.schema(), child, in, into, depth + 1);
    }
  }

  private void array(
      Schema schema, FieldTree.@Nullable Node node, BinaryDecoder in, FieldValues into, int depth)
      throws IOException, RejectedException {
    if (node != null) {
      into.setOther(node, "an array");
    }
    boolean mapped = node != null && node.hasChildren();
    long index = 0;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      take(left);
      for (long item = 0; item < left; item++, index++) {
        FieldTree.Node child = mapped && node != null ? node.child(Long.toString(index)) : null;
        value(schema.getElementType(), child, in, into, depth + 1);
      }
    }
  }

  private void map(
      Schema schema, FieldTree.@Nullable Node node, BinaryDecoder in, FieldValues into, int depth)
      throws IOException, RejectedException {
    if (node != null) {
      into.setOther(node, "a map");
    }
    for (long left = in.readMapStart(); left > 0; left = in.mapNext()) {
      take(left);
      for (long entry = 0; entry < left; entry++) {
        FieldTree.Node child = null;
        if (node == null || !node.hasChildren()) {
          AvroScalars.skipBytes(in);
        } else {
          String key = in.readString(null).toString();
          child = node.child(key);
          if (child != null) {
            into.meet(child, key);
          }
        }
        value(schema.getValueType(), child, in, into, depth + 1);
      }
    }
  }

  /** Counts items before they are read, of which some take no bytes. */
  private void take(long count) throws IOException {
    items -= count;
    if (items < 0) {
      throw new IOException("it claims more items than it has bytes");
    }
  }
}
