// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that a job goes on from, as a setting of Flink. A job that does not explain any more
 * has no sink for explanations, nor one that asks for no labels any more a sink for questions, and
 * Flink refuses a state with a part that no operator claims: only where such a sink is in the
 * state, such parts may be left out.
 */
final class ResumedState {
  private static final Logger LOG = LoggerFactory.getLogger(ResumedState.class);

  private ResumedState() {}

  /**
   * Has the job go on from a state.
   *
   * @param pointer folder of a savepoint or checkpoint
   */
  static void set(Configuration settings, JobOptions options, String pointer) {
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, pointer);
    boolean explains = options.topics().explanations() != null;
    boolean asks = options.topics().questions() != null;
    if (!explains && has(MixtureJob.EXPLANATIONS_UID, pointer)
        || !asks && has(MixtureJob.QUESTIONS_UID, pointer)) {
      settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
  }

  private static boolean has(String uid, String pointer) {
    try {
      return SavedMetadata.read(pointer).has(uid);
    } catch (IOException e) {
      LOG.warn(
          "the savepoint cannot be read here, the cluster will check it: {}", FailureMessage.of(e));
      return false;
    }
  }
}
