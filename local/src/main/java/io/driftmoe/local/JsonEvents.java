// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.EventFields;
import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.LabelFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON objects, as the topics of others hold them: a field for each attribute, and those
 * named here. The model key is the Kafka key.
 */
public final class JsonEvents implements EventEncoding {
  private static final String ID = "event_id";
  private static final String TIME = "event_time";
  private static final String LABEL = "event_class";
  private static final JsonFactory JSON = new JsonFactory();

  private final List<Attribute> attributes;

  JsonEvents(StreamSchema schema) {
    this.attributes = schema.attributes();
  }

  /** What a job reads such events with. */
  public static JobOptions.Input input() {
    return new JobOptions.Input(
        null,
        null,
        null,
        null,
        null,
        null,
        InputFormat.JSON,
        null,
        null,
        new EventFields(null, ID, TIME, "ms", null, LABEL, null, null),
        new LabelFields(null, null, null, ID, TIME, "ms", null, LABEL, null),
        null);
  }

  /** An object in the making. */
  @FunctionalInterface
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  @Override
  public byte[] event(
      String modelKey,
      String eventId,
      long eventTime,
      FeatureVector features,
      @Nullable String label) {
    return object(
        json -> {
          head(json, eventId, eventTime);
          for (int i = 0; i < attributes.size(); i++) {
            json.writeFieldName(attributes.get(i).name());
            feature(json, attributes.get(i), features.get(i));
          }
          if (label != null) {
            json.writeStringField(LABEL, label);
          }
        });
  }

  private static void feature(JsonGenerator json, Attribute attribute, double value)
      throws IOException {
    if (Double.isNaN(value)) {
      json.writeNull();
    } else if (attribute.isNominal()) {
      json.writeString(attribute.values().get((int) value));
    } else {
      json.writeNumber(value);
    }
  }

  @Override
  public byte[] label(String modelKey, String eventId, long eventTime, String label) {
    return object(
        json -> {
          head(json, eventId, eventTime);
          json.writeStringField(LABEL, label);
        });
  }

  private static void head(JsonGenerator json, String eventId, long eventTime) throws IOException {
    json.writeStringField(ID, eventId);
    json.writeNumberField(TIME, eventTime);
  }

  private static byte[] object(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes no bytes", e);
    }
    return bytes.toByteArray();
  }
}
