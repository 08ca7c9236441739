// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;

/** What an operator can do and a function cannot: look at all keys, and at others than its own. */
interface ModelKeys {
  /** Something to do under a key. */
  interface Action {
    void run() throws Exception;
  }

  /**
   * The keys of this subtask that have a state.
   *
   * @param state its name
   */
  List<String> withState(String state);

  /** The key that is current. */
  String current();

  /** Does something while another key is the current one. */
  void under(String key, Action action) throws Exception;
}
