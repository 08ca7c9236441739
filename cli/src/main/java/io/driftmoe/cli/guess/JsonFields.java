// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.FieldProfile.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of JSON objects. Numbers keep the text in which they are written. */
final class JsonFields implements RecordFields {
  /** NaN and Infinity stand there as Python writes them. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  @Override
  public void read(byte[] record, FieldSink sink) throws UnreadableRecordException {
    List<Runnable> found = new ArrayList<>(); // handed on when the whole record is well
    try (JsonParser parser = JSON.createParser(record)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableRecordException("it is no JSON object", new IOException());
      }
      readObject(parser, null, sink, found);
      if (parser.nextToken() != null) {
        throw new UnreadableRecordException("more follows the JSON object", new IOException());
      }
    } catch (JsonProcessingException e) {
      throw new UnreadableRecordException("it is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UnreadableRecordException("it is no JSON: " + FailureMessage.of(e), e);
    }
    found.forEach(Runnable::run);
  }

  private static void readObject(
      JsonParser parser, @Nullable FieldAt in, FieldSink sink, List<Runnable> found)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      FieldAt at = in == null ? FieldAt.top(name) : in.in(name);
      parser.nextToken();
      readValue(parser, at, sink, found);
    }
  }

  private static void readValue(JsonParser parser, FieldAt at, FieldSink sink, List<Runnable> found)
      throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        found.add(() -> sink.object(at));
        if (at.hasPath()) {
          readObject(parser, at, sink, found);
        } else {
          parser.skipChildren();
        }
      }
      case START_ARRAY -> readList(parser, at, sink, found);
      case VALUE_STRING -> add(found, sink, at, Kind.TEXT, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          add(found, sink, at, Kind.NUMBER, parser.getText());
      case VALUE_TRUE, VALUE_FALSE -> add(found, sink, at, Kind.BOOLEAN, parser.getText());
      default -> add(found, sink, at, Kind.NULL, "");
    }
  }

  private static void readList(JsonParser parser, FieldAt at, FieldSink sink, List<Runnable> found)
      throws IOException {
    int length = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (length < MOST_ITEMS && at.hasPath() && parser.currentToken().isScalarValue()) {
        readValue(parser, at.in(Integer.toString(length)), sink, found);
      } else {
        parser.skipChildren();
      }
      length++;
    }
    int items = length;
    found.add(() -> sink.list(at, items));
  }

  private static void add(
      List<Runnable> found, FieldSink sink, FieldAt at, Kind kind, String text) {
    found.add(() -> sink.field(at, kind, text));
  }
}
