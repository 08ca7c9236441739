// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a demo came to.
 *
 * @param events sent to the features topic
 * @param bad records that no job can use, sent there by hand
 * @param outputs what was found on the output topics
 * @param drifts that were planted or reported
 * @param verification present when the library was run as well
 */
record DemoSummary(
    String stream,
    String preset,
    long seed,
    long events,
    long bad,
    DemoOutputs outputs,
    List<DriftReport.Row> drifts,
    Optional<LibraryCheck.Result> verification) {

  /** Events a second from the first event on its topic to the last prediction on its. */
  double eventsPerSecond() {
    return outputs.wallSeconds() > 0 ? outputs.predictions() / outputs.wallSeconds() : 0;
  }

  /** Scores are in per cent. */
  ObjectNode toJson() {
    ObjectNode json = figures();
    ArrayNode rows = json.putArray("drifts");
    drifts.forEach(row -> rows.add(row.toJson()));
    return json;
  }

  private ObjectNode figures() {
    MetricsEvent last = outputs.lastReport();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("stream", stream);
    json.put("preset", preset);
    json.put("seed", seed);
    json.put("events", events);
    json.put("predictions", outputs.predictions());
    json.put("labels", last.getLabels());
    json.put("accuracy", last.getAccuracy());
    json.put("kappa", last.getKappa());
    json.put("kappa_m", last.getKappaM());
    json.put("kappa_t", last.getKappaT());
    json.put("drift_events", outputs.driftEvents());
    json.put("experts_replaced", outputs.replacements());
    json.put("dead_letters", outputs.deadLetters());
    json.put("orphan_labels", outputs.orphanLabels());
    json.put("expired_predictions", outputs.expiredPredictions());
    json.put("wall_seconds", outputs.wallSeconds());
    json.put("events_per_second", eventsPerSecond());
    verification.ifPresent(
        result -> {
          json.put("verified_predictions", result.predictions());
          json.put("library_events_per_second", result.eventsPerSecond());
          json.put("throughput_ratio", eventsPerSecond() / result.eventsPerSecond());
        });
    return json;
  }

  /** The same for people. */
  String toTable() {
    StringBuilder table = new StringBuilder();
    for (Map.Entry<String, JsonNode> entry : figures().properties()) {
      JsonNode value = entry.getValue();
      String text =
          value.isIntegralNumber()
              ? String.format(Locale.ROOT, "%,d", value.longValue())
              : value.isNumber()
                  ? String.format(Locale.ROOT, "%,.2f", value.doubleValue())
                  : value.textValue();
      table.append(String.format("%-26s %14s%n", entry.getKey().replace('_', ' '), text));
    }
    return table + DriftReport.text(drifts);
  }

  /**
   * Checks that what the job counted is what the topics hold.
   *
   * @throws CommandException naming the first disagreement
   */
  void check() throws CommandException {
    MetricsEvent last = outputs.lastReport();
    agree("predictions", last.getEvents(), outputs.predictions());
    agree("drift events", last.getDriftEvents(), outputs.driftEvents());
    agree("life cycle events", last.getLifecycleEvents(), outputs.lifecycleEvents());
    agree("orphan labels", last.getOrphanLabels(), outputs.orphanLabels());
    agree("expired predictions", last.getExpiredPredictions(), outputs.expiredPredictions());
    long answered = outputs.predictions() + outputs.deadLetters();
    if (answered != events + bad) {
      throw new CommandException(
          "%s events were sent, but %s predictions and dead letters came back"
              .formatted(events + bad, answered));
    }
  }

  private static void agree(String what, long counted, long found) throws CommandException {
    if (counted != found) {
      throw new CommandException(
          "the job counted %s %s, its topic holds %s".formatted(counted, what, found));
    }
  }
}
