// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/** Single values in Avro's binary encoding. */
final class AvroScalars {
  /** Larger numbers are beyond a double, and take long to put into digits. */
  private static final int MOST_DECIMAL_BYTES = 160;

  private static final int LARGEST_SCALE = 1_000;
  private static final int UUID_BYTES = 16;

  private AvroScalars() {}

  /** Passes over a value. */
  static void skip(Schema schema, BinaryDecoder in) throws IOException {
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> in.readBoolean();
      case INT, ENUM -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case STRING, BYTES -> skipBytes(in);
      case FIXED -> skipBytes(in, schema.getFixedSize());
      default -> throw new IOException("no single value: " + schema.getType());
    }
  }

  /** Passes over bytes or text with their length before them. */
  static void skipBytes(BinaryDecoder in) throws IOException {
    skipBytes(in, in.readLong());
  }

  private static void skipBytes(BinaryDecoder in, long length) throws IOException {
    if (length < 0) {
      throw new IOException("a length of " + length);
    }
    if (length > in.remainingBytes()) {
      throw new EOFException();
    }
    in.skipFixed((int) length);
  }

  /** Reads a value into the slots of a node. */
  static void read(Schema schema, FieldTree.Node node, BinaryDecoder in, FieldValues into)
      throws IOException {
    switch (schema.getType()) {
      case NULL -> into.setNull(node);
      case BOOLEAN -> into.set(node, FieldKind.BOOLEAN, Boolean.toString(in.readBoolean()));
      case INT -> whole(schema, in.readInt(), node, into);
      case LONG -> whole(schema, in.readLong(), node, into);
      case FLOAT -> {
        float number = in.readFloat();
        real(number, Float.toString(number), node, into);
      }
      case DOUBLE -> {
        double number = in.readDouble();
        real(number, Double.toString(number), node, into);
      }
      case STRING -> text(in.readString(null), node, into);
      case ENUM -> symbol(schema, in.readEnum(), node, into);
      case BYTES -> bytes(schema, in.readBytes(null), node, into);
      case FIXED -> {
        if (schema.getFixedSize() > in.remainingBytes()) {
          throw new EOFException(); // before room is made for it
        }
        byte[] fixed = new byte[schema.getFixedSize()];
        in.readFixed(fixed, 0, fixed.length);
        bytes(schema, ByteBuffer.wrap(fixed), node, into);
      }
      default -> throw new IOException("no single value: " + schema.getType());
    }
  }

  private static void whole(Schema schema, long number, FieldTree.Node node, FieldValues into) {
    for (int slot : node.slots()) {
      into.setNumber(slot, number, into.wantsText(slot) ? Long.toString(number) : null);
    }
    LogicalTime time = LogicalTime.of(schema);
    if (time != null) {
      into.setTime(node, time, number);
    }
  }

  private static void real(double number, String text, FieldTree.Node node, FieldValues into) {
    for (int slot : node.slots()) {
      into.setNumber(slot, number, text);
    }
  }

  private static void text(Utf8 text, FieldTree.Node node, FieldValues into) {
    if (WellFormed.utf8(text.getBytes(), text.getByteLength())) {
      into.set(node, FieldKind.TEXT, text.toString());
    } else {
      into.setOther(node, "text that is not well-formed UTF-8");
    }
  }

  private static void symbol(Schema schema, int index, FieldTree.Node node, FieldValues into)
      throws IOException {
    if (index < 0 || index >= schema.getEnumSymbols().size()) {
      throw new IOException(
          "symbol %s of an enum of %s".formatted(index, schema.getEnumSymbols().size()));
    }
    into.set(node, FieldKind.TEXT, schema.getEnumSymbols().get(index));
  }

  private static void bytes(
      Schema schema, ByteBuffer bytes, FieldTree.Node node, FieldValues into) {
    LogicalType type = schema.getLogicalType();
    if (type instanceof LogicalTypes.Decimal decimal) {
      decimal(bytes, decimal.getScale(), node, into);
    } else if (isUuid(schema) && bytes.remaining() == UUID_BYTES) {
      into.set(node, FieldKind.TEXT, new UUID(bytes.getLong(), bytes.getLong()).toString());
    } else {
      into.setOther(node, "%s bytes".formatted(bytes.remaining()));
    }
  }

  /** Whether it is a UUID in 16 bytes. */
  static boolean isUuid(Schema schema) {
    return schema.getType() == Schema.Type.FIXED
        && schema.getFixedSize() == UUID_BYTES
        && ("uuid".equals(schema.getProp("logicalType")) || isNamedUuid(schema.getLogicalType()));
  }

  private static boolean isNamedUuid(@Nullable LogicalType type) {
    return type != null && type.getName().equals("uuid");
  }

  private static void decimal(ByteBuffer bytes, int scale, FieldTree.Node node, FieldValues into) {
    if (bytes.remaining() == 0 || bytes.remaining() > MOST_DECIMAL_BYTES || scale > LARGEST_SCALE) {
      into.setOther(node, "a decimal of %s bytes and scale %s".formatted(bytes.remaining(), scale));
      return;
    }
    byte[] unscaled = new byte[bytes.remaining()];
    bytes.get(unscaled);
    BigDecimal number = new BigDecimal(new BigInteger(unscaled), scale);
    real(number.doubleValue(), number.toPlainString(), node, into);
  }

  /** What a type is, for messages; null where it is a single value that can be read as text. */
  static @Nullable String unreadable(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> "a record";
      case ARRAY -> "an array";
      case MAP -> "a map";
      case BYTES -> schema.getLogicalType() instanceof LogicalTypes.Decimal ? null : "bytes";
      case FIXED ->
          schema.getLogicalType() instanceof LogicalTypes.Decimal || isUuid(schema)
              ? null
              : "bytes";
      default -> null;
    };
  }

  /** Whether values are numbers. */
  static boolean isNumber(Schema schema) {
    return switch (schema.getType()) {
      case INT, LONG, FLOAT, DOUBLE -> true;
      case BYTES, FIXED -> schema.getLogicalType() instanceof LogicalTypes.Decimal;
      default -> false;
    };
  }
}
