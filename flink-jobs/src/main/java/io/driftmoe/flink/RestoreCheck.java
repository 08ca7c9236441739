// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out before a job starts whether its models can go on from a savepoint or checkpoint. The
 * tasks find out, too, and end the job at once; but then it has been submitted already.
 */
public final class RestoreCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreCheck.class);

  private RestoreCheck() {}

  /**
   * Checks the savepoint or checkpoint that the job is to start from, if there is one. What cannot
   * be read here, such as a folder that only the cluster can read, is left to the tasks.
   *
   * @param options under which the job is to go on
   * @param settings of Flink; {@code execution.state-recovery.path} names the savepoint
   * @throws IllegalArgumentException when the models cannot go on under these options, in one line
   *     that names the key and both values; or when the state is damaged
   */
  public static void require(JobOptions options, ReadableConfig settings) {
    try {
      requireReadable(options, settings);
    } catch (IOException e) {
      LOG.warn(
          "the savepoint cannot be read here, the tasks will check it: {}", FailureMessage.of(e));
    }
  }

  /**
   * Like {@link #require}, of a job that runs in this process.
   *
   * @param options under which the job is to go on
   * @param settings of Flink; {@code execution.state-recovery.path} names the savepoint
   * @throws IOException when the savepoint cannot be read, in one line that names it
   * @throws IllegalArgumentException when the models cannot go on under these options, in one line
   *     that names the key and both values
   */
  public static void requireReadable(JobOptions options, ReadableConfig settings)
      throws IOException {
    String pointer = settings.get(StateRecoveryOptions.SAVEPOINT_PATH);
    if (pointer == null) {
      return;
    }
    requireUndamaged(pointer);
    ModelSpec saved;
    try {
      saved = SavepointReader.spec(pointer);
    } catch (IOException | SuppressRestartsException e) {
      Optional<SuppressRestartsException> refusal =
          ExceptionUtils.findThrowable(e, SuppressRestartsException.class);
      if (refusal.isPresent()) {
        Throwable cause = Objects.requireNonNull(refusal.get().getCause(), "made from its cause");
        throw new IllegalArgumentException("%s: %s".formatted(pointer, cause.getMessage()), e);
      }
      throw new UnreadableException("%s: %s".formatted(pointer, FailureMessage.of(e)), e);
    }
    String refusal = saved == null ? "" : ModelSpec.of(options).refusalOf(saved);
    if (!refusal.isEmpty()) {
      throw new IllegalArgumentException(refusal);
    }
    requireKeyGroups(options.job().maxParallelism(), pointer);
    ReadBefore.require(options, pointer);
  }

  /**
   * {@return whether a job that goes on from a state needs {@code job.takes-over-from} still: not
   * once it is past all that the other job had predicted}
   *
   * @param options with the key; without it, it is not needed
   * @param pointer the state, a folder
   * @throws IOException when it cannot be read
   */
  public static boolean needsTakeOver(JobOptions options, String pointer) throws IOException {
    return ReadBefore.isNeeded(options, pointer);
  }

  private static void requireUndamaged(String pointer) throws IOException {
    try {
      StateChecksums.require(pointer);
    } catch (DamagedStateException e) {
      throw new IllegalArgumentException(pointer + ": " + e.getMessage(), e);
    }
  }

  private static void requireKeyGroups(int keyGroups, String pointer) throws IOException {
    for (OperatorState mixture : SavedMetadata.read(pointer).mixtures()) {
      if (mixture.getMaxParallelism() != keyGroups) {
        throw new IllegalArgumentException(
            "job.max-parallelism is %s, the saved state has %s; it cannot change on a saved state: keys are saved in so many groups"
                .formatted(keyGroups, mixture.getMaxParallelism()));
      }
    }
  }
}
