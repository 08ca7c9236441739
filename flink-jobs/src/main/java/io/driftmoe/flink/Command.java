// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;

/**
 * What a command of the control topic asks of models.
 *
 * @param id given by whoever commands
 * @param kind what to do
 * @param target which models
 * @param time when it was given, epoch milliseconds
 * @param branch name of the branch that it is about; empty for none
 * @param settings of the branch that begins, with all values, as {@link BranchFormat} writes them;
 *     else empty
 * @param number larger than that of every command before; 0 until {@link CommandDesk} gives it
 */
record Command(
    String id, Kind kind, Target target, long time, String branch, String settings, long number)
    implements Serializable {

  /** One that is about no branch. */
  Command(String id, Kind kind, Target target, long time, long number) {
    this(id, kind, target, time, "", "", number);
  }

  /** What to do. */
  enum Kind {
    FREEZE,
    THAW,
    SNAPSHOT,
    RESET,
    BRANCH,
    DROP_BRANCH,
    PROMOTE,
    ROLL_BACK
  }

  /**
   * Which models.
   *
   * @param isPrefix whether the text is the beginning of their model keys; else it is the one model
   *     key
   */
  record Target(boolean isPrefix, String text) implements Serializable {
    /** Whether a model of this key is meant. */
    boolean includes(String modelKey) {
      return isPrefix ? modelKey.startsWith(text) : modelKey.equals(text);
    }

    /** Whether each model that the other target means is meant as well. */
    boolean covers(Target other) {
      return isPrefix ? other.text.startsWith(text) : equals(other);
    }
  }

  Command numbered(long given) {
    return new Command(id, kind, target, time, branch, settings, given);
  }
}
