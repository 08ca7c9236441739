// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** Gives each thread of a replay one who looks on. */
interface ReplayFollowers {
  /** Nobody looks on. */
  ReplayFollowers NONE = () -> ReplayFollower.NONE;

  /** For the next thread. */
  ReplayFollower next();
}
