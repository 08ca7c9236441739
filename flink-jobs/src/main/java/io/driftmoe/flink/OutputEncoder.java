// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.List;
import java.util.Locale;
import java.util.RandomAccess;

/** Turns what the learner says into Kafka records, keyed by the model key. */
class OutputEncoder {
  /** Longest description of a drift event; it may name many attributes. */
  static final int DESCRIPTION_CHARACTERS = 500;

  private final SingleObjectCodec<PredictionEvent> predictions =
      SingleObjectCodec.of(PredictionEvent.class);
  private final SingleObjectCodec<DriftEvent> drifts = SingleObjectCodec.of(DriftEvent.class);
  private final SingleObjectCodec<MetricsEvent> metrics = SingleObjectCodec.of(MetricsEvent.class);
  private final List<String> classes;

  OutputEncoder(List<String> classes) {
    this.classes = classes;
  }

  OutputRecord prediction(
      SourceRecord.Features event, PendingPrediction prediction, long nowMicros) {
    PredictionEvent record =
        new PredictionEvent(
            event.modelKey(),
            event.eventId(),
            classes.get(prediction.predictedClass()),
            list(prediction.probabilities()),
            list(prediction.gateWeights()),
            prediction.modelVersion(),
            event.eventTime(),
            Math.max(0, nowMicros - event.receivedMicros()));
    return new OutputRecord(key(event.modelKey()), predictions.encode(record));
  }

  /**
   * @param bringer the record that brought the label
   */
  OutputRecord drift(SourceRecord.Keyed bringer, DriftKind kind, ModelState state) {
    PrequentialEvaluator.Scores window = state.mixture.evaluation().window();
    DriftEvent record =
        new DriftEvent(
            bringer.modelKey(),
            bringer.eventId(),
            bringer.eventTime(),
            state.mixture.version(),
            kind,
            "adwin",
            null,
            String.format(
                Locale.ROOT,
                "the error of the mixture rose; accuracy over the last %d labels is %.2f %%",
                window.labels(),
                window.accuracy()));
    return new OutputRecord(key(bringer.modelKey()), drifts.encode(record));
  }

  /**
   * @param bringer the record that brought the label
   * @param change of the stream, in words
   */
  OutputRecord change(SourceRecord.Keyed bringer, String change, long modelVersion) {
    DriftEvent record =
        new DriftEvent(
            bringer.modelKey(),
            bringer.eventId(),
            bringer.eventTime(),
            modelVersion,
            DriftKind.DRIFT,
            "reference",
            null,
            change);
    return new OutputRecord(key(bringer.modelKey()), drifts.encode(record));
  }

  /**
   * @param bringer the record that brought the label
   */
  OutputRecord lifecycle(SourceRecord.Keyed bringer, ExpertEvent event, long modelVersion) {
    LifecycleEvent what = event.event();
    DriftEvent record =
        new DriftEvent(
            bringer.modelKey(),
            bringer.eventId(),
            bringer.eventTime(),
            modelVersion,
            kind(what.kind()),
            "expert",
            event.expert(),
            ShortText.of(
                what.member() < 0
                    ? what.reason()
                    : "member " + what.member() + ": " + what.reason(),
                DESCRIPTION_CHARACTERS));
    return new OutputRecord(key(bringer.modelKey()), drifts.encode(record));
  }

  /**
   * @param record that was processed when it happened
   */
  OutputRecord failure(SourceRecord.Keyed record, PartFailure failure, long modelVersion) {
    DriftEvent event =
        new DriftEvent(
            record.modelKey(),
            record.eventId(),
            record.eventTime(),
            modelVersion,
            DriftKind.FAIL,
            failure.part().name().toLowerCase(Locale.ROOT),
            failure.part() == PartFailure.Part.EXPERT ? failure.position() : null,
            ShortText.of(Failures.describe(failure), DESCRIPTION_CHARACTERS));
    return new OutputRecord(key(record.modelKey()), drifts.encode(event));
  }

  /**
   * @param modelKey of a model that is dropped
   * @param bringer the record for whose model there had to be room
   */
  OutputRecord dropped(
      String modelKey, ModelState state, SourceRecord.Keyed bringer, String reason) {
    DriftEvent record =
        new DriftEvent(
            modelKey,
            bringer.eventId(),
            bringer.eventTime(),
            state.mixture.version(),
            DriftKind.RETIRE,
            "models.max",
            null,
            reason);
    return new OutputRecord(key(modelKey), drifts.encode(record));
  }

  private static DriftKind kind(LifecycleEvent.Kind kind) {
    return switch (kind) {
      case START -> DriftKind.START;
      case WARNING -> DriftKind.WARNING;
      case DRIFT -> DriftKind.DRIFT;
      case REPLACE -> DriftKind.REPLACE;
      case RETIRE -> DriftKind.RETIRE;
      case SLEEP -> DriftKind.SLEEP;
      case WAKE -> DriftKind.WAKE;
    };
  }

  /**
   * @param pending predictions that wait for their label
   * @param losses under the model key so far
   * @param windowSize labels that the scores of the window are over
   * @param last whether the input has ended
   */
  MetricsEvent metrics(
      String modelKey,
      ModelState state,
      int pending,
      LossCounts losses,
      int windowSize,
      boolean last)
      throws IOException {
    PrequentialEvaluator.Scores overall = state.mixture.evaluation().overall();
    PrequentialEvaluator.Scores window = state.mixture.evaluation().window();
    MetricsEvent event = new MetricsEvent();
    event.setModelKey(modelKey);
    event.setEventTime(state.lastEventTime);
    event.setEmittedAt(System.currentTimeMillis());
    event.setEvents(state.events);
    event.setLabels(overall.labels());
    event.setPendingPredictions(pending);
    event.setOrphanLabels(losses.of(LossCause.Loss.ORPHAN_LABELS));
    event.setExpiredPredictions(losses.of(LossCause.Loss.EXPIRED_PREDICTIONS));
    event.setLateEvents(losses.of(LossCause.Loss.LATE_EVENTS));
    event.setLosses(losses.byCause());
    event.setDriftEvents(state.driftEvents);
    event.setLifecycleEvents(state.lifecycleEvents);
    event.setAccuracy(overall.accuracy());
    event.setKappa(overall.kappa());
    event.setKappaM(overall.kappaM());
    event.setKappaT(overall.kappaT());
    event.setWindowSize(windowSize);
    event.setWindowAccuracy(window.accuracy());
    event.setWindowKappa(window.kappa());
    event.setWindowKappaM(window.kappaM());
    event.setWindowKappaT(window.kappaT());
    event.setGateEntropy(state.mixture.gateEntropy());
    event.setExpertShares(list(state.mixture.expertShares()));
    event.setSpecialistEvaluations(state.mixture.specialistEvaluations());
    event.setModelVersion(state.mixture.version());
    event.setModelBytes(state.bytes());
    event.setFinalReport(last);
    return event;
  }

  OutputRecord encode(MetricsEvent event) {
    return new OutputRecord(key(event.getModelKey()), metrics.encode(event));
  }

  private static byte[] key(String modelKey) {
    return modelKey.getBytes(StandardCharsets.UTF_8);
  }

  /** A view: an event is written before anything changes. */
  private static List<Double> list(double[] values) {
    return new DoubleList(values);
  }

  private static final class DoubleList extends AbstractList<Double> implements RandomAccess {
    private final double[] values;

    private DoubleList(double[] values) {
      this.values = values;
    }

    @Override
    public Double get(int index) {
      return values[index];
    }

    @Override
    public int size() {
      return values.length;
    }
  }
}
