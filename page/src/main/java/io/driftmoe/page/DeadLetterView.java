// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/**
 * The dead letters that have come: counted by kind, and the latest with their reasons. What they
 * hold is not shown: it is the data of somebody.
 */
final class DeadLetterView {
  static final int MOST = 30;

  private final Map<DeadLetterKind, Long> counts = new EnumMap<>(DeadLetterKind.class);
  private final Deque<Letter> latest = new ArrayDeque<>();

  /** Equal ones are one that the job has sent again. */
  private record Letter(
      String topic, int partition, long offset, DeadLetterKind kind, String reason, long time) {

    private boolean isAgain(Letter other) {
      return offset == other.offset
          && partition == other.partition
          && kind == other.kind
          && topic.equals(other.topic);
    }
  }

  void add(DeadLetter event) {
    Letter letter =
        new Letter(
            ShownText.id(event.getTopic()),
            event.getPartition(),
            event.getOffset(),
            event.getKind(),
            ShownText.reason(event.getReason()),
            event.getTime());
    if (latest.stream().anyMatch(letter::isAgain)) {
      return;
    }
    counts.merge(letter.kind, 1L, Long::sum);
    latest.addFirst(letter);
    if (latest.size() > MOST) {
      latest.removeLast();
    }
  }

  ObjectNode toJson(ObjectNode json) {
    ObjectNode numbers = json.putObject("counts");
    counts.forEach((kind, count) -> numbers.put(kind.name(), count));
    ArrayNode list = json.putArray("latest");
    for (Letter letter : latest) {
      list.addObject()
          .put("topic", letter.topic)
          .put("partition", letter.partition)
          .put("offset", letter.offset)
          .put("kind", letter.kind.name())
          .put("reason", letter.reason)
          .put("time", letter.time);
    }
    return json;
  }
}
