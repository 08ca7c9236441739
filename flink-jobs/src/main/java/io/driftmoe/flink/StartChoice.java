// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.jspecify.annotations.Nullable;

/**
 * Where a job is to begin, as whoever starts it has chosen.
 *
 * @param resume the savepoint or checkpoint to go on from; null for the newest in the state folder
 * @param fresh whether it begins anew, whatever there is
 * @param resumeOption with which a savepoint is chosen, for messages
 * @param freshOption with which the job begins anew, for messages
 */
public record StartChoice(
    @Nullable String resume, boolean fresh, String resumeOption, String freshOption) {

  /**
   * Rejects both at once.
   *
   * @param resume the savepoint or checkpoint to go on from; null for the newest
   * @param fresh whether it begins anew
   * @param resumeOption with which a savepoint is chosen
   * @param freshOption with which the job begins anew
   * @throws IllegalArgumentException when a savepoint is named and the job is to begin anew
   */
  public StartChoice {
    if (resume != null && fresh) {
      throw new IllegalArgumentException(
          "%s goes on from a savepoint and %s begins anew: give one of them"
              .formatted(resumeOption, freshOption));
    }
  }

  /**
   * {@return the choice of whoever calls the command {@code driftmoe job}}
   *
   * @param resume value of {@code --resume}, a path of this machine or a URI; null for none
   * @param fresh whether {@code --fresh} is given
   */
  public static StartChoice ofCommand(@Nullable String resume, boolean fresh) {
    return new StartChoice(
        resume == null ? null : StateFolder.pointer(resume),
        fresh,
        "--resume SAVEPOINT",
        "--fresh");
  }

  /** The choice of whoever calls {@code flink run}. */
  static StartChoice ofFlinkRun(@Nullable String resume, boolean fresh) {
    return new StartChoice(resume, fresh, "flink run -s SAVEPOINT", "--fresh true");
  }
}
