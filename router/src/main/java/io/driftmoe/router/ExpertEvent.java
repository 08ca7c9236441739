// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.LifecycleEvent;
import java.util.Objects;

/**
 * A change in the pool.
 *
 * @param expert position of the expert, from 0
 * @param event what happened to it, or to one of its members, and why
 */
public record ExpertEvent(int expert, LifecycleEvent event) {

  /**
   * Rejects a missing event.
   *
   * @param expert position of the expert, from 0
   * @param event what happened to it, and why
   */
  public ExpertEvent {
    Objects.requireNonNull(event, "event");
  }
}
