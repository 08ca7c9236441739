// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import org.jspecify.annotations.Nullable;

/**
 * One drift event, cut to what is shown. Equal ones are one event that the job has sent again.
 *
 * @param expert position; null for the whole mixture
 * @param learned events that the mixture had learned
 * @param sinceTime event time of the first event after a drift, epoch milliseconds; negative where
 *     it is not known
 * @param where in which part of the input errors rose, in words; empty where it is not known
 * @param branch that it is about; empty for none
 */
record ExpertChange(
    String modelKey,
    String eventId,
    long learned,
    DriftKind kind,
    String detector,
    @Nullable Integer expert,
    String reason,
    long sinceTime,
    String where,
    String branch) {

  static ExpertChange of(DriftEvent event) {
    return new ExpertChange(
        ShownText.id(event.getModelKey()),
        ShownText.id(event.getEventId()),
        event.getModelVersion(),
        event.getKind(),
        ShownText.id(event.getDetector()),
        event.getExpert(),
        ShownText.reason(event.getDescription()),
        event.getSinceTime(),
        ShownText.reason(event.getWhere()),
        ShownText.id(event.getBranch()));
  }

  /** Whether there is such a model: answers to commands may be of several, or of none. */
  boolean isOfModel() {
    return !modelKey.isEmpty() && kind != DriftKind.REFUSE;
  }

  /** Whether the whole mixture says that the concept has drifted. */
  boolean isAlarm() {
    return expert == null && kind == DriftKind.DRIFT;
  }

  /** Whether another model predicts from then on. */
  boolean isSwitch() {
    return kind == DriftKind.PROMOTE || kind == DriftKind.ROLL_BACK;
  }

  /** Whether another expert, or another member of it, learns in its place. */
  boolean isReplacement() {
    return kind == DriftKind.REPLACE || kind == DriftKind.RETIRE;
  }

  /** Members begin to learn in the background all the time: that is counted only. */
  boolean isShown() {
    return kind != DriftKind.WARNING && kind != DriftKind.START;
  }

  ObjectNode toJson(ObjectNode json, PageSettings settings) {
    json.put("key", modelKey);
    json.put("id", eventId);
    json.put("learned", learned);
    json.put("kind", kind.name());
    json.put("detector", detector);
    json.put("expert", expert == null ? null : settings.expert(expert));
    json.put("reason", reason);
    json.put("branch", branch);
    return json;
  }
}
