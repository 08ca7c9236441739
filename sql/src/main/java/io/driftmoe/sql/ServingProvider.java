// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.time.Duration;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * A model that a statement names.
 *
 * @param path of its files
 * @param modelKey of those that are served; null for any
 * @param pollInterval how often a newer one is looked for
 * @param input declared columns
 * @param output declared columns
 */
record ServingProvider(
    String path,
    @Nullable String modelKey,
    Duration pollInterval,
    RowType input,
    ModelOutput output)
    implements PredictRuntimeProvider {

  @Override
  public PredictFunction createPredictFunction(Context context) {
    return new ServingFunction(path, modelKey, pollInterval, input, output);
  }

  @Override
  public ModelProvider copy() {
    return this;
  }
}
