// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

/** How late labels are. */
@FunctionalInterface
public interface LabelDelay {
  /**
   * After how many further events the label of an event is sent.
   *
   * @param event its number in the stream, from 0
   * @return 0 where the event carries its label
   */
  long of(long event);
}
