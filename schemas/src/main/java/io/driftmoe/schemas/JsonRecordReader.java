// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link JsonRecordWriter} wrote, as the record that it was made of: what stands under
 * names is taken in its order. Fields that are missing have their defaults; those that this build
 * does not know are passed over. Not thread-safe.
 *
 * @param <T> the generated record class
 */
final class JsonRecordReader<T extends SpecificRecord> {
  private final Class<T> type;
  private final SpecificData model;
  private final Schema schema;

  private final JsonFactory json =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  JsonRecordReader(Class<T> type) {
    this.type = type;
    this.model = new SpecificData(type.getClassLoader());
    this.schema = model.getSchema(type);
  }

  /** Whether a message may be JSON: no message in our Avro encoding begins like that. */
  static boolean mayRead(byte @Nullable [] message) {
    return message != null && message.length > 0 && message[0] == '{';
  }

  /**
   * Reads the record in one message, which holds nothing else.
   *
   * @throws WireFormatException when it is no such record, saying why
   */
  T read(byte[] message) throws WireFormatException {
    try (JsonParser in = json.createParser(message)) {
      in.nextToken();
      Map<String, String> texts = new HashMap<>();
      Object record = record(schema, in, texts);
      requireType(texts.get(JsonRecordWriter.TYPE));
      if (in.nextToken() != null) {
        throw new WireFormatException("something follows the JSON of a " + schema.getName());
      }
      return type.cast(record);
    } catch (WireFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new WireFormatException(
          "malformed JSON of a %s: %s"
              .formatted(schema.getName(), QuotedText.of(String.valueOf(e.getMessage()))),
          e);
    }
  }

  private void requireType(@Nullable String found) throws WireFormatException {
    if (found == null) {
      throw new WireFormatException("no JSON of a %s: it has no type".formatted(schema.getName()));
    }
    if (!found.equals(schema.getName())) {
      throw new WireFormatException(
          "JSON of a %s, expected a %s".formatted(QuotedText.of(found), schema.getName()));
    }
  }

  /**
   * @param texts receives the texts of fields that are not those of the schema
   */
  private Object record(Schema record, JsonParser in, Map<String, String> texts)
      throws IOException, WireFormatException {
    require(in, JsonToken.START_OBJECT);
    IndexedRecord read = (IndexedRecord) model.newRecord(null, record);
    boolean[] given = new boolean[record.getFields().size()];
    Map<Schema.Field, String> ofBytes = new HashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      JsonToken token = in.nextToken();
      Schema.Field field = record.getField(name);
      if (field == null) {
        if (token.isScalarValue()) {
          texts.put(name, in.getText());
        }
        if (record == schema && name.equals(JsonRecordWriter.TYPE)) {
          requireType(in.getText());
        }
        in.skipChildren();
        continue;
      }
      given[field.pos()] = true;
      if (JsonRecordWriter.holdsBytes(field.schema()) && token == JsonToken.VALUE_STRING) {
        ofBytes.put(field, in.getText());
      } else {
        read.put(field.pos(), value(field.schema(), in));
      }
    }
    for (Schema.Field field : record.getFields()) {
      if (!given[field.pos()]) {
        read.put(field.pos(), model.deepCopy(field.schema(), defaultOf(field)));
      }
    }
    for (Map.Entry<Schema.Field, String> content : ofBytes.entrySet()) {
      Schema.Field field = content.getKey();
      boolean encoded = "true".equals(texts.get(field.name() + JsonRecordWriter.BASE64));
      read.put(field.pos(), ByteBuffer.wrap(bytes(content.getValue(), encoded)));
    }
    return read;
  }

  private static byte[] bytes(String text, boolean encoded) {
    return encoded ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
  }

  private Object defaultOf(Schema.Field field) throws WireFormatException {
    try {
      return model.getDefaultValue(field);
    } catch (AvroRuntimeException e) {
      throw new WireFormatException("field %s is missing".formatted(field.name()), e);
    }
  }

  private @Nullable Object value(Schema field, JsonParser in)
      throws IOException, WireFormatException {
    return switch (field.getType()) {
      case UNION -> value(branch(field, in.currentToken()), in);
      case RECORD -> record(field, in, new HashMap<>());
      case ARRAY -> list(field.getElementType(), in);
      case MAP -> map(field.getValueType(), in);
      case ENUM -> constant(field, in);
      case STRING -> {
        require(in, JsonToken.VALUE_STRING);
        yield in.getText();
      }
      case INT -> in.getIntValue();
      case LONG -> in.getLongValue();
      case DOUBLE -> in.currentToken() == JsonToken.VALUE_NULL ? Double.NaN : in.getDoubleValue();
      case BOOLEAN -> in.getBooleanValue();
      case NULL -> null;
      default -> throw new IllegalStateException("no field is a " + field);
    };
  }

  private static Schema branch(Schema union, JsonToken token) throws WireFormatException {
    for (Schema branch : union.getTypes()) {
      boolean fits =
          switch (branch.getType()) {
            case NULL -> token == JsonToken.VALUE_NULL;
            case STRING, ENUM -> token == JsonToken.VALUE_STRING;
            case INT, LONG, DOUBLE -> token.isNumeric();
            case BOOLEAN -> token.isBoolean();
            case RECORD, MAP -> token == JsonToken.START_OBJECT;
            case ARRAY -> token == JsonToken.START_ARRAY;
            default -> false;
          };
      if (fits) {
        return branch;
      }
    }
    throw new WireFormatException("%s stands where a %s may be".formatted(token, union));
  }

  /** By position, or under names, which are left out. */
  private List<@Nullable Object> list(Schema element, JsonParser in)
      throws IOException, WireFormatException {
    boolean named = in.currentToken() == JsonToken.START_OBJECT;
    if (!named) {
      require(in, JsonToken.START_ARRAY);
    }
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonToken next = in.nextToken(); !next.isStructEnd(); next = in.nextToken()) {
      if (named) {
        in.nextToken();
      }
      list.add(value(element, in));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(Schema value, JsonParser in)
      throws IOException, WireFormatException {
    require(in, JsonToken.START_OBJECT);
    Map<String, @Nullable Object> map = new HashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = in.currentName();
      in.nextToken();
      map.put(key, value(value, in));
    }
    return map;
  }

  /** One that this build does not know is the default, as in Avro. */
  private Object constant(Schema constants, JsonParser in) throws IOException, WireFormatException {
    require(in, JsonToken.VALUE_STRING);
    String symbol = in.getText();
    if (!constants.hasEnumSymbol(symbol)) {
      symbol = constants.getEnumDefault();
    }
    return model.createEnum(symbol, constants);
  }

  private static void require(JsonParser in, JsonToken expected) throws WireFormatException {
    if (in.currentToken() != expected) {
      throw new WireFormatException(
          "%s stands where %s must be".formatted(in.currentToken(), expected));
    }
  }
}
