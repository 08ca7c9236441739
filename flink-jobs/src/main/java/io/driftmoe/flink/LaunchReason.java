// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** Why training steps of networks were launched when they were. */
enum LaunchReason {
  /** As many models wait as are launched together, or as there are. */
  FULL,
  /** The oldest has waited as long as it may. */
  WAITED,
  /** A result is needed at once: for a checkpoint, a watermark, or a model that is read. */
  NEEDED
}
