// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Does again what a job did, from its input topics, and compares with the predictions on its topic,
 * bit for bit. See docs/replay.md.
 */
public final class JobReplay {
  private static final long PATIENCE_MILLIS = 1_000;

  private final JobOptions options;
  private final Scope scope;
  private final @Nullable ModelTemplate template;
  private final List<KeyedStateHandle> saved = new ArrayList<>();
  private final Map<TopicPartition, Long> from = new HashMap<>();

  /** Commands of before are in the saved state. */
  private final Map<TopicPartition, Long> commandsFrom = new HashMap<>();

  private final int keyGroups;

  /** Where features and labels end; null for all that is there. */
  private final @Nullable Map<TopicPartition, Long> to;

  private final Predicate<String> keys;
  private final Predicate<Command.Target> isMeant;

  /**
   * What is replayed.
   *
   * @param savepoint of the job to go on from, or a checkpoint; null to begin with the topics
   * @param until predictions that Kafka got from this time on do not count; null for all
   * @param threads at least 1
   * @param only the one model key that counts; null for all
   * @param since predictions that Kafka got before this time are made again, for what they leave in
   *     the models, and neither compared nor scored; null for none
   */
  public record Scope(
      @Nullable String savepoint,
      @Nullable Instant until,
      int threads,
      @Nullable String only,
      @Nullable Instant since) {

    /**
     * All that is there, from the savepoint on.
     *
     * @param savepoint of the job to go on from, or a checkpoint; null to begin with the topics
     * @param until predictions that Kafka got from this time on do not count; null for all
     * @param threads at least 1
     * @param only the one model key that counts; null for all
     */
    public Scope(
        @Nullable String savepoint, @Nullable Instant until, int threads, @Nullable String only) {
      this(savepoint, until, threads, only, null);
    }
  }

  private JobReplay(JobOptions options, Scope scope) throws IOException {
    this(
        options,
        scope,
        null,
        key -> scope.only() == null || key.equals(scope.only()),
        target -> scope.only() == null || target.includes(scope.only()));
  }

  private JobReplay(
      JobOptions options,
      Scope scope,
      @Nullable Map<TopicPartition, Long> to,
      Predicate<String> keys,
      Predicate<Command.Target> isMeant)
      throws IOException {
    this.to = to;
    this.keys = keys;
    this.isMeant = isMeant;
    this.options = options.forReplay();
    this.scope = scope;
    this.template = ModelTemplate.of(options);
    int groups = options.job().maxParallelism();
    String savepoint = scope.savepoint();
    if (savepoint != null) {
      SavedMetadata metadata = SavedMetadata.read(savepoint);
      for (OperatorState operator : metadata.mixtures()) {
        groups = operator.getMaxParallelism();
        saved.addAll(SavepointReader.handles(operator));
      }
      from.putAll(metadata.featuresRead());
      from.putAll(metadata.labelsRead());
      commandsFrom.putAll(metadata.commandsRead());
      if (saved.isEmpty() || from.isEmpty()) {
        throw new UnreadableException(
            savepoint + " holds no model of a driftmoe job, or not how far its topics were read",
            null);
      }
    }
    this.keyGroups = groups;
  }

  /**
   * Runs one.
   *
   * @param options of the job
   * @param scope what is replayed
   * @param progress gets the number of predictions compared so far, now and then
   * @return what it came to
   * @throws IllegalArgumentException when predictions of such a job cannot be made again
   * @throws IOException when the state or a prediction cannot be read
   * @throws InterruptedException when it is interrupted
   */
  public static ReplayResult run(JobOptions options, Scope scope, LongConsumer progress)
      throws IOException, InterruptedException {
    check(options, scope);
    return new JobReplay(options, scope).run(ReplayFollowers.NONE, progress);
  }

  /**
   * Runs one in which other learners learn the same events and labels at the same moments.
   *
   * @param options of the job
   * @param scope what is replayed
   * @param variants settings of the learners, by their names
   * @param progress gets the number of predictions compared so far, now and then
   * @return what it came to
   * @throws IllegalArgumentException when predictions of such a job cannot be made again
   * @throws IOException when the state or a prediction cannot be read
   * @throws InterruptedException when it is interrupted
   */
  public static VariantReplay run(
      JobOptions options,
      Scope scope,
      Map<String, JobOptions.Learner> variants,
      LongConsumer progress)
      throws IOException, InterruptedException {
    check(options, scope);
    List<VariantFollower> followers = new ArrayList<>();
    ReplayResult result =
        new JobReplay(options, scope)
            .run(
                () -> {
                  VariantFollower follower = new VariantFollower(options, variants);
                  followers.add(follower);
                  return follower;
                },
                progress);
    return new VariantReplay(
        result, VariantFollower.scores(followers), VariantFollower.course(followers));
  }

