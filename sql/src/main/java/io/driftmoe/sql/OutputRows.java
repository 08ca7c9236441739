// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.flink.HostedMixture;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Makes rows of what the mixture says. */
final class OutputRows implements HostedMixture.Outputs {
  /** Columns of the result behind those of the partition. */
  static final DataType TYPE =
      DataTypes.ROW(
          DataTypes.FIELD("kind", DataTypes.STRING().notNull()),
          DataTypes.FIELD("model", DataTypes.STRING()),
          DataTypes.FIELD("event_id", DataTypes.STRING()),
          DataTypes.FIELD("event_time", DataTypes.TIMESTAMP_LTZ(3)),
          DataTypes.FIELD("predicted_class", DataTypes.STRING()),
          DataTypes.FIELD("probability", DataTypes.DOUBLE()),
          DataTypes.FIELD("probabilities", DataTypes.MAP(DataTypes.STRING(), DataTypes.DOUBLE())),
          DataTypes.FIELD("model_version", DataTypes.BIGINT()),
          DataTypes.FIELD("reason", DataTypes.STRING()),
          DataTypes.FIELD("description", DataTypes.STRING()),
          DataTypes.FIELD("prediction_set", DataTypes.ARRAY(DataTypes.STRING())));

  private final List<String> classes;
  private final Set<Kind> kinds;
  private final Consumer<Row> target;

  /**
   * @param classes in the order of the probabilities
   * @param kinds that are wanted
   */
  OutputRows(List<String> classes, Set<Kind> kinds, Consumer<Row> target) {
    this.classes = classes;
    this.kinds = kinds;
    this.target = target;
  }

  @Override
  public void prediction(PredictionEvent prediction) {
    if (!kinds.contains(Kind.PREDICTION)) {
      return;
    }
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      probabilities.put(classes.get(i), prediction.getProbabilities().get(i));
    }
    target.accept(
        Row.of(
            Kind.PREDICTION.name(),
            prediction.getModelKey(),
            prediction.getEventId(),
            Instant.ofEpochMilli(prediction.getEventTime()),
            prediction.getPredictedClass(),
            probabilities.get(prediction.getPredictedClass()),
            probabilities,
            prediction.getModelVersion(),
            null,
            null,
            prediction.getPredictionSet().toArray(new String[0])));
  }

  @Override
  public void driftEvent(DriftEvent event) {
    if (kinds.contains(Kind.DRIFT_EVENT)) {
      target.accept(
          Row.of(
              Kind.DRIFT_EVENT.name(),
              event.getModelKey(),
              event.getEventId(),
              Instant.ofEpochMilli(event.getEventTime()),
              null,
              null,
              null,
              event.getModelVersion(),
              event.getKind() + " of " + event.getDetector(),
              event.getDescription(),
              null));
    }
  }

  @Override
  public void deadLetter(DeadLetter letter) {
    if (kinds.contains(Kind.DEAD_LETTER)) {
      target.accept(
          Row.of(
              Kind.DEAD_LETTER.name(),
              text(letter.getKey()),
              null,
              null,
              null,
              null,
              null,
              null,
              letter.getKind().name(),
              letter.getReason(),
              null));
    }
  }

  private static @Nullable String text(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
