// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.List;
import java.util.Map;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * {@code DRIFTMOE(features => TABLE f PARTITION BY k, labels => TABLE l PARTITION BY k, ...)}:
 * predicts each row of the one table, and learns from those of the other, which has labels of the
 * same event ids, whichever of both comes first.
 */
public final class DriftMoe extends LearningFunction {
  private static final long serialVersionUID = 1L;

  /** As SQL makes it. */
  public DriftMoe() {
    super(null);
  }

  private DriftMoe(CallPlan plan) {
    super(plan);
  }

  @Override
  List<String> tables() {
    return List.of("features", "labels");
  }

  @Override
  UserDefinedFunction withPlan(CallPlan call) {
    return new DriftMoe(call);
  }

  /**
   * Takes a row of one of the tables; called by Flink, with arguments that the plan of the call has
   * already.
   *
   * @param context of the call
   * @param features a row of the first table, or null
   * @param labels a row of the second table, or null
   * @throws Exception when the mixture cannot go on
   */
  public void eval(
      Context context,
      @Nullable Row features,
      @Nullable Row labels,
      String classes,
      String preset,
      Integer seed,
      String config,
      Map<String, String> settings,
      Map<String, String> nominal,
      String idColumn,
      String labelColumn,
      String timeColumn,
      String emit)
      throws Exception {
    if (features != null) {
      event(context, features);
    } else if (labels != null) {
      label(context, labels);
    }
  }
}
