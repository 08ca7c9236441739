// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records as a job sends them. */
final class Sent {
  static final int WINDOW = 500;

  private static final SingleObjectCodec<MetricsEvent> METRICS =
      SingleObjectCodec.of(MetricsEvent.class);
  private static final SingleObjectCodec<DriftEvent> DRIFTS =
      SingleObjectCodec.of(DriftEvent.class);
  private static final SingleObjectCodec<PredictionEvent> PREDICTIONS =
      SingleObjectCodec.of(PredictionEvent.class);
  private static final SingleObjectCodec<DeadLetter> LETTERS =
      SingleObjectCodec.of(DeadLetter.class);

  private Sent() {}

  static MetricsEvent report(String key, long learned, double accuracy) {
    MetricsEvent event = new MetricsEvent();
    event.setBranches(List.of());
    event.setModelKey(key);
    event.setEmittedAt(1_700_000_000_000L + learned);
    event.setEvents(learned + 7);
    event.setLabels(learned);
    event.setPendingPredictions(7);
    event.setAccuracy(accuracy + 1);
    event.setWindowSize(WINDOW);
    event.setWindowAccuracy(accuracy);
    event.setWindowKappaM(accuracy - 10);
    event.setEstimatedAccuracy(-1);
    event.setEstimatedAccuracyError(-1);
    event.setModelVersion(learned);
    event.setModelBytes(123_456);
    event.setLosses(Map.of());
    event.setExpertShares(List.of());
    event.setExpertNames(List.of());
    event.setSpecialists(List.of());
    return event;
  }

  /** A report with what is expected of the predictions that wait. */
  static MetricsEvent expecting(String key, long learned, double expected, double error) {
    MetricsEvent event = report(key, learned, 75);
    event.setEstimatedAccuracy(expected);
    event.setEstimatedAccuracyError(error);
    return event;
  }

  /** A branch took the place of the model, or the former one came back. */
  static DriftEvent change(String key, long learned, DriftKind kind, String branch) {
    DriftEvent event = event(key, learned, kind, "control", null, "it is better");
    event.setBranch(branch);
    return event;
  }

  /** A report with what it tells now and then: regions, and who said what about an event. */
  static MetricsEvent telling(String key, long learned, String id, String region, String says) {
    MetricsEvent event = report(key, learned, 60);
    event.setSpecialists(
        List.of(
            new SpecialistRegion("committee 1", "0.7", 0.4, region),
            new SpecialistRegion("committee 1", "1.2", 0.3, "everywhere")));
    event.setExplained(
        new ExplainedPrediction(
            id,
            1_700_000_000_000L,
            learned,
            "up",
            0.625,
            List.of(
                new ExpertVote("mlp 2", says, 0.75, 0.5),
                new ExpertVote("forest 0", "up", 0.9, 0.25))));
    return event;
  }

  static DriftEvent alarm(String key, long learned) {
    return event(key, learned, DriftKind.DRIFT, "adwin", null, "the error rose");
  }

  static DriftEvent alarm(String key, long learned, long sinceTime, String where) {
    DriftEvent event = alarm(key, learned);
    event.setSinceTime(sinceTime);
    event.setWhere(where);
    return event;
  }

  static DriftEvent change(String key, long learned, DriftKind kind, int expert, String reason) {
    return event(key, learned, kind, "expert", expert, reason);
  }

  private static DriftEvent event(
      String key,
      long learned,
      DriftKind kind,
      String detector,
      @Nullable Integer expert,
      String description) {
    DriftEvent event = new DriftEvent();
    event.setModelKey(key);
    event.setEventId("" + learned);
    event.setModelVersion(learned);
    event.setKind(kind);
    event.setDetector(detector);
    event.setExpert(expert);
    event.setDescription(description);
    event.setAffectedExperts(List.of());
    event.setSinceTime(-1);
    event.setWhere("");
    event.setBranch("");
    return event;
  }

  static PredictionEvent prediction(String key, String id, double... weights) {
    return new PredictionEvent(
        key,
        id,
        "up",
        List.of(0.7, 0.3),
        Arrays.stream(weights).boxed().toList(),
        100L,
        0L,
        87L,
        List.of(),
        false,
        0);
  }

  static DeadLetter letter(long offset, String reason) {
    return new DeadLetter(
        "driftmoe.features",
        0,
        offset,
        DeadLetterKind.INVALID,
        reason,
        null,
        null,
        1_700_000_000_000L,
        null,
        null,
        null,
        null);
  }

  static void to(PageModel model, MetricsEvent event) {
    model.accept(PageTopic.METRICS, METRICS.encode(event), 0);
  }

  static void to(PageModel model, DriftEvent event) {
    model.accept(PageTopic.DRIFT_EVENTS, DRIFTS.encode(event), 0);
  }

  static void to(PageModel model, PredictionEvent event) {
    model.accept(PageTopic.PREDICTIONS, PREDICTIONS.encode(event), 0);
  }

  static void to(PageModel model, DeadLetter event) {
    model.accept(PageTopic.DEAD_LETTERS, LETTERS.encode(event), 0);
  }

  /**
   * A model of which one drift is over and one goes on: planted at 3,000 and 6,000, with alarms.
   */
  static void story(PageModel model, String key) {
    for (long learned = 100; learned <= 6_500; learned += 100) {
      boolean fallen = learned > 3_000 && learned <= 3_800 || learned > 6_000;
      to(model, report(key, learned, fallen ? 60 + learned % 300 / 100 : 75 + learned % 200 / 100));
      if (learned == 3_200 || learned == 6_100) {
        to(model, alarm(key, learned));
        for (int member = 0; member < 5; member++) {
          to(
              model,
              change(
                  key,
                  learned + member,
                  DriftKind.REPLACE,
                  0,
                  "member " + member + ": its error rose"));
        }
        to(model, change(key, learned, DriftKind.SLEEP, 2, "gains 0.0001 nats an event"));
      }
      to(model, prediction(key, "event-" + learned, 0.6, 0.3, 0.1));
    }
  }
}
