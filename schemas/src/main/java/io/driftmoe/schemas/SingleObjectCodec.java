// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One kind of record from and to Avro's single-object encoding: the marker C3 01, the CRC-64-AVRO
 * fingerprint of the writer's schema (8 bytes, little-endian), the body.
 *
 * <p>Reuses its decoder: use one codec per thread.
 *
 * @param <T> the generated record class
 */
public final class SingleObjectCodec<T extends SpecificRecord> {
  private static final int MARKER_FIRST = 0xC3;
  private static final int MARKER_SECOND = 0x01;
  private static final int HEADER_BYTES = 10;
  private static final char REPLACEMENT = '\uFFFD';

  private final Class<T> type;
  private final Schema schema;
  private final SpecificData model;
  private final BinaryMessageEncoder<T> encoder;

  /** Names the field when one is null. */
  private final BinaryMessageEncoder<T> explainingEncoder;

  private final Map<Long, WriterReaders<T>> readers = new HashMap<>();
  private @Nullable BinaryDecoder decoder;

  private SingleObjectCodec(Class<T> type) {
    this.type = Objects.requireNonNull(type, "type");
    this.model = new SpecificData(type.getClassLoader());
    // Generated decoders allocate what an array's length field claims; Avro's readers check it.
    model.setCustomCoders(false);
    this.schema = model.getSchema(type);
    // Resolved now and kept by the model: a class Avro distrusts or finds in another class loader
    // is an error of the set-up and must not be blamed on a message later.
    resolve(schema);
    SpecificData writing = new SpecificData(type.getClassLoader());
    writing.setCustomCoders(true); // generated, without a look at the schema for each field
    this.encoder = new BinaryMessageEncoder<>(writing, schema);
    this.explainingEncoder = new BinaryMessageEncoder<>(model, schema);
    FormerSchemas.of(schema).forEach(this::addReader);
    addReader(schema);
  }

  /**
   * Makes a codec that reads what the present schema wrote, and what former ones of this project
   * did.
   *
   * @param <T> the generated class
   * @param type a class generated from a schema of this module
   * @return a codec that may be used by one thread at a time
   * @throws IllegalStateException when Avro does not map the schema to this very class
   * @throws SecurityException when someone replaced Avro's trusted classes by others since
   */
  public static <T extends SpecificRecord> SingleObjectCodec<T> of(Class<T> type) {
    return new SingleObjectCodec<>(type);
  }

