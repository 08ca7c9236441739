// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.table.types.inference.StaticArgumentTrait;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call beside its tables, as literals.
 *
 * @param classes names of the classes, separated by commas
 * @param preset of the learner
 * @param seed of everything random
 * @param config file of a job, read where the statement is planned
 * @param settings keys of such a file, with what they are to be
 * @param nominal columns, with their values separated by commas
 * @param idColumn name of the column with the event id
 * @param labelColumn of the label
 * @param timeColumn of the event time
 * @param emit kinds of rows that come out, separated by commas
 */
record CallArguments(
    @Nullable String classes,
    @Nullable String preset,
    @Nullable Integer seed,
    @Nullable String config,
    Map<String, String> settings,
    Map<String, List<String>> nominal,
    @Nullable String idColumn,
    @Nullable String labelColumn,
    @Nullable String timeColumn,
    @Nullable String emit) {
  private static final DataType TEXTS = DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING());

  /** In the order in which {@code eval} takes them. */
  private static final Map<String, DataType> TYPES = types();

  private static Map<String, DataType> types() {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put("classes", DataTypes.STRING());
    types.put("preset", DataTypes.STRING());
    types.put("seed", DataTypes.INT()); // a literal of another type would be cast, and be none
    types.put("config", DataTypes.STRING());
    types.put("settings", TEXTS);
    types.put("nominal", TEXTS);
    types.put("id_column", DataTypes.STRING());
    types.put("label_column", DataTypes.STRING());
    types.put("time_column", DataTypes.STRING());
    types.put("emit", DataTypes.STRING());
    return types;
  }

  /** What a call may be given: tables by these names, and the arguments of this class. */
  static List<StaticArgument> declared(List<String> tables) {
    List<StaticArgument> arguments = new ArrayList<>();
    for (String table : tables) {
      arguments.add(
          StaticArgument.table(
              table,
              Row.class,
              false,
              EnumSet.of(
                  StaticArgumentTrait.TABLE,
                  StaticArgumentTrait.SET_SEMANTIC_TABLE,
                  StaticArgumentTrait.OPTIONAL_PARTITION_BY)));
    }
    TYPES.forEach((name, type) -> arguments.add(StaticArgument.scalar(name, type, true)));
    return arguments;
  }

  /**
   * Reads them.
   *
   * @param tables arguments before them
   * @throws IllegalArgumentException naming an argument that is no literal
   */
  static CallArguments of(CallContext call, int tables) {
    Reader reader = new Reader(call, tables);
    Map<String, List<String>> nominal = new LinkedHashMap<>();
    reader.texts("nominal").forEach((column, values) -> nominal.put(column, list(values)));
    return new CallArguments(
        reader.text("classes"),
        reader.text("preset"),
        reader.value("seed", Integer.class),
        reader.text("config"),
        reader.texts("settings"),
        nominal,
        reader.text("id_column"),
        reader.text("label_column"),
        reader.text("time_column"),
        reader.text("emit"));
  }

  /** Parts of a text that are separated by commas, without spaces around them. */
  static List<String> list(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).toList();
  }

  private record Reader(CallContext call, int tables) {
    private <T> @Nullable T value(String name, Class<T> type) {
      int position = tables + List.copyOf(TYPES.keySet()).indexOf(name);
      if (call.isArgumentNull(position)) {
        return null;
      }
      return call.getArgumentValue(position, type)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      ("argument %s: a literal is needed, since it is read when the statement is"
                              + " planned")
                          .formatted(name)));
    }

    private @Nullable String text(String name) {
      return value(name, String.class);
    }

    private Map<String, String> texts(String name) {
      Map<?, ?> found = value(name, Map.class);
      Map<String, String> texts = new LinkedHashMap<>();
      if (found != null) {
        found.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
      }
      return texts;
    }
  }
}
