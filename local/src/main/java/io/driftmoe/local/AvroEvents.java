// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import org.jspecify.annotations.Nullable;

/** This project's own events. */
final class AvroEvents implements EventEncoding {
  private final SingleObjectCodec<FeatureEvent> events = SingleObjectCodec.of(FeatureEvent.class);
  private final SingleObjectCodec<LabelEvent> labels = SingleObjectCodec.of(LabelEvent.class);
  private final FeatureCodec codec;

  AvroEvents(StreamSchema schema) {
    this.codec = new FeatureCodec(schema);
  }

  @Override
  public byte[] event(
      String modelKey,
      String eventId,
      long eventTime,
      FeatureVector features,
      @Nullable String label) {
    return events.encode(
        new FeatureEvent(modelKey, eventId, eventTime, codec.toWire(features), label, false));
  }

  @Override
  public byte[] label(String modelKey, String eventId, long eventTime, String label) {
    return labels.encode(new LabelEvent(modelKey, eventId, label, eventTime));
  }
}
