// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.router.PendingPrediction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Fills the columns that {@code OUTPUT} declares: what one holds follows from its type. */
final class ModelOutput implements Serializable {
  private static final long serialVersionUID = 1L;

  private enum Content {
    CLASS,
    PROBABILITY,
    PROBABILITIES,
    SET,
    VERSION;

    private static Content of(String name, LogicalType type) {
      if (type.is(LogicalTypeFamily.CHARACTER_STRING)) {
        return CLASS;
      }
      if (type.is(LogicalTypeRoot.DOUBLE)) {
        return PROBABILITY;
      }
      if (type.is(LogicalTypeRoot.BIGINT)) {
        return VERSION;
      }
      if (type instanceof MapType map
          && map.getKeyType().is(LogicalTypeFamily.CHARACTER_STRING)
          && map.getValueType().is(LogicalTypeRoot.DOUBLE)) {
        return PROBABILITIES;
      }
      if (type instanceof ArrayType array
          && array.getElementType().is(LogicalTypeFamily.CHARACTER_STRING)) {
        return SET;
      }
      throw new IllegalArgumentException(
          ("OUTPUT column %s is %s; STRING is the class, DOUBLE its probability, MAP<STRING, DOUBLE>"
                  + " the probabilities of all classes, ARRAY<STRING> the prediction set, BIGINT how"
                  + " many events the model has learned")
              .formatted(name, type.asSummaryString()));
    }
  }

  private final Content[] columns;

  private ModelOutput(Content[] columns) {
    this.columns = columns;
  }

  /**
   * For declared columns.
   *
   * @throws IllegalArgumentException on a type that nothing has, and one that is there twice
   */
  static ModelOutput of(RowType output) {
    List<Content> contents = new ArrayList<>();
    Set<Content> seen = new HashSet<>();
    for (RowType.RowField field : output.getFields()) {
      Content content = Content.of(field.getName(), field.getType());
      if (!seen.add(content)) {
        throw new IllegalArgumentException(
            "OUTPUT column %s is a second %s"
                .formatted(field.getName(), field.getType().asSummaryString()));
      }
      contents.add(content);
    }
    return new ModelOutput(contents.toArray(Content[]::new));
  }

  /**
   * The row for a prediction.
   *
   * @param classes names, in the order of the probabilities
   */
  RowData row(List<String> classes, PendingPrediction prediction) {
    int predicted = prediction.predictedClass();
    double[] probabilities = prediction.probabilities();
    GenericRowData row = new GenericRowData(columns.length);
    for (int i = 0; i < columns.length; i++) {
      row.setField(
          i,
          switch (columns[i]) {
            case CLASS -> StringData.fromString(classes.get(predicted));
            case PROBABILITY -> probabilities[predicted];
            case PROBABILITIES -> map(classes, probabilities);
            case SET -> set(classes, prediction);
            case VERSION -> prediction.modelVersion();
          });
    }
    return row;
  }

  /** Null where the model makes no sets. */
  private static @Nullable GenericArrayData set(
      List<String> classes, PendingPrediction prediction) {
    return prediction.hasPredictionSet()
        ? new GenericArrayData(
            Arrays.stream(prediction.predictionSet())
                .mapToObj(label -> StringData.fromString(classes.get(label)))
                .toArray())
        : null;
  }

  /** Nothing is known. */
  RowData nothing() {
    return new GenericRowData(columns.length);
  }

  private static GenericMapData map(List<String> classes, double[] probabilities) {
    Map<StringData, @Nullable Double> map = new HashMap<>();
    for (int i = 0; i < probabilities.length; i++) {
      map.put(StringData.fromString(classes.get(i)), probabilities[i]);
    }
    return new GenericMapData(map);
  }

  @Override
  public String toString() {
    return Arrays.toString(columns);
  }
}
