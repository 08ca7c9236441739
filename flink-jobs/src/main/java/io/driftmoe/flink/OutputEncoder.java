// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Turns what the learner says into Kafka records, keyed by the model key. */
final class OutputEncoder {
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
        DriftEvent.newBuilder()
            .setModelKey(bringer.modelKey())
            .setEventId(bringer.eventId())
            .setEventTime(bringer.eventTime())
            .setModelVersion(state.mixture.version())
            .setKind(kind)
            .setDetector("adwin")
            .setDescription(
                "the error of the mixture changed; accuracy over the last %d labels is %.2f %%"
                    .formatted(window.labels(), window.accuracy()))
            .build();
    return new OutputRecord(key(bringer.modelKey()), drifts.encode(record));
  }

  MetricsEvent metrics(String modelKey, ModelState state, int windowSize, boolean last)
      throws IOException {
    PrequentialEvaluator.Scores overall = state.mixture.evaluation().overall();
    PrequentialEvaluator.Scores window = state.mixture.evaluation().window();
    return MetricsEvent.newBuilder()
        .setModelKey(modelKey)
        .setEventTime(state.lastEventTime)
        .setEmittedAt(System.currentTimeMillis())
        .setEvents(state.events)
        .setLabels(overall.labels())
        .setPendingPredictions(state.predictions.size())
        .setOrphanLabels(state.orphanLabels)
        .setExpiredPredictions(state.expiredPredictions)
        .setDriftEvents(state.driftEvents)
        .setAccuracy(overall.accuracy())
        .setKappa(overall.kappa())
        .setKappaM(overall.kappaM())
        .setKappaT(overall.kappaT())
        .setWindowSize(windowSize)
        .setWindowAccuracy(window.accuracy())
        .setWindowKappa(window.kappa())
        .setWindowKappaM(window.kappaM())
        .setWindowKappaT(window.kappaT())
        .setGateEntropy(state.mixture.gateEntropy())
        .setExpertShares(list(state.mixture.expertShares()))
        .setModelVersion(state.mixture.version())
        .setModelBytes(state.bytes())
        .setFinalReport(last)
        .build();
  }

  OutputRecord encode(MetricsEvent event) {
    return new OutputRecord(key(event.getModelKey()), metrics.encode(event));
  }

  private static byte[] key(String modelKey) {
    return modelKey.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Double> list(double[] values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return list;
  }
}
