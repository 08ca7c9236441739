// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.sun.management.ThreadMXBean;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Prints what it takes to decode a record, from the bytes of Kafka to features, in each format:
 * nanoseconds and bytes that are allocated, and the time as a multiple of that of this project's
 * own events. The formats take turns. Run by hand, a minute:
 *
 * <pre>
 * java -Xmx1g -cp CLASSPATH io.driftmoe.flink.DecodingCost
 * </pre>
 */
final class DecodingCost {
  /** Names, and numbers of full length. */
  private static final List<String> STREAMS = List.of("led_a", "rbf_m");

  private static final int EVENTS = 2_000;
  private static final int WARM_UP = 200_000;
  private static final int BATCH = 50_000;
  private static final int ROUNDS = 15;
  private static final long TIME = 1_760_000_000_000L;

  private final StreamSchema schema;
  private final List<LabeledExample> examples = new ArrayList<>();

  private DecodingCost(String name) {
    try (LabeledStream stream = StreamCatalog.open(name, EVENTS, 1)) {
      schema = stream.schema();
      stream.forEachRemaining(examples::add);
    }
  }

  /** Records of one format, and what decodes them. */
  private static final class Format {
    private final EventDecoder decoder;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final double[] nanos = new double[ROUNDS];
    private final Counting counting = new Counting();
    private int next;
    private double bytes;

    private Format(JobOptions options, List<byte[]> values) {
      decoder = new EventDecoder(options);
      decoder.open(null);
      byte[] key = "model".getBytes(StandardCharsets.UTF_8);
      for (byte[] value : values) {
        records.add(
            new ConsumerRecord<>(
                options.topics().features(),
                0,
                records.size(),
                TIME,
                TimestampType.CREATE_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty()));
      }
    }

    private void decode(int events) {
      for (int i = 0; i < events; i++) {
        decoder.deserialize(records.get(next), counting);
        next = next + 1 == records.size() ? 0 : next + 1;
      }
    }

    private void measure(int round) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      decode(BATCH);
      nanos[round] = (double) (System.nanoTime() - start) / BATCH;
      bytes = (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / BATCH;
      if (counting.rejected > 0) {
        throw new IllegalStateException(counting.rejected + " records were refused");
      }
    }

    private double length() {
      return records.stream().mapToInt(record -> record.value().length).average().orElseThrow();
    }

    private double median() {
      double[] sorted = nanos.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  private static final class Counting implements Collector<SourceRecord> {
    private long rejected;

    @Override
    public void collect(SourceRecord record) {
      rejected += record instanceof SourceRecord.Features ? 0 : 1;
    }

    @Override
    public void close() {}
  }

  public static void main(String[] args) throws IOException {
    for (String stream : STREAMS) {
      new DecodingCost(stream).print(stream);
    }
  }

  private void print(String stream) throws IOException {
    Map<String, Format> formats = new LinkedHashMap<>();
    formats.put("driftmoe", new Format(options("driftmoe", ""), own()));
    formats.put("json", new Format(options("json", ""), json(false)));
    formats.put(
        "json, any order and as much again unread", new Format(options("json", ""), json(true)));
    formats.put("avro by name", new Format(options("avro", avroSchema().toString()), avro()));
    formats.values().forEach(format -> format.decode(WARM_UP));
    for (int round = 0; round < ROUNDS; round++) {
      for (Format format : formats.values()) {
        format.measure(round);
      }
    }
    System.out.printf("%s, json: %,.0f ns to pass over its tokens%n", stream, tokens(json(false)));
    double own = formats.get("driftmoe").median();
    formats.forEach(
        (name, format) ->
            System.out.printf(
                "%s, %d attributes, %s: %.0f bytes a record, %,.0f ns, %.2f times driftmoe, %,.0f bytes allocated%n",
                stream,
                schema.attributes().size(),
                name,
                format.length(),
                format.median(),
                format.median() / own,
                format.bytes));
  }

  /** Jackson alone, without looking at names or values; the fastest of the rounds. */
  private static double tokens(List<byte[]> records) throws IOException {
    JsonFactory factory = new JsonFactory();
    double fastest = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 2 * ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < BATCH; i++) {
        try (JsonParser parser = factory.createParser(records.get(i % records.size()))) {
          while (parser.nextToken() != null) {
            continue;
          }
        }
      }
      fastest = Math.min(fastest, (double) (System.nanoTime() - start) / BATCH);
    }
    return fastest;
  }

