// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** Takes training steps of networks, to run them together with those of other mixtures. */
public interface StepQueue {

  /**
   * Queues a step. Until its ticket is done, no other code may touch the step's network or arrays.
   *
   * @param step of a network that has no step in the queue
   * @return where to wait for it
   */
  Ticket add(TrainingStep step);

  /** A step that was queued. */
  interface Ticket {

    /** Returns when the step has been taken; has it taken now where it still waits for others. */
    void await();
  }
}
