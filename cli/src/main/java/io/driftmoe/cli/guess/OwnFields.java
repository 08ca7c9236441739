// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.streams.FieldProfile.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of this project, whose features have places and no names. */
final class OwnFields implements RecordFields {
  /** Begins the names that features get. */
  static final String FEATURE = "feature-";

  /** The field of the class. */
  static final String LABEL = "label";

  private final SingleObjectCodec<FeatureEvent> codec = SingleObjectCodec.of(FeatureEvent.class);

  @Override
  public void read(byte[] record, FieldSink sink) throws UnreadableRecordException {
    FeatureEvent event;
    try {
      event = codec.decode(record);
    } catch (WireFormatException e) {
      throw new UnreadableRecordException(String.valueOf(e.getMessage()), e);
    }
    List<?> features = event.getFeatures();
    for (int i = 0; i < features.size(); i++) {
      value(FEATURE + (i + 1), features.get(i), sink);
    }
    value(LABEL, event.getLabel(), sink);
  }

  private static void value(String name, @Nullable Object value, FieldSink sink) {
    Kind kind = value == null ? Kind.NULL : value instanceof Number ? Kind.NUMBER : Kind.TEXT;
    sink.field(FieldAt.top(name), kind, value == null ? "" : value.toString());
  }
}
