// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.streams.LabeledStream;
import java.util.List;

/** When events happen and their labels are sent. For one thread and one stream. */
interface Timetable {

  /**
   * A label to be sent as a record of its own.
   *
   * @param event number of its event, from 0
   * @param time event time of the record, epoch milliseconds
   */
  record Due(long event, long time, String label) {}

  /**
   * What an event brings.
   *
   * @param before labels to be sent before it, in order
   * @param eventTime of it, epoch milliseconds
   * @param hasLabel whether it carries its own label
   * @param after labels to be sent right after it, in order
   */
  record Turn(List<Due> before, long eventTime, boolean hasLabel, List<Due> after) {}

  /**
   * Takes the next event.
   *
   * @param event its number, from 0
   * @param stream that has just given it
   * @param label its class
   */
  Turn take(long event, LabeledStream stream, String label);

  /** Labels to be sent after the last event, in order. */
  List<Due> rest();

  /** How many labels are not sent, because they were not known before the last event. */
  long unsent();
}
