// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.TopicSample;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The format that most records of a sample begin like.
 *
 * @param format json, avro-confluent or driftmoe; those of avro alone begin like anything
 * @param reason how many of the records do
 */
record FormatGuess(InputFormat format, String reason) {
  private static final int SHOWN_BYTES = 8;
  private static final int SCHEMA_ID_BYTES = 5;
  private static final byte[] SINGLE_OBJECT = {(byte) 0xC3, 1};

  /**
   * Looks at the first bytes.
   *
   * @throws TopicGuessException when most records begin like nothing that is known
   */
  static FormatGuess of(TopicSample sample) throws TopicGuessException {
    Map<InputFormat, Integer> votes = new EnumMap<>(InputFormat.class);
    int records = 0;
    byte @Nullable [] other = null;
    for (ConsumerRecord<byte[], byte[]> record : sample.records()) {
      byte[] value = record.value();
      if (value != null) {
        records++;
        Optional<InputFormat> format = of(value);
        format.ifPresent(found -> votes.merge(found, 1, Integer::sum));
        other = format.isEmpty() && other == null ? value : other;
      }
    }
    for (Map.Entry<InputFormat, Integer> vote : votes.entrySet()) {
      if (vote.getValue() * 2 > records) {
        return new FormatGuess(
            vote.getKey(),
            "%s of %s records %s".formatted(vote.getValue(), records, words(vote.getKey())));
      }
    }
    throw TopicGuessException.option(
        "topic %s: its records are neither JSON objects nor Avro with a header%s; for Avro without one give --format avro --avro-schema FILE"
            .formatted(
                sample.topic(),
                other == null ? "" : ", the first of them begins with the bytes " + hex(other)));
  }

  private static Optional<InputFormat> of(byte[] value) {
    if (value.length >= SINGLE_OBJECT.length
        && Arrays.equals(Arrays.copyOf(value, SINGLE_OBJECT.length), SINGLE_OBJECT)) {
      return Optional.of(InputFormat.DRIFTMOE);
    }
    if (value.length > SCHEMA_ID_BYTES && value[0] == 0) {
      return Optional.of(InputFormat.AVRO_CONFLUENT);
    }
    int at = 0;
    while (at < value.length && Character.isWhitespace(value[at])) {
      at++;
    }
    return at < value.length && value[at] == '{' ? Optional.of(InputFormat.JSON) : Optional.empty();
  }

  private static String words(InputFormat format) {
    return switch (format) {
      case JSON -> "begin as JSON objects do";
      case AVRO_CONFLUENT -> "begin with a zero byte and the id of a schema";
      default -> "begin as Avro in single-object encoding does";
    };
  }

  private static String hex(byte[] value) {
    int shown = Math.min(value.length, SHOWN_BYTES);
    return HexFormat.ofDelimiter(" ").formatHex(value, 0, shown);
  }
}
