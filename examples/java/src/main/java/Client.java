// SPDX-License-Identifier: GPL-3.0-or-later
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends events and late labels to a DriftMoE job, and reads its predictions and drift events:
 * {@code Client [--bootstrap HOST:PORT] [--key MODEL-KEY] [--topics PREFIX]}.
 */
public final class Client {
  private static final int EVENTS = 2_000;
  private static final int RATE = 500; // a second
  private static final int LABEL_DELAY = 20; // events
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrap;
  private final String key;
  private final String topics;
  private final Map<String, String> classes = new HashMap<>(); // true ones, by event id
  private final Map<String, String> predictions = new HashMap<>();
  private final List<String> drifts = new ArrayList<>();

  private Client(Map<String, String> options) {
    bootstrap = options.getOrDefault("--bootstrap", "localhost:9092");
    key = options.getOrDefault("--key", "example-java");
    topics = options.getOrDefault("--topics", "driftmoe.");
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    Client client = new Client(options);
    client.send(System.currentTimeMillis());
    System.out.printf("sent %d events and their labels%n", client.classes.size());
    client.read();
    long right =
        client.predictions.entrySet().stream()
            .filter(predicted -> predicted.getValue().equals(client.classes.get(predicted.getKey())))
            .count();
    System.out.printf("%d predictions, %d right%n", client.predictions.size(), right);
    client.drifts.forEach(System.out::println);
    if (client.isWaiting()) {
      System.err.println("not all came in time: does the job run?");
      System.exit(1);
    }
  }

  private boolean isWaiting() {
    return predictions.size() < classes.size() || drifts.isEmpty();
  }

  private void send(long run) throws Exception {
    // Avro's single-object encoding: C3 01, the fingerprint of the schema, the record
    Schema event = schema("FeatureEvent");
    Schema label = schema("LabelEvent");
    var events = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), event);
    var labels = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), label);
    Random dice = new Random(1);
    List<String> names = new ArrayList<>();
    List<Future<?>> sent = new ArrayList<>();
    long start = System.currentTimeMillis();
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < EVENTS + LABEL_DELAY; i++) {
        Thread.sleep(Math.max(0, start + i * 1000L / RATE - System.currentTimeMillis()));
        if (i < EVENTS) {
          double temperature = dice.nextDouble();
          double load = dice.nextDouble();
          boolean hotIsWrong = i < EVENTS / 2; // then what is normal changes: the drift
          names.add((temperature > 0.5) == hotIsWrong ? "fault" : "ok");
          classes.put(run + "-" + i, names.get(i));
          GenericRecord record =
              named(event, run + "-" + i).set("features", List.of(temperature, load)).build();
          byte[] bytes = events.encode(record).array();
          sent.add(producer.send(new ProducerRecord<>(topics + "features", key, bytes)));
        }
        int known = i - LABEL_DELAY;
        if (known >= 0) {
          GenericRecord record =
              named(label, run + "-" + known).set("label", names.get(known)).build();
          byte[] bytes = labels.encode(record).array();
          sent.add(producer.send(new ProducerRecord<>(topics + "labels", key, bytes)));
        }
      }
      for (Future<?> record : sent) {
        record.get(); // throws what went wrong
      }
    }
  }

  private GenericRecordBuilder named(Schema schema, String id) {
    return new GenericRecordBuilder(schema)
        .set("modelKey", key)
        .set("eventId", id)
        .set("eventTime", System.currentTimeMillis());
  }

  private void read() throws IOException {
    var prediction = new BinaryMessageDecoder<GenericRecord>(GenericData.get(), schema("PredictionEvent"));
    var drift = new BinaryMessageDecoder<GenericRecord>(GenericData.get(), schema("DriftEvent"));
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", bootstrap,
            "group.id", key,
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed"); // what the job has not committed it may take back
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topics + "predictions", topics + "drift-events"));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (isWaiting() && System.nanoTime() < end) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
          boolean isPrediction = message.topic().equals(topics + "predictions");
          GenericRecord record;
          try {
            record = (isPrediction ? prediction : drift).decode(message.value());
          } catch (MissingSchemaException e) {
            continue; // written by an older or newer job
          }
          String id = record.get("eventId").toString();
          if (!record.get("modelKey").toString().equals(key) || !classes.containsKey(id)) {
            continue;
          }
          if (isPrediction) {
            predictions.put(id, record.get("predictedClass").toString());
          } else if (record.get("kind").toString().equals("DRIFT") && record.get("expert") == null) {
            drifts.add("drift at event %s: %s".formatted(id, record.get("description")));
          }
        }
      }
    }
  }

  private static Schema schema(String name) throws IOException {
    try (InputStream file = Client.class.getResourceAsStream("/" + name + ".avsc")) {
      return new Schema.Parser().parse(file);
    }
  }
}
