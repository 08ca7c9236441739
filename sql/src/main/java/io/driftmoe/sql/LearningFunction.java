// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.flink.HostedMixture;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.types.Row;
import org.apache.flink.util.TemporaryClassLoaderContext;
import org.jspecify.annotations.Nullable;

/**
 * A function that predicts and learns. A call is checked, and its arguments are read, when the
 * statement is planned; what runs is a copy of the function that holds the {@link CallPlan}.
 */
public abstract class LearningFunction extends ProcessTableFunction<Row>
    implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  /** Of the call; null in the function that is registered, which never runs. */
  private final @Nullable CallPlan plan;

  /** Both null before the first call. */
  private transient @Nullable SqlHost host;

  private transient @Nullable HostedMixture mixture;

  LearningFunction(@Nullable CallPlan plan) {
    this.plan = plan;
  }

  /** Arguments that are tables, that of the features first. */
  abstract List<String> tables();

  /** The function for a call. */
  abstract UserDefinedFunction withPlan(CallPlan call);

  @Override
  public final TypeInference getTypeInference(DataTypeFactory types) {
    return TypeInference.newBuilder()
        .staticArguments(CallArguments.declared(tables()))
        .outputTypeStrategy(
            call -> {
              plan(call);
              return Optional.of(OutputRows.TYPE);
            })
        .build();
  }

  @SuppressWarnings("try") // the resource has no other use
  private CallPlan plan(CallContext call) {
    // what reads configurations finds classes by that of the thread, which is the client's
    try (TemporaryClassLoaderContext ours =
        TemporaryClassLoaderContext.of(LearningFunction.class.getClassLoader())) {
      return CallPlan.of(call, tables());
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  @Override
  public final UserDefinedFunction specialize(SpecializedContext context) {
    requireHeap(context.getConfiguration());
    return withPlan(plan(context.getCallContext()));
  }

  private static void requireHeap(ReadableConfig settings) {
    String refusal =
        settings
            .getOptional(StateBackendOptions.STATE_BACKEND)
            .map(StateBackendCheck::refusalOf)
            .orElse(null);
    if (refusal != null) {
      throw new ValidationException(refusal);
    }
  }

  private CallPlan plan() {
    return Objects.requireNonNull(plan, "this function was not planned");
  }

  /** The mixture, in the state of whose operator it finds what was restored. */
  private HostedMixture mixture(Context context) throws Exception {
    HostedMixture open = mixture;
    SqlHost known = host;
    if (open == null || known == null) {
      known = SqlHost.of(context, plan().keys());
      host = known;
      open =
          HostedMixture.open(
              plan().options(),
              plan().template(),
              known,
              new OutputRows(plan().options().schema().classes(), plan().kinds(), this::collect));
      mixture = open;
    }
    known.at(context.timeContext(Long.class));
    return open;
  }

  /** Takes a row with features. */
  final void event(Context context, Row row) throws Exception {
    Columns columns = plan().events();
    mixture(context)
        .features(
            columns.key(row),
            columns.id(row),
            time(context, columns, row),
            plan().features().of(row),
            columns.label(row));
  }

  /** Takes a row with a label, or none yet. */
  final void label(Context context, Row row) throws Exception {
    Columns columns = Objects.requireNonNull(plan().labels(), "a table of labels");
    String label = columns.label(row);
    if (label != null) {
      mixture(context).label(columns.key(row), columns.id(row), time(context, columns, row), label);
    }
  }

  private @Nullable Long time(Context context, Columns columns, Row row) {
    Long rowtime = context.timeContext(Long.class).time();
    if (rowtime == null && plan().ordersByEventTime()) {
      throw new IllegalStateException(
          "input.order = event-time needs watermarks: name their column in on_time =>"
              + " DESCRIPTOR(...)");
    }
    return columns.time(row, rowtime);
  }

  /**
   * Does what is due at an event time; called by Flink.
   *
   * @param context with the time
   * @throws Exception when the mixture cannot go on
   */
  public final void onTimer(OnTimerContext context) throws Exception {
    Long time = context.timeContext(Long.class).time();
    if (time != null) {
      mixture(context).onTime(time);
    }
  }

  @Override
  public void close() {
    if (mixture != null) {
      mixture.close();
    }
  }
}