  /**
   * Makes a codec that also reads what these older or newer schemas wrote.
   *
   * @param writers schemas that Avro can resolve to the present one
   * @return a new codec; this one stays as it is
   * @throws IllegalArgumentException on a schema the present one cannot resolve
   */
  public SingleObjectCodec<T> withWriterSchemas(Schema... writers) {
    SingleObjectCodec<T> codec = new SingleObjectCodec<>(type);
    codec.readers.putAll(readers);
    for (Schema writer : writers) {
      SchemaCompatibility.SchemaPairCompatibility pair =
          SchemaCompatibility.checkReaderWriterCompatibility(schema, writer);
      if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
        throw new IllegalArgumentException(
            "a reader of " + schema.getFullName() + " cannot resolve writer schema " + writer);
      }
      codec.addReader(writer);
    }
    return codec;
  }

  /** {@return the schema that {@link #encode} writes} */
  public Schema schema() {
    return schema;
  }

  /**
   * {@return the fingerprint of the schema that {@link #encode} writes, as it stands in the message
   * header}
   */
  public long fingerprint() {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /** {@return the fingerprints of all schemas whose messages {@link #decode} reads} */
  public Set<Long> readableFingerprints() {
    return Set.copyOf(readers.keySet());
  }

  /**
   * Writes the message of one record.
   *
   * @param value all required fields set
   * @return header with the schema's fingerprint, then the record
   * @throws RuntimeException Avro's, naming the field, when a required field is null
   */
  public byte[] encode(T value) {
    try {
      try {
        return encoder.encode(value).array();
      } catch (NullPointerException e) {
        return explainingEncoder.encode(value).array();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /**
   * Reads the record in one message. The bytes must hold the record and nothing else, and all text
   * in it must be well-formed UTF-8. Memory taken is proportional to the length of the message,
   * whatever lengths it claims inside.
   *
   * @param message may be null or anything else; it is not modified
   * @return a new record
   * @throws WireFormatException when the bytes are no such message, saying why
   */
  public T decode(byte @Nullable [] message) throws WireFormatException {
    if (message == null || message.length == 0) {
      throw new WireFormatException(
          "empty message: expected a %s, got an empty value%s"
              .formatted(
                  schema.getName(),
                  message == null
                      ? " (tombstone); tombstones delete nothing here"
                      : " of 0 bytes; check the producer's serializer"));
    }
    WriterReaders<T> writer = readersFor(message);
    T value = read(writer.fast(), message);
    // few messages hold this character themselves, and those that do are read again
    return holdsReplacement(value) ? read(writer.strict(), message) : value;
  }

  private T read(DatumReader<T> reader, byte[] message) throws WireFormatException {
    try {
      BinaryDecoder body =
          DecoderFactory.get()
              .binaryDecoder(message, HEADER_BYTES, message.length - HEADER_BYTES, decoder);
      decoder = body;
      T value = reader.read(null, body);
      if (!body.isEnd()) {
        throw new WireFormatException(
            "bytes follow the end of the %s in a message of %s bytes"
                .formatted(schema.getName(), message.length));
      }
      return value;
    } catch (EOFException e) {
      throw new WireFormatException(
          "truncated: the message of %s bytes ends inside the %s"
              .formatted(message.length, schema.getName()),
          e);
    } catch (IOException | RuntimeException e) {
      // Avro throws many kinds on malformed bytes: index out of bounds, type and length errors.
      throw new WireFormatException("malformed %s: %s".formatted(schema.getName(), explain(e)), e);
    }
  }

  /** Avro's words, which may quote what it read. */
  private static String explain(Exception e) {
    String words = QuotedText.of(String.valueOf(e.getMessage()));
    return words.substring(1, words.length() - 1);
  }

  /** Whether some text holds the character that stands for malformed bytes. */
  private static boolean holdsReplacement(@Nullable Object value) {
    if (value instanceof String text) {
      return text.indexOf(REPLACEMENT) >= 0;
    } else if (value instanceof List<?> list) {
      for (Object element : list) {
        if (holdsReplacement(element)) {
          return true;
        }
      }
    } else if (value instanceof IndexedRecord record) {
      int fields = record.getSchema().getFields().size();
      for (int field = 0; field < fields; field++) {
        if (holdsReplacement(record.get(field))) {
          return true;
        }
      }
    }
    return false;
  }

  private WriterReaders<T> readersFor(byte[] message) throws WireFormatException {
    if ((message[0] & 0xFF) != MARKER_FIRST
        || (message.length > 1 && message[1] != MARKER_SECOND)) {
      throw new WireFormatException(
          "no Avro single-object marker (C3 01) at the start; "
              + ForeignFormat.describe(message, schema.getName()));
    }
    if (message.length < HEADER_BYTES) {
      throw new WireFormatException(
          "truncated: %s bytes, the header alone has %s".formatted(message.length, HEADER_BYTES));
    }
    long fingerprint =
        ByteBuffer.wrap(message, 2, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    WriterReaders<T> known = readers.get(fingerprint);
    if (known == null) {
      throw new WireFormatException(
          String.format(
              Locale.ROOT,
              "single-object encoding with unknown schema fingerprint 0x%016x:"
                  + " expected a %s (0x%016x); %s",
              fingerprint,
              schema.getName(),
              fingerprint(),
              KnownRecords.advice(fingerprint)));
    }
    return known;
  }

  private void addReader(Schema writer) {
    readers.put(
        SchemaNormalization.parsingFingerprint64(writer),
        new WriterReaders<>(writer, schema, model));
  }

  private void resolve(Schema record) {
    if (model.getClass(record) != type) {
      throw new IllegalStateException(
          "Avro maps %s to %s, not to %s"
              .formatted(record.getFullName(), model.getClass(record), type));
    }
    for (Schema.Field field : record.getFields()) {
      model.getClass(field.schema());
    }
  }
}
