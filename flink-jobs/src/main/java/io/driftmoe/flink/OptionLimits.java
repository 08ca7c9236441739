// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large options of the job and its router may be. A value beyond is a slip of the pen, and
 * would fail later, in the memory of a TaskManager or in a check of Flink or Kafka that does not
 * name the key. The other sections of {@link JobOptions} and the learner have their own limits.
 */
final class OptionLimits {
  private static final int LONGEST_TEXT = 4_096;
  private static final int MOST_PROPERTIES = 1_000;
  private static final int LONGEST_NAME = 1_000;

  /** Flink's own. */
  private static final int MOST_KEY_GROUPS = 1 << 15;

  /** Kafka's transaction.timeout.ms is an int. */
  private static final Duration LONGEST_TRANSACTION = Duration.ofDays(20);

  private static final Duration YEAR = Duration.ofDays(365);

  private OptionLimits() {}

  /**
   * Checks what the sections do not check themselves.
   *
   * @throws IllegalArgumentException naming the key at fault, with its value or length
   */
  static void check(JobOptions options) {
    atMost("the number of kafka.properties", options.kafka().properties().size(), MOST_PROPERTIES);
    String device = options.router().device();
    text("router.device", device == null ? "" : device, LONGEST_NAME);
    atMost("router.gather-routers", options.router().gatherRouters(), 65_536);
    checkJob(options.job());
    checkModel(options);
    checkFleet(options);
    checkBranches(options);
    checkLoad(options);
    folder("models.template", options.models().template());
    JobOptions.Publish publish = options.models().publish();
    folder("models.publish.folder", publish == null ? null : publish.folder());
  }

  private static void checkModel(JobOptions options) {
    MixtureConfig config = options.learner().toMixtureConfig();
    try {
      config.requireMemory(options.schema().toStreamSchema());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("learner." + e.getMessage(), e);
    }
  }

  private static void checkLoad(JobOptions options) {
    if (options.load().levels() > 0
        && options.learner().toMixtureConfig().division() instanceof Division.Task) {
      throw new IllegalArgumentException(
          "load.levels is %s, and the learner has an expert for each class, none of which can be left out"
              .formatted(options.load().levels()));
    }
  }

  private static void checkBranches(JobOptions options) {
    Map<String, JobOptions.Branch> branches = options.learner().branches();
    if (branches.isEmpty()) {
      return;
    }
    if (ModelSpec.of(options).fleet() != null) {
      throw new IllegalArgumentException(
          "learner.branches does not go with learner.fleet: models of a fleet have no branches");
    }
    atMost("the number of learner.branches", branches.size(), BranchFormat.MOST);
    StreamSchema schema = options.schema().toStreamSchema();
    branches.forEach(
        (name, branch) -> {
          BranchFormat.checkNewName("a name in learner.branches", name);
          checkBranch("learner.branches." + name, branch, schema);
        });
  }

  /**
   * Checks that a model with the settings of a branch can be made.
   *
   * @param path of the branch, for messages
   * @throws IllegalArgumentException naming the key at fault
   */
  static void checkBranch(String path, JobOptions.Branch branch, StreamSchema schema) {
    MixtureConfig config = branch.mixture().config(branch.seed());
    if (config.division() instanceof Division.Data data && data.fleet().isPresent()) {
      throw new IllegalArgumentException(path + ".settings.fleet: a branch is in no fleet");
    }
    try {
      config.requireMemory(schema);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s.settings.%s".formatted(path, e.getMessage()), e);
    }
  }

  private static void checkFleet(JobOptions options) {
    if (ModelSpec.of(options).fleet() == null) {
      return;
    }
    if (options.router().backend().mayGather()) {
      throw new IllegalArgumentException(
          "router.backend must be java or simd with learner.fleet, got %s: steps that are gathered for a device change the order in which models of a fleet learn"
              .formatted(options.router().backend().name()));
    }
    int least = 2 * options.job().parallelism();
    if (options.models().max() < least) {
      throw new IllegalArgumentException(
          "models.max must be at least %s with learner.fleet, two for each subtask, since a fleet has a model in common; got %s"
              .formatted(least, options.models().max()));
    }
  }

  private static void checkJob(JobOptions.Job job) {
    text("job.name", job.name(), 200); // Kafka's longest transactional id is not far
    if (TransactionIds.isAmbiguous(job.name())) {
      throw new IllegalArgumentException(
          "job.name must not hold that of an output between a dash and a colon, as transactional ids of another job do; got '%s'"
              .formatted(job.name()));
    }
    atMost("job.max-parallelism", job.maxParallelism(), MOST_KEY_GROUPS);
    atMost("job.checkpoint-interval", job.checkpointInterval(), LONGEST_TRANSACTION);
    atMost("job.transaction-timeout", job.transactionTimeout(), LONGEST_TRANSACTION);
    atMost("job.metrics-interval", job.metricsInterval(), YEAR);
    atMost("job.metric-keys", job.metricKeys(), 10_000);
    atMost("job.max-failures-in-a-row", job.maxFailuresInARow(), 1_000_000);
    folder("job.checkpoint-dir", job.checkpointDir());
    folder("job.state-dir", job.stateDir());
    optionalText("job.takes-over-from", job.takesOverFrom());
    atMost("job.max-restarts-in-a-row", job.maxRestartsInARow(), 1_000_000);
  }

  private static void folder(String key, @Nullable String value) {
    optionalText(key, value);
    try {
      if (value != null) {
        StateFolder.pointer(value);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(key, e.getMessage()), e);
    }
  }

  private static void optionalText(String key, @Nullable String value) {
    text(key, value == null ? "" : value, LONGEST_TEXT);
  }

  private static void text(String key, String value, int longest) {
    if (value.length() > longest) {
      throw new IllegalArgumentException(
          "%s must have at most %s characters, got %s".formatted(key, longest, value.length()));
    }
  }

  private static void atMost(String key, long value, long most) {
    if (value > most) {
      throw new IllegalArgumentException(
          "%s must be at most %s, got %s".formatted(key, most, value));
    }
  }

  private static void atMost(String key, Duration value, Duration most) {
    if (value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s must be at most %s d, got %s".formatted(key, most.toDays(), value));
    }
  }
}
