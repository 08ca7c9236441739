// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.InvalidEventException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Predicts with the newest model of a path. There is one instance for each subtask, and each has
 * models of its own. Public for the code that Flink generates.
 */
public final class ServingFunction extends PredictFunction {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ServingFunction.class);

  private final String path;
  private final @Nullable String modelKey;
  private final Duration pollInterval;
  private final RowType input;
  private final ModelOutput output;

  private transient ServedModel served;
  private transient ScheduledExecutorService poller;

  /** The model that {@link #columns} are of; null before the first prediction. */
  private transient @Nullable SavedModel model;

  private transient @Nullable ModelInput columns;

  ServingFunction(
      String path,
      @Nullable String modelKey,
      Duration pollInterval,
      RowType input,
      ModelOutput output) {
    this.path = path;
    this.modelKey = modelKey;
    this.pollInterval = pollInterval;
    this.input = input;
    this.output = output;
  }

  @Override
  public void open(FunctionContext context) throws IOException {
    served = firstModel();
    poller = Executors.newSingleThreadScheduledExecutor(ServingFunction::daemon);
    long millis = pollInterval.toMillis();
    poller.scheduleWithFixedDelay(this::poll, millis, millis, TimeUnit.MILLISECONDS);
  }

  private ServedModel firstModel() throws IOException {
    ServedModel first =
        new ServedModel(
            new ModelPath(path), modelKey, candidate -> ModelInput.of(input, candidate.schema()));
    first.refresh();
    if (first.latest() == null) {
      throw new IOException(
          "no model is served: %s has none that fits%s"
              .formatted(path, modelKey == null ? "" : " of the model key " + modelKey));
    }
    return first;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "driftmoe-served-model");
    thread.setDaemon(true);
    return thread;
  }

  private void poll() {
    try {
      served.refresh();
    } catch (Throwable e) { // errors too: else it would never look again
      LOG.warn("{} cannot be looked at; the model stays", path, e);
    }
  }

  @Override
  public Collection<RowData> predict(RowData row) {
    SavedModel newest = Objects.requireNonNull(served.latest(), "opened");
    ModelInput fitting = columns;
    if (fitting == null || model != newest) {
      model = newest;
      fitting = ModelInput.of(input, newest.schema());
      columns = fitting;
    }
    FeatureVector features;
    try {
      features = fitting.features(row);
    } catch (InvalidEventException e) {
      LOG.debug("a row has no prediction", e);
      return List.of(output.nothing());
    }
    PendingPrediction prediction = newest.mixture().predict(features);
    return List.of(output.row(newest.schema().labels().names(), prediction));
  }

  @Override
  public void close() {
    if (poller != null) { // else opening failed
      poller.shutdownNow();
    }
  }
}
