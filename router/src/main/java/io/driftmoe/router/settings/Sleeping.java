// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import io.driftmoe.router.AttendanceConfig;

/** Whether experts that gain nothing sleep. */
sealed interface Sleeping {

  /** All attend all events, as published. */
  record Never() implements Sleeping {}

  /** Judged by what they gain. */
  record ByGain(AttendanceConfig attendance) implements Sleeping {}

  /** As {@link io.driftmoe.router.MixtureConfig} says it. */
  default AttendanceConfig orNull() {
    return this instanceof ByGain byGain ? byGain.attendance() : null;
  }
}