  private JobOptions options(String format, String avroSchema) {
    String yaml =
        new JobOptions(
                null,
                null,
                JobOptions.Schema.of(schema),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null)
            .toYaml();
    Map<String, String> keys = new LinkedHashMap<>();
    if (!format.equals("driftmoe")) {
      keys.put("input.format", format);
      keys.put(
          "input.event", "{id: event_id, time: event_time, time-format: ms, label: event_class}");
      if (format.equals("avro")) {
        keys.put("input.avro-schema", "'" + avroSchema + "'");
      }
    }
    return JobOptions.parse(yaml, keys);
  }

  private String label(int event) {
    return schema.labels().name(examples.get(event).label());
  }

  private List<byte[]> own() {
    SingleObjectCodec<FeatureEvent> codec = SingleObjectCodec.of(FeatureEvent.class);
    FeatureCodec features = new FeatureCodec(schema);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      records.add(
          codec.encode(
              new FeatureEvent(
                  "model",
                  "event-" + i,
                  TIME + i,
                  features.toWire(examples.get(i).features()),
                  label(i),
                  false)));
    }
    return records;
  }

  @FunctionalInterface
  private interface Field {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * @param more whether the fields are in another order in each record, with as many others
   */
  private List<byte[]> json(boolean more) throws IOException {
    JsonFactory factory = new JsonFactory();
    Random random = new Random(1);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      int event = i;
      List<Field> fields = new ArrayList<>();
      fields.add(json -> json.writeStringField("event_id", "event-" + event));
      fields.add(json -> json.writeNumberField("event_time", TIME + event));
      fields.add(json -> json.writeStringField("event_class", label(event)));
      for (int a = 0; a < schema.attributes().size(); a++) {
        Attribute attribute = schema.attributes().get(a);
        double value = examples.get(i).features().get(a);
        fields.add(json -> write(json, attribute.name(), attribute, value));
        if (more) {
          fields.add(json -> write(json, "other_" + attribute.name(), attribute, value));
        }
      }
      if (more) {
        Collections.shuffle(fields, random);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (JsonGenerator json = factory.createGenerator(bytes)) {
        json.writeStartObject();
        for (Field field : fields) {
          field.write(json);
        }
        json.writeEndObject();
      }
      records.add(bytes.toByteArray());
    }
    return records;
  }

  private static void write(JsonGenerator json, String name, Attribute attribute, double value)
      throws IOException {
    json.writeFieldName(name);
    if (Double.isNaN(value)) {
      json.writeNull();
    } else if (attribute.isNominal()) {
      json.writeString(attribute.values().get((int) value));
    } else {
      json.writeNumber(value);
    }
  }

  private Schema avroSchema() {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Event")
            .fields()
            .requiredString("event_id")
            .requiredLong("event_time")
            .requiredString("event_class");
    for (Attribute attribute : schema.attributes()) {
      fields =
          attribute.isNominal()
              ? fields.requiredString(attribute.name())
              : fields.requiredDouble(attribute.name());
    }
    return fields.endRecord();
  }

  private List<byte[]> avro() throws IOException {
    Schema schemaOfRecords = avroSchema();
    GenericDatumWriter<GenericData.Record> writer = new GenericDatumWriter<>(schemaOfRecords);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      GenericData.Record record = new GenericData.Record(schemaOfRecords);
      record.put("event_id", "event-" + i);
      record.put("event_time", TIME + i);
      record.put("event_class", label(i));
      for (int a = 0; a < schema.attributes().size(); a++) {
        Attribute attribute = schema.attributes().get(a);
        double value = examples.get(i).features().get(a);
        record.put(
            attribute.name(), attribute.isNominal() ? attribute.values().get((int) value) : value);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      writer.write(record, encoder);
      encoder.flush();
      records.add(bytes.toByteArray());
    }
    return records;
  }
}
