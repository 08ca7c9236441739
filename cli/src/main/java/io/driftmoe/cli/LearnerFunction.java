// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Forecast;
import io.driftmoe.benchmarks.Learner;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.OutputRecord;
import io.driftmoe.flink.SourceRecord;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Any learner of the suite in the place of the mixture, for comparison: predicts an event and
 * learns its label at once.
 *
 * <p>Its models are not in checkpoints, because MOA can only write them by Java serialization: a
 * job that restarts forgets all it has learned. That, and that it writes neither drift events nor
 * metrics, spares it work that the mixture does.
 */
final class LearnerFunction
    extends KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord> {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final LearnerSpec.Kind kind;
  private final String definition;
  private final JobOptions.Schema schema;
  private final long seed;

  private transient Map<String, Model> models;
  private transient SingleObjectCodec<PredictionEvent> codec;

  private static final class Model {
    private final byte[] key;
    private final Learner learner;
    private long learned;

    Model(String key, Learner learner) {
      this.key = key.getBytes(StandardCharsets.UTF_8);
      this.learner = learner;
    }
  }

  LearnerFunction(LearnerSpec spec, StreamSchema schema, long seed) {
    this.name = spec.name();
    this.kind = spec.kind();
    this.definition = spec.definition();
    this.schema = JobOptions.Schema.of(schema);
    this.seed = seed;
  }

  @Override
  public void open(OpenContext context) {
    models = new HashMap<>();
    codec = SingleObjectCodec.of(PredictionEvent.class);
  }

  @Override
  public void processElement1(
      SourceRecord record, Context context, Collector<OutputRecord> predictions) {
    SourceRecord.Features event = (SourceRecord.Features) record;
    Model model = models.computeIfAbsent(event.modelKey(), this::create);
    Forecast forecast = model.learner.predict(event.values());
    predictions.collect(
        new OutputRecord(model.key, codec.encode(prediction(event, forecast, model))));
    if (event.label() >= 0) {
      model.learner.learn(forecast, event.label());
      model.learned++;
    }
  }

  private Model create(String key) {
    LearnerSpec spec = new LearnerSpec(name, kind, definition);
    return new Model(key, spec.create(schema.toStreamSchema(), seed));
  }

  private PredictionEvent prediction(SourceRecord.Features event, Forecast forecast, Model model) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    return new PredictionEvent(
        event.modelKey(),
        event.eventId(),
        schema.classes().get(forecast.predicted()),
        Arrays.stream(forecast.probabilities()).boxed().toList(),
        List.of(),
        model.learned,
        event.eventTime(),
        Math.max(0, now - event.receivedMicros()),
        List.of(),
        false,
        0);
  }

  @Override
  public void processElement2(
      SourceRecord label, Context context, Collector<OutputRecord> predictions) {
    throw new UnsupportedOperationException("labels come with their events here");
  }
}
