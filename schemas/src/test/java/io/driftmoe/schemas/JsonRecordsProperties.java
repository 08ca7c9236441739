// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.driftmoe.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

class JsonRecordsProperties {
  /** A parser of JSON and nothing beyond it, that is not ours. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final RecordNames NAMES =
      new RecordNames(names("class \"%s\"\n"), names("expert %s"));

  private static final Map<Class<?>, OutputCodec<SpecificRecord>> CODECS = new HashMap<>();

  private final JsonRecordWriter named = new JsonRecordWriter(NAMES);
  private final JsonRecordWriter byPosition = new JsonRecordWriter(RecordNames.NONE);

  private static List<String> names(String pattern) {
    return IntStream.range(0, 300).mapToObj(pattern::formatted).toList();
  }

  @Provide
  Arbitrary<SpecificRecord> records() {
    return new SingleObjectCodecProperties().records();
  }

  @Property(tries = 500)
  void write_anyRecord_isOneLineOfJsonThatHoldsIt(@ForAll("records") SpecificRecord record)
      throws Exception {
    for (JsonRecordWriter writer : List.of(named, byPosition)) {
      byte[] json = writer.write(record);
      String line = new String(json, StandardCharsets.UTF_8);
      assertThat(line.getBytes(StandardCharsets.UTF_8)).isEqualTo(json);
      assertThat(line).doesNotContain("\n", "\r");
      assertSame(record, STRICT.readTree(json));
      assertThat(codecOf(record).decode(json)).hasToString(withoutWildNumbers(record).toString());
    }
  }

  @Property(tries = 200)
  void decode_mutatedJson_isRejectedOrARecord(
      @ForAll("records") SpecificRecord record, @ForAll long seed) {
    byte[] good = named.write(record);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      byte[] bad = good.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      assertSafe(codecOf(record), bad);
      assertSafe(codecOf(record), Arrays.copyOf(good, random.nextInt(good.length)));
    }
  }

  private static void assertSafe(OutputCodec<SpecificRecord> codec, byte[] message) {
    try {
      assertThat(codec.decode(message)).isNotNull();
    } catch (WireFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Each value of the record, looked for in the tree by its name. */
  private static void assertSame(IndexedRecord record, JsonNode json) {
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      JsonNode found = json.get(field.name());
      if (value instanceof List<?> list) {
        assertThat(found).hasSameSizeAs(list);
        int position = 0;
        for (JsonNode element : found) {
          assertSame(list.get(position++), element);
        }
      } else if (value instanceof ByteBuffer buffer) {
        boolean encoded = json.get(field.name() + "Base64").booleanValue();
        assertThat(JsonText.of(buffer.array()) == null).isEqualTo(encoded);
      } else {
        assertSame(value, found);
      }
    }
  }

  private static void assertSame(@Nullable Object value, JsonNode json) {
    if (value == null) {
      assertThat(json.isNull()).isTrue();
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      assertThat(json.isNull()).isTrue();
    } else if (value instanceof Double number) {
      assertThat(Double.parseDouble(json.asText())).isEqualTo(number);
    } else if (value instanceof Number number) {
      assertThat(json.longValue()).isEqualTo(number.longValue());
    } else if (value instanceof Boolean flag) {
      assertThat(json.booleanValue()).isEqualTo(flag);
    } else if (value instanceof IndexedRecord inner) {
      assertSame(inner, json);
    } else if (value instanceof Map<?, ?> map) {
      assertThat(json).hasSameSizeAs(map.keySet());
      map.forEach((key, element) -> assertSame(element, json.get(key.toString())));
    } else {
      assertThat(json.textValue()).isEqualTo(value.toString());
    }
  }

  /** What is no number of JSON is none when it is read. */
  @SuppressWarnings("unchecked")
  private static <T> T withoutWildNumbers(T value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      return (T) (Object) Double.NaN;
    } else if (value instanceof List<?> list) {
      return (T) list.stream().map(JsonRecordsProperties::withoutWildNumbers).toList();
    } else if (value instanceof IndexedRecord record) {
      boolean features = record.getSchema().getName().equals("FeatureEvent");
      for (Schema.Field field : record.getSchema().getFields()) {
        Object clean = withoutWildNumbers(record.get(field.pos()));
        if (features && clean instanceof List<?> list) {
          clean = Arrays.asList(list.stream().map(f -> isNan(f) ? null : f).toArray());
        }
        if (field.schema().isUnion() && isNan(clean)) {
          clean = null; // may be missing, and so it is
        }
        record.put(field.pos(), clean);
      }
    }
    return value;
  }

  private static boolean isNan(@Nullable Object feature) {
    return feature instanceof Double number && number.isNaN();
  }

  /** What is cut fits, is as much as fits, and never part of a character. */
  @Property(tries = 2000)
  void beginning_ofAnyBytes_fits(
      @ForAll("contents") byte[] content, @ForAll @IntRange(min = 2, max = 200) int room) {
    int taken = JsonText.beginning(content, room);
    byte[] beginning = Arrays.copyOf(content, taken);
    assertThat(spaceOf(beginning)).isLessThanOrEqualTo(room);
    assertThat(taken).isLessThanOrEqualTo(content.length);
    if (taken < content.length) {
      // none is left for another character of text, or group of Base64
      assertThat(room - spaceOf(beginning)).isLessThan(JsonText.of(content) == null ? room : 6);
    }
    if (JsonText.of(content) != null) {
      assertThat(JsonText.of(beginning)).isNotNull();
      assertThat(spaceOf(beginning)).isEqualTo(2 + JsonText.bytes(JsonText.of(beginning)));
    }
  }

  /** As a value of a dead letter. */
  private int spaceOf(byte[] value) {
    DeadLetter letter = Samples.deadLetter();
    letter.setValue(null);
    int without = named.write(letter).length - "null".length() - "false".length();
    letter.setValue(ByteBuffer.wrap(value));
    byte[] json = named.write(letter);
    boolean encoded = JsonText.of(value) == null;
    return json.length - without - Boolean.toString(encoded).length();
  }

  @Provide
  Arbitrary<byte[]> contents() {
    Arbitrary<String> text =
        Arbitraries.oneOf(
            Arbitraries.strings().all().ofMaxLength(80),
            Arbitraries.strings().ascii().ofMaxLength(200),
            Arbitraries.strings().withChars('\u0000', '"', '\n', 'ä', '€').ofMaxLength(80));
    Arbitrary<byte[]> ofText = text.map(t -> t.getBytes(StandardCharsets.UTF_8));
    Arbitrary<byte[]> endsBadly =
        ofText.map(
            bytes -> {
              byte[] bad = Arrays.copyOf(bytes, bytes.length + 1);
              bad[bytes.length] = (byte) 0xFF;
              return bad;
            });
    return Arbitraries.oneOf(
        ofText, endsBadly, Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
  }

  @SuppressWarnings("unchecked")
  private static OutputCodec<SpecificRecord> codecOf(SpecificRecord record) {
    return CODECS.computeIfAbsent(
        record.getClass(), type -> OutputCodec.of((Class<SpecificRecord>) type));
  }
}
