// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.List;
import java.util.Map;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.types.Row;

/**
 * {@code DRIFTMOE_LABELED(events => TABLE e PARTITION BY k, ...)}: predicts each row, and then
 * learns from the label in it; of a row whose label is null it only predicts.
 */
public final class DriftMoeLabeled extends LearningFunction {
  private static final long serialVersionUID = 1L;

  /** As SQL makes it. */
  public DriftMoeLabeled() {
    super(null);
  }

  private DriftMoeLabeled(CallPlan plan) {
    super(plan);
  }

  @Override
  List<String> tables() {
    return List.of("events");
  }

  @Override
  UserDefinedFunction withPlan(CallPlan call) {
    return new DriftMoeLabeled(call);
  }

  /**
   * Takes a row; called by Flink, with arguments that the plan of the call has already.
   *
   * @param context of the call
   * @param events the row
   * @throws Exception when the mixture cannot go on
   */
  public void eval(
      Context context,
      Row events,
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
    event(context, events);
  }
}
