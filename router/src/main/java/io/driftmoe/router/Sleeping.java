// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/** Whether experts that do not improve the mixture are paused. */
public sealed interface Sleeping {

  /** All experts attend all events, as published. */
  record Never() implements Sleeping {}

  /**
   * Judged by what they gain the mixture.
   *
   * @param attendance when they are paused and resumed
   */
  record ByGain(AttendanceConfig attendance) implements Sleeping {
    /**
     * Rejects a missing configuration.
     *
     * @param attendance when they are paused and resumed
     */
    public ByGain {
      Objects.requireNonNull(attendance, "attendance");
    }
  }
}
