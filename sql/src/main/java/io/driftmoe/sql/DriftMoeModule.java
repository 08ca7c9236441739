// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.module.Module;

/** {@code LOAD MODULE driftmoe}: the functions, without a statement for each. */
final class DriftMoeModule implements Module {
  private static final Map<String, Supplier<FunctionDefinition>> FUNCTIONS =
      Map.of("DRIFTMOE", DriftMoe::new, "DRIFTMOE_LABELED", DriftMoeLabeled::new);

  @Override
  public Set<String> listFunctions() {
    return FUNCTIONS.keySet();
  }

  @Override
  public Optional<FunctionDefinition> getFunctionDefinition(String name) {
    return Optional.ofNullable(FUNCTIONS.get(name.toUpperCase(Locale.ROOT))).map(Supplier::get);
  }
}
