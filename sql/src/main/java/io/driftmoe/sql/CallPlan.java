// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.flink.HostedMixture;
import io.driftmoe.flink.InputOrder;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.ModelTemplate;
import io.driftmoe.router.Preset;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.functions.TableSemantics;
import org.apache.flink.table.types.inference.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * What a call of a function means: everything of it is read and checked when the statement is
 * planned.
 *
 * @param options of the job that it stands for
 * @param template what new models begin as; null where the options name none
 * @param keys what is the model key of a partition
 * @param events columns of the table with features
 * @param features likewise
 * @param labels columns of the table with labels; null where there is none
 * @param kinds of the rows that come out
 */
record CallPlan(
    JobOptions options,
    @Nullable ModelTemplate template,
    KeyFormat keys,
    Columns events,
    FeatureColumns features,
    @Nullable Columns labels,
    Set<Kind> kinds)
    implements Serializable {

  /**
   * Reads a call.
   *
   * @param tables the names of its tables, that of the features first
   * @throws IllegalArgumentException naming the argument at fault
   */
  static CallPlan of(CallContext call, List<String> tables) {
    CallArguments arguments = CallArguments.of(call, tables.size());
    TableColumns events = columns(call, tables, 0);
    boolean ownLabels = tables.size() == 1;
    Columns ofEvents = Columns.of(events, arguments, ownLabels);
    Columns ofLabels = ownLabels ? null : Columns.of(columns(call, tables, 1), arguments, true);
    JobOptions options = options(arguments, events);
    HostedMixture.check(options);
    return new CallPlan(
        options,
        ModelTemplate.of(options),
        events.keyFormat(),
        ofEvents,
        FeatureColumns.of(events, options.schema().attributes()),
        ofLabels,
        Kind.of(arguments.emit()));
  }

  /** Whether rows wait for the watermark. */
  boolean ordersByEventTime() {
    return options.input().order() == InputOrder.EVENT_TIME;
  }

  private static TableColumns columns(CallContext call, List<String> tables, int position) {
    TableSemantics table =
        call.getTableSemantics(position)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "argument %s: a table is needed".formatted(tables.get(position))));
    return new TableColumns(tables.get(position), table);
  }

  private static JobOptions options(CallArguments arguments, TableColumns events) {
    Map<String, String> settings = new LinkedHashMap<>(arguments.settings());
    if (arguments.preset() != null) {
      try {
        Preset.of(arguments.preset());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("argument preset: " + e.getMessage(), e);
      }
      set(settings, "preset", "learner.preset", arguments.preset());
    }
    if (arguments.seed() != null) {
      set(settings, "seed", "learner.seed", Integer.toString(arguments.seed()));
    }
    return arguments.config() == null
        ? ofColumns(arguments, settings, events)
        : ofFile(arguments, arguments.config(), settings);
  }

  private static void set(Map<String, String> settings, String argument, String key, String value) {
    if (settings.put(key, value) != null) {
      throw new IllegalArgumentException(
          "argument %s: settings names %s as well".formatted(argument, key));
    }
  }

  private static JobOptions ofFile(
      CallArguments arguments, String config, Map<String, String> settings) {
    if (arguments.classes() != null || !arguments.nominal().isEmpty()) {
      throw new IllegalArgumentException(
          "arguments classes and nominal: the file of config has attributes and classes");
    }
    try {
      return JobOptions.load(Path.of(config), settings);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "argument config: the file %s cannot be read: %s".formatted(config, e), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("argument config or settings: " + e.getMessage(), e);
    }
  }

  private static JobOptions ofColumns(
      CallArguments arguments, Map<String, String> settings, TableColumns events) {
    if (arguments.classes() == null) {
      throw new IllegalArgumentException(
          "argument classes: name the classes, as in classes => 'yes,no', or a file of a job in"
              + " config");
    }
    ObjectNode file = new ObjectMapper().createObjectNode();
    ObjectNode schema = file.putObject("schema");
    ArrayNode attributes = schema.putArray("attributes");
    for (JobOptions.AttributeOption attribute :
        FeatureColumns.attributes(events, arguments.nominal())) {
      ObjectNode one = attributes.addObject().put("name", attribute.name());
      attribute.values().forEach(one.putArray("values")::add);
    }
    CallArguments.list(arguments.classes()).forEach(schema.putArray("classes")::add);
    try {
      return JobOptions.parse(file.toString(), settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "argument classes, nominal or settings: " + e.getMessage(), e);
    }
  }
}
