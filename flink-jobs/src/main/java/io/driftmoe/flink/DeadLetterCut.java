// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.JsonText;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a dead letter that is too large for its topic: it repeats the message that is at fault, with
 * its key in two places. Length and SHA-256 of what was cut stay, so that the message is found at
 * its origin.
 */
final class DeadLetterCut {
  /** Room that a letter needs without key and value: name of the topic, numbers, digests. */
  static final int SMALLEST_ROOM = 1_536;

  /** The same for JSON, which has the names of fields as well. */
  static final int SMALLEST_JSON_ROOM = 2_048;

  private static final int LARGEST_KEY = 1_024;
  private static final int KEY_SHARE = 8;
  private static final int REASON_SHARE = 12;
  private static final int JSON_REASON_SHARE = 24;

  /** In JSON they are there around an empty value, too. */
  private static final int QUOTES = 2;

  /** For the lengths of what grows, which are one byte long where it is empty. */
  private static final int LENGTH_BYTES = 8;

  private final SingleObjectCodec<DeadLetter> codec = SingleObjectCodec.of(DeadLetter.class);
  private final @Nullable OutputJson json;

  /**
   * @param json makes the records that are written; null where they are Avro
   */
  DeadLetterCut(@Nullable OutputJson json) {
    this.json = json;
  }

  /**
   * The letter with the beginning of its key and value, and of its reason.
   *
   * @param record a dead letter in Avro
   * @param room bytes that key and value of what is written may have together, at least {@link
   *     #SMALLEST_ROOM}, of JSON {@link #SMALLEST_JSON_ROOM}
   */
  OutputRecord cut(OutputRecord record, int room) {
    DeadLetter letter;
    try {
      letter = codec.decode(record.value());
    } catch (WireFormatException e) {
      throw new IllegalStateException("the record was encoded as a dead letter", e);
    }
    int keyRoom = Math.min(LARGEST_KEY, room / KEY_SHARE);
    byte[] kafkaKey = beginning(record.key(), keyRoom);
    letter.setReason(
        ShortText.of(
            letter.getReason(),
            Math.min(
                DeadLetters.REASON_CHARACTERS,
                room / (json == null ? REASON_SHARE : JSON_REASON_SHARE))));
    byte[] key = bytes(letter.getKey());
    int keyBytes = key == null ? 0 : taken(key, keyRoom);
    if (key != null && key.length > keyBytes) {
      letter.setKey(ByteBuffer.wrap(Arrays.copyOf(key, keyBytes)));
      letter.setKeyLength(key.length);
      letter.setKeySha256(sha256(key));
    }
    byte[] value = bytes(letter.getValue());
    if (value != null) {
      letter.setValue(ByteBuffer.allocate(0));
      letter.setValueLength(value.length);
      letter.setValueSha256(sha256(value));
      int taken = write(letter).length + (kafkaKey == null ? 0 : kafkaKey.length);
      int valueBytes =
          taken(value, Math.max(0, room - taken - LENGTH_BYTES) + (json == null ? 0 : QUOTES));
      if (value.length == valueBytes) {
        letter.setValueLength(null);
        letter.setValueSha256(null);
      }
      letter.setValue(ByteBuffer.wrap(Arrays.copyOf(value, valueBytes)));
    }
    return new OutputRecord(kafkaKey, write(letter));
  }

  private byte[] write(DeadLetter letter) {
    return json == null ? codec.encode(letter) : json.of(letter);
  }

  /** How many bytes from the beginning fit in so much room, quotes included where there are any. */
  private int taken(byte[] bytes, int room) {
    return json == null ? Math.min(bytes.length, room) : JsonText.beginning(bytes, room);
  }

  private static byte @Nullable [] beginning(byte @Nullable [] bytes, int length) {
    return bytes == null || bytes.length <= length ? bytes : Arrays.copyOf(bytes, length);
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
