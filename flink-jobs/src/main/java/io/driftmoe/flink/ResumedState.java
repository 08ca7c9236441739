// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that a job goes on from, as a setting of Flink. A job that does not explain any more
 * has no sink for explanations, one that asks for no labels any more none for questions, one
 * without a control topic does not read it, and Flink refuses a state with a part that no operator
 * claims: only where these are in the state, such parts may be left out.
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
    List<String> unclaimed = new ArrayList<>();
    if (options.topics().explanations() == null) {
      unclaimed.add(MixtureJob.EXPLANATIONS_UID);
    }
    if (options.topics().questions() == null) {
      unclaimed.add(MixtureJob.QUESTIONS_UID);
    }
    if (options.topics().control() == null) {
      unclaimed.addAll(MixtureJob.CONTROL_UIDS);
    }
    if (!unclaimed.isEmpty() && hasAny(pointer, unclaimed)) {
      settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
  }

  private static boolean hasAny(String pointer, List<String> uids) {
    try {
      return uids.stream().anyMatch(SavedMetadata.read(pointer)::has);
    } catch (IOException e) {
      LOG.warn(
          "the savepoint cannot be read here, the cluster will check it: {}", FailureMessage.of(e));
      return false;
    }
  }
}
