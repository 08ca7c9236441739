// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.ModuleFactory;
import org.apache.flink.table.module.Module;

/** Makes the module that {@code LOAD MODULE driftmoe} names. */
public final class DriftMoeModuleFactory implements ModuleFactory {
  /** As Flink makes it. */
  public DriftMoeModuleFactory() {}

  @Override
  public String factoryIdentifier() {
    return "driftmoe";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public Module createModule(Context context) {
    return new DriftMoeModule();
  }
}
