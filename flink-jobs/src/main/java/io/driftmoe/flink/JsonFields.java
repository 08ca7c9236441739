// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON objects (RFC 8259, UTF-8) as a stream of tokens: what is not mapped is passed over and
 * never kept. NaN and Infinity are read as the numbers that some writers mean by them.
 */
final class JsonFields implements FieldReader {
  private static final int DEEPEST = 200;

  /** More are no number of sense, and would take long to compute with. */
  private static final int MOST_DIGITS = 1_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(Integer.MAX_VALUE) // of those that are passed over
                  .maxStringLength(Integer.MAX_VALUE) // the message has a length
                  .build())
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final FieldTree tree;

  JsonFields(FieldTree tree) {
    this.tree = tree;
  }

  @Override
  public void read(byte[] message, FieldValues into) throws RejectedException {
    into.clear();
    if (message.length == 0) {
      throw RejectedException.undecodable(
          "empty message: expected a JSON object, got an empty value of 0 bytes");
    }
    if (message[0] == 0 || message.length > 1 && message[1] == 0) {
      throw RejectedException.undecodable(
          "no JSON in UTF-8: it begins with %s"
              .formatted(
                  message[0] == 0 && message.length > 5
                      ? "a zero byte, as Confluent's wire format does"
                      : "zero bytes, as UTF-16 does"));
    }
    if (!WellFormed.utf8(message, message.length)) {
      throw RejectedException.undecodable("no JSON in UTF-8: it is not well-formed UTF-8");
    }
    try (JsonParser in = JSON.createParser(message)) {
      JsonToken first = in.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw RejectedException.undecodable("expected a JSON object, got " + what(first));
      }
      object(in, tree.root(), into);
      if (in.nextToken() != null) {
        throw RejectedException.undecodable(
            "something follows the end of the JSON object in a message of %s bytes"
                .formatted(message.length));
      }
    } catch (JsonProcessingException e) {
      throw RejectedException.undecodable("malformed JSON: " + explain(e), e);
    } catch (IOException | RuntimeException e) { // of names with the same hash, for one
      throw RejectedException.undecodable(
          "malformed JSON: " + inner(String.valueOf(e.getMessage())), e);
    }
  }

  private static void object(JsonParser in, FieldTree.Node node, FieldValues into)
      throws IOException, RejectedException {
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken token = in.nextToken();
      FieldTree.Node child = node.child(name);
      if (child == null) {
        in.skipChildren();
      } else {
        into.meet(child, name);
        value(in, token, child, into);
      }
    }
  }

  private static void array(JsonParser in, FieldTree.Node node, FieldValues into)
      throws IOException, RejectedException {
    int index = 0;
    for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      FieldTree.Node child = node.child(Integer.toString(index));
      index++;
      if (child == null) {
        in.skipChildren();
      } else {
        value(in, token, child, into);
      }
    }
  }

  private static void value(
      JsonParser in, @Nullable JsonToken token, FieldTree.Node node, FieldValues into)
      throws IOException, RejectedException {
    if (token == null) {
      return; // the parser refuses the end of a message here
    }
    switch (token) {
      case START_OBJECT -> {
        into.setOther(node, "an object");
        if (node.hasChildren()) {
          object(in, node, into);
        } else {
          in.skipChildren();
        }
      }
      case START_ARRAY -> {
        into.setOther(node, "an array");
        if (node.hasChildren()) {
          array(in, node, into);
        } else {
          in.skipChildren();
        }
      }
      case VALUE_STRING -> text(in.getText(), node, into);
      case VALUE_TRUE -> into.set(node, FieldKind.BOOLEAN, "true");
      case VALUE_FALSE -> into.set(node, FieldKind.BOOLEAN, "false");
      case VALUE_NULL -> into.setNull(node);
      default -> number(in, node, into);
    }
  }

  /** An escape can stand for half a character. */
  private static void text(String text, FieldTree.Node node, FieldValues into) {
    if (WellFormed.utf16(text)) {
      into.set(node, FieldKind.TEXT, text);
    } else {
      into.setOther(node, "text with half a character (an unpaired surrogate)");
    }
  }

  private static void number(JsonParser in, FieldTree.Node node, FieldValues into)
      throws IOException {
    if (in.getTextLength() > MOST_DIGITS) {
      into.setOther(node, "a number of %s characters".formatted(in.getTextLength()));
      return;
    }
    for (int slot : node.slots()) {
      double number = into.wantsNumber(slot) ? in.getDoubleValue() : 0;
      boolean text = into.wantsText(slot) || !Double.isFinite(number);
      into.setNumber(slot, number, text ? in.getText() : null);
    }
  }

  private static String what(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing but white space";
    }
    return switch (token) {
      case START_ARRAY -> "an array; send one object a message";
      case VALUE_STRING -> "a text";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      default -> "a number";
    };
  }

  private static String explain(JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " at line %s, column %s"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return inner(String.valueOf(e.getOriginalMessage())) + where;
  }

  /** Words of Jackson, which may quote what it read. */
  private static String inner(String message) {
    String quoted = QuotedText.of(message, 200);
    return quoted.substring(1, quoted.length() - 1);
  }
}
