// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.RegistryLookup;
import io.driftmoe.flink.RegistryOptions;
import io.driftmoe.flink.TopicSample;
import io.driftmoe.schemas.ForeignSchemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The sample of a topic, taken apart.
 *
 * @param format of its records
 * @param reason of the format
 * @param settings of the input that the format needs
 */
record SampledTopic(
    InputFormat format, String reason, Map<String, Object> settings, SampledRecords records) {
  private static final int HEADER_BYTES = 5;

  /** Some of the fields of a sample, and what reads them. */
  private record Reader(RecordFields fields, Map<String, Object> settings) {}

  /**
   * Recognises the format and reads the records.
   *
   * @throws TopicGuessException when there is no record, or none that can be read
   */
  static SampledTopic of(TopicQuestion question, TopicSample sample) throws TopicGuessException {
    requireRecords(sample);
    InputFormat given = question.format();
    FormatGuess format =
        given == null ? FormatGuess.of(sample) : new FormatGuess(given, "as --format says");
    Reader reader = reader(question, sample, format);
    SampledRecords records = SampledRecords.of(sample, reader.fields);
    if (records.records() == 0) {
      throw TopicGuessException.topic(
          "topic %s: none of %s records can be read as %s: %s"
              .formatted(
                  sample.topic(), records.unreadable(), format.format().key(), records.fault()));
    }
    return new SampledTopic(format.format(), format.reason(), reader.settings, records);
  }

  private static void requireRecords(TopicSample sample) throws TopicGuessException {
    if (sample.records().isEmpty()) {
      throw TopicGuessException.topic(
          sample.held() == 0
              ? "topic %s is empty: send some records first, or write the configuration by hand"
                  .formatted(sample.topic())
              : "topic %s has no committed record that can be read: %s"
                  .formatted(
                      sample.topic(),
                      sample.note().isEmpty()
                          ? "transactions are open or aborted"
                          : sample.note()));
    }
    if (sample.records().stream().allMatch(record -> record.value() == null)) {
      throw TopicGuessException.topic(
          "topic %s: all of %s records are without a value (tombstones)"
              .formatted(sample.topic(), sample.records().size()));
    }
  }

  private static Reader reader(TopicQuestion question, TopicSample sample, FormatGuess format)
      throws TopicGuessException {
    return switch (format.format()) {
      case JSON -> new Reader(new JsonFields(), Map.of());
      case DRIFTMOE -> new Reader(new OwnFields(), Map.of());
      case AVRO -> avro(question, sample);
      case AVRO_CONFLUENT -> confluent(question, sample, format);
    };
  }

  private static Reader avro(TopicQuestion question, TopicSample sample)
      throws TopicGuessException {
    String file = question.avroSchema();
    if (file == null) {
      throw TopicGuessException.option(
          "topic %s: Avro records without a header do not tell their schema: give --avro-schema FILE"
              .formatted(sample.topic()));
    }
    try {
      Schema schema = ForeignSchemas.parse(Files.readString(Path.of(file)));
      return new Reader(
          new AvroFields(header -> schema), Map.of("avro-schema", Path.of(file).toString()));
    } catch (IOException | IllegalArgumentException e) {
      throw TopicGuessException.option(
          "--avro-schema %s: %s".formatted(file, FailureMessage.of(e)));
    }
  }

  private static Reader confluent(TopicQuestion question, TopicSample sample, FormatGuess format)
      throws TopicGuessException {
    RegistryOptions registry = question.registry();
    if (registry == null) {
      throw TopicGuessException.option(
          "topic %s: %s: give --registry URL, where these schemas are"
              .formatted(sample.topic(), format.reason()));
    }
    try {
      RegistryLookup schemas = new RegistryLookup(registry);
      return new Reader(
          new AvroFields(header -> schemas.schema(id(header))),
          Map.of("registry", Map.of("url", registry.url(), "properties", registry.properties())));
    } catch (IllegalArgumentException e) {
      throw TopicGuessException.option(String.valueOf(e.getMessage())); // begins with the key
    }
  }

  private static int id(ByteBuffer header) throws IOException {
    if (header.remaining() <= HEADER_BYTES || header.get() != 0) {
      throw new IOException("it does not begin with a zero byte and the id of a schema");
    }
    return header.getInt();
  }

  String name() {
    return records.sample().topic();
  }

  /** What was read, a line each. */
  List<String> inWords() {
    TopicSample sample = records.sample();
    List<String> lines = new ArrayList<>();
    lines.add(
        "read %s of at most %s records in %s partition%s: %s"
            .formatted(
                sample.records().size(),
                sample.held(),
                sample.partitions(),
                sample.partitions() == 1 ? "" : "s",
                format.key()));
    if (!sample.note().isEmpty()) {
      lines.add(sample.note());
    }
    if (records.unreadable() > 0) {
      lines.add(
          "%s of these records cannot be read and would be dead letters, first in %s"
              .formatted(records.unreadable(), records.fault()));
    }
    if (records.tombstones() > 0) {
      lines.add("%s of these records have no value".formatted(records.tombstones()));
    }
    if (records.unnamed() > 0) {
      lines.add(
          "%s values lie too deep, or in too many different fields".formatted(records.unnamed()));
    }
    return lines;
  }
}
