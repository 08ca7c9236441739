// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Takes the features of a model from the columns that {@code INPUT} declares, by their names. */
final class ModelInput {
  private final FeatureCodec codec;
  private final RowData.FieldGetter[] columns;
  private final boolean[] nominal;

  private ModelInput(FeatureCodec codec, RowData.FieldGetter[] columns, boolean[] nominal) {
    this.codec = codec;
    this.columns = columns;
    this.nominal = nominal;
  }

  /**
   * For a model.
   *
   * @throws IllegalArgumentException when the columns are not its attributes
   */
  static ModelInput of(RowType input, StreamSchema schema) {
    List<Attribute> attributes = schema.attributes();
    for (String column : input.getFieldNames()) {
      if (attributes.stream().noneMatch(attribute -> attribute.name().equals(column))) {
        throw new IllegalArgumentException(
            "INPUT has a column %s, the model's attributes are %s"
                .formatted(column, attributes.stream().map(Attribute::name).toList()));
      }
    }
    RowData.FieldGetter[] columns = new RowData.FieldGetter[attributes.size()];
    boolean[] nominal = new boolean[columns.length];
    for (int i = 0; i < columns.length; i++) {
      Attribute attribute = attributes.get(i);
      int column = input.getFieldIndex(attribute.name());
      if (column < 0) {
        throw new IllegalArgumentException(
            "INPUT has no column %s, an attribute of the model".formatted(attribute.name()));
      }
      LogicalType type = input.getTypeAt(column);
      nominal[i] = attribute.isNominal();
      ColumnType ofColumn = ColumnType.of(type);
      if (nominal[i] ? !ofColumn.hasText() : !ofColumn.isNumeric()) {
        throw new IllegalArgumentException(
            "INPUT column %s is %s, the model needs %s there"
                .formatted(
                    attribute.name(),
                    type.asSummaryString(),
                    nominal[i] ? "text, a whole number or a boolean" : "a number"));
      }
      columns[i] = RowData.createFieldGetter(type, column);
    }
    return new ModelInput(new FeatureCodec(schema), columns, nominal);
  }

  /**
   * The features of a row.
   *
   * @throws InvalidEventException on a number that is not finite
   */
  FeatureVector features(RowData row) throws InvalidEventException {
    List<@Nullable Object> wire = new ArrayList<>(columns.length);
    for (int i = 0; i < columns.length; i++) {
      Object value = columns[i].getFieldOrNull(row);
      wire.add(nominal[i] ? ColumnType.text(value) : number(value));
    }
    return codec.toFeatures(wire);
  }

  private static @Nullable Double number(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    return value instanceof DecimalData decimal
        ? decimal.toBigDecimal().doubleValue()
        : ((Number) value).doubleValue();
  }
}
