// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

/** What a rig has for the sake of one fault, and what would cost or disturb the others. */
enum Extra {
  /** The job reaches the broker through a {@link TcpProxy}. */
  PROXY,
  /** Checkpoints are written to a file system of a few megabytes. */
  SMALL_DISK,
  /** JobManager and TaskManagers have a clock that can be set. */
  OWN_CLOCK,
  /** The job is a {@link SupervisedJob} instead of one on a cluster. */
  SUPERVISED,
  /** Transactions may be open for {@link Load#LONG_TRANSACTIONS}. */
  LONG_TRANSACTIONS
}