  /**
   * Makes one prediction again, and tells what is behind it.
   *
   * @param options of the job
   * @param scope with the model key
   * @param eventId of the event
   * @param variants settings of learners that are asked as well, by their names
   * @return nothing where the job has made no prediction for such an event
   * @throws IllegalArgumentException when predictions of such a job cannot be made again
   * @throws IOException when the state or a prediction cannot be read
   * @throws InterruptedException when it is interrupted
   */
  public static Optional<ExplainedReplay> explain(
      JobOptions options, Scope scope, String eventId, Map<String, JobOptions.Learner> variants)
      throws IOException, InterruptedException {
    check(options, scope);
    ExplainingFollower follower = new ExplainingFollower(options, eventId, variants);
    ReplayResult result = new JobReplay(options, scope).run(() -> follower, compared -> {});
    ExplainedReplay explained = follower.explained(result);
    if (explained == null && !result.differences().isEmpty()) {
      ReplayDifference first = result.differences().get(0);
      throw new IllegalArgumentException(
          "event %s, which came before, cannot be made again, so this one cannot either: %s: the job said %s, the replay says %s"
              .formatted(
                  QuotedText.of(first.eventId()), first.field(), first.said(), first.found()));
    }
    return Optional.ofNullable(explained);
  }

  /**
   * Runs one of some keys, up to a place in the topics, for someone who looks on.
   *
   * @param scope with no key
   * @param to next offset of each partition of features and labels
   */
  static ReplayResult run(
      JobOptions options,
      Scope scope,
      Map<TopicPartition, Long> to,
      Set<String> keys,
      ReplayFollowers followers,
      LongConsumer progress)
      throws IOException, InterruptedException {
    check(options, scope);
    return new JobReplay(
            options, scope, to, keys::contains, target -> keys.stream().anyMatch(target::includes))
        .run(followers, progress);
  }

  private static void check(JobOptions options, Scope scope) {
    if (scope.threads() < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + scope.threads());
    }
    if (options.job().takesOverFrom() != null && scope.savepoint() == null) {
      throw new IllegalArgumentException(
          "job.takes-over-from: another job made the first of these predictions; name a savepoint"
              + " of this one to go on from");
    }
    if (options.kafka().startingOffsets() == StartingOffsets.LATEST && scope.savepoint() == null) {
      throw new IllegalArgumentException(
          "kafka.starting-offsets: latest: where this job began is in no topic; name a savepoint"
              + " of it to go on from");
    }
    options
        .learner()
        .branches()
        .forEach(
            (name, branch) -> {
              if (branch.promotion().automatic()) {
                throw new IllegalArgumentException(
                    "learner.branches.%s.promote.automatic: a replay leaves branches out, and would not make the switch that the job made; without it (-Dlearner.branches=null) all up to the first switch of a key are made again"
                        .formatted(name));
              }
            });
  }

  private ReplayResult run(ReplayFollowers followers, LongConsumer progress)
      throws IOException, InterruptedException {
    int threads = Math.min(scope.threads(), keyGroups);
    ReplayProgress shared = new ReplayProgress();
    StateKeys stateKeys = StateKeys.of(ModelSpec.of(options), keyGroups);
    FleetGuard fleets = new FleetGuard(stateKeys);
    ToIntFunction<String> thread =
        key -> {
          fleets.require(key);
          return KeyGroupRangeAssignment.assignKeyToParallelOperator(
              stateKeys.of(key), keyGroups, threads);
        };
    List<ReplayWorker> workers = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    JobID job = new JobID();
    long begun = template == null ? 0 : template.copy(ModelSpec.of(options)).version();
    Instant until = scope.until();
    Instant since = scope.since();
    try (ReplayTopics topics =
        ReplayTopics.open(options, from, until == null ? null : until.toEpochMilli(), to, keys)) {
      if (since != null) {
        topics.compareFrom(since.toEpochMilli());
      }
      // of before the predictions' end
      ReplayCommands.requireNone(options, commandsFrom, until, isMeant);
      for (int i = 0; i < threads; i++) {
        KeyGroupRange range =
            KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(keyGroups, threads, i);
        ReplayWorker worker =
            new ReplayWorker(
                watch ->
                    ReplayedMixture.open(options, template, job, saved, keyGroups, range, watch),
                options.schema().classes(),
                options.input().order() == InputOrder.EVENT_TIME,
                begun,
                shared,
                followers.next());
        workers.add(worker);
        running.add(new Thread(worker, "replay-" + i));
      }
      running.forEach(Thread::start);
      topics.read(workers, thread, shared, progress);
      workers.forEach(ReplayWorker::finish);
      for (Thread one : running) {
        while (one.isAlive()) {
          one.join(PATIENCE_MILLIS);
          progress.accept(shared.comparedSoFar());
          requireNoFailure(workers);
        }
      }
      requireNoFailure(workers);
    } finally {
      for (Thread one : running) {
        one.interrupt(); // where it goes on after a failure of another
      }
    }
    ReplayResult result = ReplayResult.NOTHING;
    for (ReplayWorker worker : workers) {
      result = result.plus(worker.result());
    }
    return result;
  }

  private static void requireNoFailure(List<ReplayWorker> workers) throws IOException {
    for (ReplayWorker worker : workers) {
      Throwable failure = worker.failure();
      if (failure instanceof IOException e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (failure != null) {
        throw new UnreadableException(FailureMessage.of(failure), failure);
      }
    }
  }
}
