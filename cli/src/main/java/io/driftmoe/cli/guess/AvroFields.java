// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.FieldProfile.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** The fields of Avro records, whose writer's schema a header tells or the configuration. */
final class AvroFields implements RecordFields {
  private final WriterSchemas schemas;
  private final Map<Schema, NestedReader> readers = new HashMap<>();

  /** Schemas may contain themselves, so that only a bound ends what some bytes claim. */
  private static final class NestedReader extends GenericDatumReader<Object> {
    private int depth;

    NestedReader(Schema schema) {
      super(schema, schema, inSteps());
    }

    /** Avro's fast reader passes over the method that counts. */
    private static GenericData inSteps() {
      GenericData data = new GenericData();
      data.setFastReaderEnabled(false);
      return data;
    }

    @Override
    public Object read(@Nullable Object reuse, Decoder in) throws IOException {
      depth = 0;
      return super.read(reuse, in);
    }

    @Override
    protected Object readWithoutConversion(
        @Nullable Object old, Schema expected, ResolvingDecoder in) throws IOException {
      if (depth > DEEPEST) {
        throw new IOException("it is nested deeper than " + DEEPEST);
      }
      depth++;
      Object value = super.readWithoutConversion(old, expected, in);
      depth--;
      return value;
    }
  }

  /** Finds the writer's schema of a record. */
  @FunctionalInterface
  interface WriterSchemas {
    /**
     * @param header bytes before the record, which the buffer is moved behind
     * @throws IOException when there is no such schema
     */
    Schema of(ByteBuffer header) throws IOException;
  }

  AvroFields(WriterSchemas schemas) {
    this.schemas = schemas;
  }

  @Override
  public void read(byte[] record, FieldSink sink) throws UnreadableRecordException {
    if (!(value(record) instanceof GenericRecord whole)) {
      throw new UnreadableRecordException("its schema is none of a record", new IOException());
    }
    fields(whole, null, sink);
  }

  @Override
  public @Nullable String text(byte[] key) {
    try {
      Object value = value(key);
      return value instanceof CharSequence || value instanceof Number ? value.toString() : null;
    } catch (UnreadableRecordException e) {
      return key.length > 0 && key[0] == 0 ? null : RecordFields.super.text(key);
    }
  }

  private Object value(byte[] record) throws UnreadableRecordException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(record);
      Schema schema = schemas.of(bytes);
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(record, bytes.position(), record.length - bytes.position(), null);
      Object value = readers.computeIfAbsent(schema, NestedReader::new).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new IOException("more bytes follow the record");
      }
      return value;
    } catch (StackOverflowError e) {
      throw new UnreadableRecordException("its schema is nested too deep", e);
    } catch (IOException | RuntimeException e) { // Avro throws all kinds on bytes of other schemas
      throw new UnreadableRecordException("it is no such Avro: " + FailureMessage.of(e), e);
    }
  }

  private static void fields(GenericRecord record, @Nullable FieldAt in, FieldSink sink) {
    for (Schema.Field field : record.getSchema().getFields()) {
      FieldAt at = in == null ? FieldAt.top(field.name()) : in.in(field.name());
      value(record.get(field.pos()), field.schema(), at, sink);
    }
  }

  private static void value(@Nullable Object value, Schema of, FieldAt at, FieldSink sink) {
    if (value == null) {
      sink.field(at, Kind.NULL, "");
      return;
    }
    Schema schema =
        of.getType() == Schema.Type.UNION
            ? of.getTypes().get(GenericData.get().resolveUnion(of, value))
            : of;
    switch (schema.getType()) {
      case RECORD -> {
        sink.object(at);
        if (at.hasPath()) {
          fields((GenericRecord) value, at, sink);
        }
      }
      case MAP -> {
        sink.object(at);
        if (at.hasPath()) {
          ((Map<?, ?>) value)
              .forEach(
                  (key, item) -> value(item, schema.getValueType(), at.in(key.toString()), sink));
        }
      }
      case ARRAY -> items((Collection<?>) value, schema.getElementType(), at, sink);
      case BYTES, FIXED -> bytes(value, schema, at, sink);
      case BOOLEAN -> sink.field(at, Kind.BOOLEAN, value.toString());
      case INT, LONG -> number(value, schema, at, sink);
      case FLOAT, DOUBLE -> sink.field(at, Kind.NUMBER, value.toString());
      default -> sink.field(at, Kind.TEXT, value.toString());
    }
  }

  private static void items(Collection<?> items, Schema of, FieldAt at, FieldSink sink) {
    int place = 0;
    for (Object item : items) {
      boolean nested = item instanceof GenericRecord || item instanceof Collection;
      if (place < MOST_ITEMS && !nested && at.hasPath()) {
        value(item, of, at.in(Integer.toString(place)), sink);
      }
      place++;
    }
    sink.list(at, place);
  }

  private static void number(Object value, Schema schema, FieldAt at, FieldSink sink) {
    LogicalType type = schema.getLogicalType();
    Kind kind =
        type == null ? Kind.NUMBER : type.getName().contains("timestamp") ? Kind.TIME : Kind.OTHER;
    sink.field(at, kind, value.toString());
  }

  private static void bytes(Object value, Schema schema, FieldAt at, FieldSink sink) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      byte[] digits =
          value instanceof GenericFixed fixed ? fixed.bytes() : array((ByteBuffer) value);
      BigDecimal number = new BigDecimal(new BigInteger(digits), decimal.getScale());
      sink.field(at, Kind.NUMBER, number.toString());
    } else {
      sink.field(at, Kind.OTHER, "");
    }
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
