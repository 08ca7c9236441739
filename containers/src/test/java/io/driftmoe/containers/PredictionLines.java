// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;

/** What {@code driftmoe consume} prints of predictions. */
final class PredictionLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PredictionLines() {}

  /** The ids of their events, in order. */
  static List<Integer> ids(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("{"))
        .map(PredictionLines::read)
        .map(record -> record.path("value").path("eventId").asInt())
        .toList();
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
