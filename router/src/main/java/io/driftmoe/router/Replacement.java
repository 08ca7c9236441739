// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/** Whether experts are retired and replaced. */
public sealed interface Replacement {

  /** Never, as published. */
  record Never() implements Replacement {}

  /**
   * Judged at the end of each window.
   *
   * @param lifecycle what they are judged by
   */
  record Windows(LifecycleConfig lifecycle) implements Replacement {
    /**
     * Rejects a missing configuration.
     *
     * @param lifecycle what they are judged by
     */
    public Windows {
      Objects.requireNonNull(lifecycle, "lifecycle");
    }
  }
}
