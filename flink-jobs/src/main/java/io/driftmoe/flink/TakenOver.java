// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * A note in the state of a job that goes on in the outputs of another: which savepoint of that one
 * {@code job.takes-over-from} named. Without it a state from then on looks like one of a job that
 * has predicted the same events into other outputs, and must not take over any more.
 */
final class TakenOver {
  static final String STATE = "taken-over-from";

  private TakenOver() {}

  /** Has it in all later states, those of later starts too. */
  static void note(OperatorStateStore states, String pointer) throws Exception {
    states
        .getListState(new ListStateDescriptor<>(STATE, StringSerializer.INSTANCE))
        .update(List.of(pointer));
  }
}
