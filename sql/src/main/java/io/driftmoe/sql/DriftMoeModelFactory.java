// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.time.Duration;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.types.logical.RowType;

/** Makes the models of {@code CREATE MODEL ... WITH ('provider' = 'driftmoe', ...)}. */
public final class DriftMoeModelFactory implements ModelProviderFactory {
  private static final ConfigOption<String> PATH =
      ConfigOptions.key("path")
          .stringType()
          .noDefaultValue()
          .withDescription("A model file, or a folder whose newest file is served; a path or URI.");

  private static final ConfigOption<String> MODEL_KEY =
      ConfigOptions.key("model-key")
          .stringType()
          .noDefaultValue()
          .withDescription("Serves only models of this key, where a folder has those of several.");

  private static final ConfigOption<Duration> POLL_INTERVAL =
      ConfigOptions.key("poll-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("How often a newer model is looked for.");

  private static final ConfigOption<String> TASK =
      ConfigOptions.key("task")
          .stringType()
          .defaultValue("classification")
          .withDescription("What Flink calls the kind of a model; classification.");

  /** As Flink makes it. */
  public DriftMoeModelFactory() {}

  @Override
  public String factoryIdentifier() {
    return "driftmoe";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(PATH);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(MODEL_KEY, POLL_INTERVAL, TASK);
  }

  @Override
  public ModelProvider createModelProvider(Context context) {
    FactoryUtil.ModelProviderFactoryHelper helper =
        FactoryUtil.createModelProviderFactoryHelper(this, context);
    helper.validate();
    ReadableConfig options = helper.getOptions();
    if (!options.get(TASK).equalsIgnoreCase(TASK.defaultValue())) {
      throw new ValidationException(
          "option task: %s; DriftMoE has classification".formatted(options.get(TASK)));
    }
    Duration pollInterval = options.get(POLL_INTERVAL);
    if (pollInterval.toMillis() < 1) {
      throw new ValidationException(
          "option poll-interval: at least 1 ms is needed, got " + pollInterval);
    }
    ResolvedCatalogModel model = context.getCatalogModel();
    try {
      return new ServingProvider(
          options.get(PATH),
          options.getOptional(MODEL_KEY).orElse(null),
          pollInterval,
          row(model.getResolvedInputSchema()),
          ModelOutput.of(row(model.getResolvedOutputSchema())));
    } catch (IllegalArgumentException e) {
      throw new ValidationException(
          "model %s: %s".formatted(context.getObjectIdentifier().getObjectName(), e.getMessage()),
          e);
    }
  }

  private static RowType row(ResolvedSchema schema) {
    return (RowType) schema.toPhysicalRowDataType().getLogicalType();
  }
}
