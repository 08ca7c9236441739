// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.LabelQuestion;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.AskedFeature;
import io.driftmoe.schemas.avro.Question;
import io.driftmoe.schemas.avro.QuestionReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the question for a label into a Kafka record, keyed by the model key. */
final class QuestionEncoder {
  /** Attributes in a question, in the order of the schema. */
  static final int MOST_FEATURES = 100;

  /** Longest name of an attribute in one. */
  static final int ATTRIBUTE_CHARACTERS = 100;

  private final SingleObjectCodec<Question> codec = SingleObjectCodec.of(Question.class);
  private final StreamSchema schema;

  QuestionEncoder(StreamSchema schema) {
    this.schema = schema;
  }

  OutputRecord record(
      SourceRecord.Features event, PendingPrediction prediction, LabelQuestion question) {
    byte[] key = event.modelKey().getBytes(StandardCharsets.UTF_8);
    return new OutputRecord(
        key,
        codec.encode(
            new Question(
                event.modelKey(),
                event.eventId(),
                event.eventTime(),
                prediction.modelVersion(),
                schema.labels().name(prediction.predictedClass()),
                Arrays.stream(prediction.probabilities()).boxed().toList(),
                reason(question.reason()),
                question.probability(),
                features(event.values()))));
  }

  private static QuestionReason reason(LabelQuestion.Reason reason) {
    return switch (reason) {
      case UNCERTAIN -> QuestionReason.UNCERTAIN;
      case RANDOM -> QuestionReason.RANDOM;
      case DRIFT -> QuestionReason.DRIFT;
    };
  }

  private List<AskedFeature> features(FeatureVector values) {
    List<AskedFeature> features = new ArrayList<>();
    for (int a = 0; a < Math.min(MOST_FEATURES, schema.features()); a++) {
      Attribute attribute = schema.attributes().get(a);
      features.add(
          new AskedFeature(
              ShortText.of(attribute.name(), ATTRIBUTE_CHARACTERS),
              value(attribute, values.get(a))));
    }
    return features;
  }

  /** A Double, a String, or null when missing. */
  private static @Nullable Object value(Attribute attribute, double value) {
    if (Double.isNaN(value)) {
      return null;
    }
    return attribute.isNominal() ? attribute.values().get((int) value) : (Object) value;
  }
}
