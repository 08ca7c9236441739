// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON (RFC 8259): one object in one line of UTF-8, first its {@code type}, which is the
 * name of its schema, then the fields in their order.
 *
 * <ul>
 *   <li>What a schema has by position stands under names ({@link RecordNames}), in the same order;
 *       where these are not known it is a list.
 *   <li>Bytes are text where they are UTF-8 and Base64 where not; behind them stands which, as a
 *       boolean whose name ends in {@code Base64}.
 *   <li>A number that is not finite is null.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class JsonRecordWriter {
  /** Field that says of which kind a record is. */
  public static final String TYPE = "type";

  /** Behind the name of a field of bytes: whether they stand there as Base64. */
  static final String BASE64 = "Base64";

  /** Of a field's schema: what its elements are named by. */
  static final String NAMED_BY = "namedBy";

  private static final SerializedString TYPE_NAME = new SerializedString(TYPE);

  private final RecordNames names;
  private final Map<Schema, FieldPlan[]> plans = new IdentityHashMap<>();

  /** With buffers of its own: those of a thread would outlive the job that it belongs to. */
  private final JsonFactory json =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);

  /**
   * @param names for what stands by position
   */
  public JsonRecordWriter(RecordNames names) {
    this.names = names;
  }

  /**
   * What is the same for a field of all records.
   *
   * @param flag of bytes: what says whether they are Base64
   * @param elements names of what the field holds by position
   */
  private record FieldPlan(
      SerializedString name,
      @Nullable SerializedString flag,
      SerializedString @Nullable [] elements) {}

  private FieldPlan[] plan(Schema schema) {
    FieldPlan[] plan = plans.get(schema);
    if (plan == null) {
      plan = schema.getFields().stream().map(this::plan).toArray(FieldPlan[]::new);
      plans.put(schema, plan);
    }
    return plan;
  }

  private FieldPlan plan(Schema.Field field) {
    String kind = field.getProp(NAMED_BY);
    List<String> elements = kind == null ? List.of() : names.of(kind);
    return new FieldPlan(
        new SerializedString(field.name()),
        holdsBytes(field.schema()) ? new SerializedString(field.name() + BASE64) : null,
        elements.isEmpty()
            ? null
            : elements.stream().map(SerializedString::new).toArray(SerializedString[]::new));
  }

  /** Whether a field may hold bytes. */
  static boolean holdsBytes(Schema schema) {
    return schema.getType() == Schema.Type.BYTES
        || schema.isUnion() && schema.getTypes().stream().anyMatch(JsonRecordWriter::holdsBytes);
  }

  /**
   * Writes a record.
   *
   * @param record of a schema of this module
   * @return one line without its end
   */
  public byte[] write(IndexedRecord record) {
    bytes.reset();
    try (JsonGenerator out = json.createGenerator(bytes)) {
      write(record, out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes a record as a value of something larger.
   *
   * @param record of a schema of this module
   * @param out stands where a value may be
   * @throws IOException when it fails
   */
  public void write(IndexedRecord record, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeFieldName(TYPE_NAME);
    out.writeString(record.getSchema().getName());
    fields(record, out);
    out.writeEndObject();
  }

  private void fields(IndexedRecord record, JsonGenerator out) throws IOException {
    FieldPlan[] plan = plan(record.getSchema());
    for (int field = 0; field < plan.length; field++) {
      FieldPlan as = plan[field];
      Object value = record.get(field);
      out.writeFieldName(as.name);
      if (as.elements != null && value instanceof List<?> list) {
        named(list, as.elements, out);
      } else {
        value(value, out);
      }
      if (as.flag != null) {
        out.writeFieldName(as.flag);
        out.writeBoolean(value instanceof ByteBuffer held && JsonText.of(bytes(held)) == null);
      }
    }
  }

  private void named(List<?> list, SerializedString[] elements, JsonGenerator out)
      throws IOException {
    out.writeStartObject();
    for (int i = 0; i < list.size(); i++) {
      if (i < elements.length) {
        out.writeFieldName(elements[i]);
      } else {
        out.writeFieldName(Integer.toString(i));
      }
      value(list.get(i), out);
    }
    out.writeEndObject();
  }

  private void value(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value instanceof Double number) {
      number(number, out);
    } else if (value instanceof String text) {
      text(text, out);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Integer number) {
      out.writeNumber(number);
    } else if (value == null) {
      out.writeNull();
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object element : list) {
        value(element, out);
      }
      out.writeEndArray();
    } else if (value instanceof IndexedRecord inner) {
      out.writeStartObject();
      fields(inner, out);
      out.writeEndObject();
    } else if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        value(entry.getValue(), out);
      }
      out.writeEndObject();
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value instanceof ByteBuffer buffer) {
      content(bytes(buffer), out);
    } else {
      out.writeString(value.toString()); // a constant of an enum
    }
  }

  private static void number(double number, JsonGenerator out) throws IOException {
    if (Double.isFinite(number)) {
      out.writeNumber(number);
    } else {
      out.writeNull();
    }
  }

  /** Half a surrogate pair is no text: it is written as Avro writes it. */
  private static void text(String text, JsonGenerator out) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        byte[] wellFormed = text.getBytes(StandardCharsets.UTF_8);
        out.writeString(new String(wellFormed, StandardCharsets.UTF_8));
        return;
      }
    }
    out.writeString(text);
  }

  private static void content(byte[] content, JsonGenerator out) throws IOException {
    String text = JsonText.of(content);
    if (text == null) {
      out.writeBinary(content);
    } else {
      out.writeString(text);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
