// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import io.driftmoe.router.LifecycleConfig;

/** Whether experts are replaced. */
sealed interface Replacement {

  /** As published. */
  record Never() implements Replacement {}

  /** Judged at the end of each window. */
  record Windows(LifecycleConfig lifecycle) implements Replacement {}

  /** As {@link io.driftmoe.router.MixtureConfig} says it. */
  default LifecycleConfig orNull() {
    return this instanceof Windows windows ? windows.lifecycle() : null;
  }
}
