// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import io.driftmoe.schemas.avro.AskedFeature;
import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.ExplainedVote;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureAttribution;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import io.driftmoe.schemas.avro.QuestionReason;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One record of each kind, the content of the golden files. */
final class Samples {
  private static final long TIME = 1_767_225_600_000L;

  private Samples() {}

  static FeatureEvent featureEvent() {
    return new FeatureEvent(
        "turbine-7", "e-1", TIME, Arrays.asList(0.1, null, "grün", -0.0, 1e-300), "UP", true);
  }

  static LabelEvent labelEvent() {
    return new LabelEvent("turbine-7", "e-1", "DOWN", TIME + 5000);
  }

  static PredictionEvent predictionEvent() {
    return new PredictionEvent(
        "turbine-7",
        "e-1",
        "UP",
        List.of(0.75, 0.25),
        List.of(0.5, 0.3, 0.2),
        41L,
        TIME,
        87L,
        List.of("UP", "DOWN"),
        true,
        2);
  }

  static DriftEvent driftEvent() {
    return new DriftEvent(
        "turbine-7",
        "e-1",
        TIME,
        41L,
        DriftKind.DRIFT,
        "adwin",
        3,
        "weather",
        "expert 3 was replaced",
        29L,
        0.125,
        0.5,
        1e-4,
        List.of("forest 0", "naive-bayes 1"),
        TIME - 12_000,
        "where wind high (5 to 40 %, elsewhere 5 to 6 %)",
        17L,
        "wider");
  }

  static ControlEvent controlEvent() {
    return new ControlEvent(
        "c-1", ControlCommand.BRANCH, null, "turbine-", TIME, "wider", "{\"warm-up\":9}");
  }

  static MetricsEvent metricsEvent() {
    MetricsEvent event = new MetricsEvent();
    event.setModelKey("turbine-7");
    event.setEventTime(TIME);
    event.setEmittedAt(TIME + 1);
    event.setEvents(1000);
    event.setLabels(990);
    event.setPendingPredictions(7);
    event.setOrphanLabels(2);
    event.setExpiredPredictions(3);
    event.setLateEvents(4);
    event.setLosses(Map.of("orphanLabels.no-event", 2L));
    event.setDriftEvents(1);
    event.setLifecycleEvents(6);
    event.setAccuracy(83.5);
    event.setKappa(61.25);
    event.setKappaM(-4.5);
    event.setKappaT(12.125);
    event.setWindowSize(500);
    event.setWindowAccuracy(84.5);
    event.setWindowKappa(62.25);
    event.setWindowKappaM(-3.5);
    event.setWindowKappaT(13.125);
    event.setGateEntropy(0.875);
    event.setExpertShares(List.of(1.0, 0.5, 0.25));
    event.setExpertNames(List.of("forest 0", "naive-bayes 1", "weather"));
    event.setSpecialistEvaluations(1.75);
    event.setSpecialists(
        List.of(
            new SpecialistRegion("committee 4", "0.7", 0.375, "wind high (+1.4 sd)"),
            new SpecialistRegion("regime-library 5", "2", 0.25, "everywhere")));
    event.setExplained(
        new ExplainedPrediction(
            "e-7",
            TIME - 9,
            989L,
            "UP",
            0.625,
            List.of(
                new ExpertVote("forest 0", "UP", 0.75, 0.5),
                new ExpertVote("naive-bayes 1", "DOWN", 0.875, 0.25))));
    event.setModelVersion(990);
    event.setModelBytes(123_456);
    event.setFinalReport(true);
    event.setCoverage(89.5);
    event.setSetSize(1.25);
    event.setEstimatedAccuracy(82.5);
    event.setEstimatedAccuracyError(2.5);
    event.setLabelsAsked(120);
    event.setCorrectedAccuracy(88.5);
    event.setCorrectedAccuracyError(1.25);
    event.setCorrectedWindowAccuracy(86.75);
    event.setBranches(
        List.of(
            new BranchReport(
                "wider", "", 500L, 400L, 90.25, 89.5, 7L, 10L, 0.625, "UNDECIDED", 1.25, 9_999L)));
    event.setFrozen(true);
    event.setLoadLevel(1);
    return event;
  }

  static DeadLetter deadLetter() {
    return new DeadLetter(
        "driftmoe.features",
        2,
        12_345_678_901L,
        DeadLetterKind.UNDECODABLE,
        "empty message: expected a FeatureEvent",
        ByteBuffer.wrap("turbine-7".getBytes(StandardCharsets.UTF_8)),
        null,
        TIME,
        null,
        null,
        1_048_400,
        "0f".repeat(32));
  }

  static Question question() {
    return new Question(
        "turbine-7",
        "e-1",
        TIME,
        41L,
        "UP",
        List.of(0.625, 0.375),
        QuestionReason.UNCERTAIN,
        0.375,
        List.of(
            new AskedFeature("wind", 12.5),
            new AskedFeature("season", "grün"),
            new AskedFeature("heat", null)));
  }

  static Explanation explanation() {
    return new Explanation(
        "turbine-7",
        "e-1",
        TIME,
        41L,
        "UP",
        0.75,
        0.5,
        0.125,
        List.of(
            new ExplainedVote("forest 0", "UP", 0.875, 0.5),
            new ExplainedVote("forest 0.3", "DOWN", 0.625, 0.0625)),
        List.of(
            new FeatureAttribution("wind", 12.5, 0.25),
            new FeatureAttribution("season", "grün", -0.0625),
            new FeatureAttribution("heat", null, 0.03125)),
        -0.09375);
  }
}
