// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.lang.reflect.Field;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.table.runtime.operators.process.AbstractProcessTableOperator;

/**
 * Finds the operator that runs a process table function.
 *
 * <p>Flink 2.3 gives such a function its state as rows, of the current key only. A model is
 * neither: it has serializers of its own, and the models of a subtask share its memory. The context
 * of a call is an inner class of the operator, which has all of that in public methods; the
 * reference to it is the only thing here that is not public.
 */
final class OperatorAccess {
  private OperatorAccess() {}

  /**
   * The operator behind a context.
   *
   * @throws IllegalStateException when this is another version of Flink, which has none there
   */
  static AbstractProcessTableOperator of(ProcessTableFunction.Context context) {
    for (Class<?> type = context.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (AbstractProcessTableOperator.class.isAssignableFrom(field.getType())) {
          return (AbstractProcessTableOperator) value(field, context);
        }
      }
    }
    throw new IllegalStateException(
        "DriftMoE's functions are made for Flink 2.3: in this version %s does not know its operator"
            .formatted(context.getClass().getName()));
  }

  private static Object value(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the operator of " + owner + " cannot be read", e);
    }
  }
}
