// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The records of all topics by their fingerprints, for messages that came to the wrong topic. */
final class KnownRecords {
  /** The records of all topics. */
  static final List<Class<? extends SpecificRecord>> TYPES =
      List.of(
          FeatureEvent.class,
          LabelEvent.class,
          PredictionEvent.class,
          DriftEvent.class,
          MetricsEvent.class,
          DeadLetter.class,
          Explanation.class,
          Question.class,
          ControlEvent.class);

  private static final Map<Long, String> NAMES = names();

  private KnownRecords() {}

  /** What to do about a message with this fingerprint, which was not expected. */
  static String advice(long fingerprint) {
    String name = NAMES.get(fingerprint);
    return name == null
        ? "write it with the schema of this version"
        : "it holds a %s, which belongs on another topic".formatted(name);
  }

  private static Map<Long, String> names() {
    Map<Long, String> names = new HashMap<>();
    for (Class<?> type : TYPES) {
      Schema present = new SpecificData(type.getClassLoader()).getSchema(type);
      names.put(SchemaNormalization.parsingFingerprint64(present), present.getName());
      FormerSchemas.of(present)
          .forEach(
              former ->
                  names.put(SchemaNormalization.parsingFingerprint64(former), present.getName()));
    }
    return names;
  }
}
