// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Says in words what a message looks like that does not begin with the marker of Avro's
 * single-object encoding, and what to do about it. A guess from the first bytes.
 */
final class ForeignFormat {
  private static final JsonFactory JSON = new JsonFactory();

  /** As much of a message as is looked at. */
  private static final int PREFIX_BYTES = 400;

  private static final int SHOWN_BYTES = 8;

  /** Marker 0 and a schema id of four bytes, as the registry's serializers write them. */
  private static final int CONFLUENT_BYTES = 5;

  /** Ids of a registry count up from 1. Beyond this it is rather a zero in other binary data. */
  private static final int LARGEST_SCHEMA_ID = 100_000_000;

  private record Signature(String name, byte... start) {
    boolean begins(byte[] message) {
      return message.length >= start.length
          && Arrays.equals(message, 0, start.length, start, 0, start.length);
    }
  }

  private static final List<Signature> SIGNATURES =
      List.of(
          new Signature("an Avro container file", new byte[] {'O', 'b', 'j', 1}),
          new Signature("gzip data", new byte[] {0x1F, (byte) 0x8B}),
          new Signature("Zstandard data", new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}),
          new Signature("a Parquet file", new byte[] {'P', 'A', 'R', '1'}),
          new Signature("a serialized Java object", new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5}));

  private ForeignFormat() {}

  /**
   * What the message looks like and what to send in its place.
   *
   * @param message at least one byte
   * @param record name of the record that is expected
   */
  static String describe(byte[] message, String record) {
    if (message[0] == 0 && message.length >= CONFLUENT_BYTES) {
      int id = ByteBuffer.wrap(message, 1, Integer.BYTES).getInt();
      if (id > 0 && id <= LARGEST_SCHEMA_ID) {
        return ("looks like Confluent wire format (schema id %s): write Avro's single-object"
                + " encoding of a %s in place of the registry's serializer")
            .formatted(id, record);
      }
    }
    for (Signature signature : SIGNATURES) {
      if (signature.begins(message)) {
        return "looks like %s: send one %s a message, in Avro's single-object encoding"
            .formatted(signature.name, record);
      }
    }
    return "%s: send a %s in Avro's single-object encoding".formatted(other(message), record);
  }

  private static String other(byte[] message) {
    if (looksLikeJson(message)) {
      return "looks like JSON";
    }
    String text = text(message);
    if (text.isBlank()) {
      return "looks like binary data (%s)"
          .formatted(
              HexFormat.ofDelimiter(" ")
                  .withUpperCase()
                  .formatHex(message, 0, Math.min(message.length, SHOWN_BYTES)));
    }
    return "looks like %s (%s)"
        .formatted(text.strip().startsWith("<") ? "XML" : "text", QuotedText.of(text));
  }

  /** Whether it begins as an object or an array does, up to the second token. */
  private static boolean looksLikeJson(byte[] message) {
    try (JsonParser parser =
        JSON.createParser(message, 0, Math.min(message.length, PREFIX_BYTES))) {
      JsonToken first = parser.nextToken();
      return first != null && first.isStructStart() && parser.nextToken() != null;
    } catch (IOException notJson) {
      return false;
    }
  }

  /** The first characters if they are printable UTF-8, else nothing. */
  private static String text(byte[] message) {
    ByteBuffer prefix = ByteBuffer.wrap(message, 0, Math.min(message.length, PREFIX_BYTES));
    CharBuffer text = CharBuffer.allocate(PREFIX_BYTES);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    // the last character of the prefix may be cut in two
    CoderResult result = decoder.decode(prefix, text, message.length <= PREFIX_BYTES);
    String decoded = text.flip().toString();
    boolean printable =
        decoded.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c));
    return result.isError() || !printable ? "" : decoded;
  }
}
