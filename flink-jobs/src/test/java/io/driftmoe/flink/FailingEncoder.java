// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** An encoder that fails on records with certain ids, in a place of its choice. */
final class FailingEncoder extends OutputEncoder {
  private final Place place;
  private final Set<String> ids;
  private final Cause cause;

  /** Where it fails. */
  enum Place {
    PREDICTION,
    LIFECYCLE,
    FAILURE,
    METRICS,
    DROPPED
  }

  /** What it throws. */
  interface Cause extends Supplier<Throwable>, java.io.Serializable {}

  private FailingEncoder(List<String> classes, Place place, Set<String> ids, Cause cause) {
    super(classes);
    this.place = place;
    this.ids = ids;
    this.cause = cause;
  }

  /** A function of the job with such an encoder. */
  static MixtureFunction function(JobOptions options, Place place, Set<String> ids, Cause cause) {
    return new MixtureFunction(
        options,
        null,
        InstalledBackends.INSTANCE,
        classes -> new FailingEncoder(classes, place, ids, cause));
  }

  private void mayFail(Place here, String id) {
    if (place == here && ids.contains(id)) {
      FailingEncoder.<RuntimeException>sneak(cause.get());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable failure) throws T {
    throw (T) failure;
  }

  @Override
  OutputRecord prediction(
      SourceRecord.Features event, PendingPrediction prediction, long nowMicros) {
    mayFail(Place.PREDICTION, event.eventId());
    return super.prediction(event, prediction, nowMicros);
  }

  @Override
  OutputRecord lifecycle(
      SourceRecord.Keyed bringer, ExpertEvent event, MixtureOfExperts mixture, long modelVersion) {
    mayFail(Place.LIFECYCLE, bringer.eventId());
    return super.lifecycle(bringer, event, mixture, modelVersion);
  }

  @Override
  OutputRecord failure(
      SourceRecord.Keyed record, PartFailure failure, MixtureOfExperts mixture, long modelVersion) {
    mayFail(Place.FAILURE, record.eventId());
    return super.failure(record, failure, mixture, modelVersion);
  }

  @Override
  OutputRecord dropped(
      String modelKey, ModelState state, SourceRecord.Keyed bringer, String reason) {
    mayFail(Place.DROPPED, bringer.eventId());
    return super.dropped(modelKey, state, bringer, reason);
  }

  @Override
  OutputRecord encode(MetricsEvent event) {
    mayFail(Place.METRICS, Long.toString(event.getEvents()));
    return super.encode(event);
  }
}
