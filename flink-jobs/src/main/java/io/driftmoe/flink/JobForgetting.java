// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Makes the savepoint of a job that never saw what is to be forgotten, from one with which it was
 * stopped. See docs/forget.md.
 *
 * <p>The topics are replayed twice at the same time. The first operator makes all predictions of
 * the models concerned again, which tells the order of their events and labels, and must come to
 * the models of the savepoint. The second one processes the same records at the same moments, but
 * for those that are to be forgotten.
 */
public final class JobForgetting {
  private final JobOptions options;
  private final Scope scope;
  private final ModelSpec spec;
  private final SavedMetadata saved;
  private final Map<TopicPartition, Long> end = new HashMap<>();
  private final Map<TopicPartition, Long> from = new HashMap<>();
  private final Map<String, ForgettingFollower.Outcome> outcomes = new ConcurrentHashMap<>();

  /**
   * From what it is forgotten.
   *
   * @param savepoint with which the job was stopped
   * @param from an earlier savepoint or checkpoint of it to begin with; null for the topics
   * @param to folder of the new savepoint, which is made; null to write none
   * @param threads at least 1
   */
  public record Scope(String savepoint, @Nullable String from, @Nullable String to, int threads) {}

  private JobForgetting(JobOptions options, Scope scope) throws IOException {
    this.options = options;
    this.scope = scope;
    this.spec = ModelSpec.of(options);
    this.saved = SavedMetadata.read(scope.savepoint());
    end.putAll(saved.featuresRead());
    end.putAll(saved.labelsRead());
    if (scope.from() != null) {
      SavedMetadata earlier = SavedMetadata.read(scope.from());
      from.putAll(earlier.featuresRead());
      from.putAll(earlier.labelsRead());
    }
  }

  /**
   * Forgets.
   *
   * @param options of the job
   * @param source what is to be forgotten
   * @param scope from what
   * @param progress gets the number of predictions compared so far, now and then
   * @return what was done; without keys where nothing came from the source, and then nothing is
   *     written
   * @throws IllegalArgumentException when it cannot be forgotten from such a job, which says why
   * @throws IOException when a state cannot be read or written
   * @throws InterruptedException when it is interrupted
   */
  public static ForgetCertificate run(
      JobOptions options, ForgetSource source, Scope scope, LongConsumer progress)
      throws IOException, InterruptedException {
    JobForgetting forgetting = new JobForgetting(options, scope);
    forgetting.check();
    return source instanceof ForgetSource.OfHeader header
        ? forgetting.replay(header, progress)
        : forgetting.drop((ForgetSource.OfKeys) source);
  }

  private void check() throws IOException {
    if (StateKeys.of(options).hasFleets()) {
      throw new IllegalArgumentException(
          "learner.fleet: the model that a fleet has in common learned from all of its keys in an order that is in no topic, so it cannot forget");
    }
    ModelSpec of = SavepointReader.spec(scope.savepoint());
    if (of == null || end.isEmpty()) {
      throw new UnreadableException(
          scope.savepoint()
              + " holds no model of a driftmoe job, or not how far its topics were read",
          null);
    }
    if (!saved.isOfAStop()) {
      throw new IllegalArgumentException(
          "%s is no savepoint with which a job was stopped: what it predicted afterwards would be of models that had not forgotten"
              .formatted(scope.savepoint()));
    }
    if (!of.equals(spec)) {
      throw new IllegalArgumentException(
          "%s was saved under other settings of the learner than these; forget first, and change them later"
              .formatted(scope.savepoint()));
    }
  }

  private ForgetCertificate replay(ForgetSource.OfHeader source, LongConsumer progress)
      throws IOException, InterruptedException {
    ForgottenRecords forgotten = ForgottenRecords.find(options, source, from, end);
    Set<String> keys = forgotten.keys();
    if (keys.isEmpty()) {
      return certificate(source, null, ReplayResult.NOTHING, List.of(), Map.of());
    }
    Predicate<SourceRecord.Keyed> buffered = buffered();
    JobID job = new JobID();
    ReplayResult result =
        JobReplay.run(
            options,
            new JobReplay.Scope(scope.from(), null, scope.threads(), null),
            end,
            keys,
            () -> new ForgettingFollower(forgotten::includes, buffered, job, outcomes::put),
            progress);
    require(result);
    Map<String, ForgetCertificate.OfKey> changed = new TreeMap<>();
    SavepointCopy.Change change =
        (state, of) -> {
          for (String key : state.keys()) {
            if (keys.contains(key)) {
              changed.put(key, replaced(state, key, forgotten));
            }
          }
        };
    make(change);
    return certificate(
        source, scope.to(), result, List.copyOf(changed.values()), forgotten.beginnings());
  }

  private ForgetCertificate drop(ForgetSource.OfKeys source) throws IOException {
    Map<String, ForgetCertificate.OfKey> gone = new TreeMap<>();
    SavepointCopy.Change look =
        (state, of) -> {
          for (String key : state.keys()) {
            if (source.includes(key)) {
              gone.put(key, dropped(state, key));
            }
          }
        };
    new SavepointCopy(saved).look(spec, look);
    if (gone.isEmpty()) {
      return certificate(source, null, ReplayResult.NOTHING, List.of(), Map.of());
    }
    make(look);
    return certificate(
        source, scope.to(), ReplayResult.NOTHING, List.copyOf(gone.values()), Map.of());
  }

  private void make(SavepointCopy.Change change) throws IOException {
    if (scope.to() == null) {
      new SavepointCopy(saved).look(spec, change);
    } else {
      new SavepointCopy(SavedMetadata.read(scope.savepoint())).write(scope.to(), spec, change);
    }
  }

  private static ForgetCertificate.OfKey dropped(KeyedStates state, String key) throws IOException {
    String before = sum(state.file(key, key));
    state.replace(key, new KeyedParts(null, null, null, null));
    int buffered = state.removeBuffered(key, record -> true);
    return new ForgetCertificate.OfKey(
        key, new RecordTally().records(), new RecordTally().records(), buffered, 0, before, null);
  }

  private ForgetCertificate.OfKey replaced(
      KeyedStates state, String key, ForgottenRecords forgotten) throws IOException {
    ForgettingFollower.Outcome outcome = outcomes.get(key);
    String before = sum(state.file(key, key));
    if (outcome == null) { // all of its records wait for event time, or were refused
      return new ForgetCertificate.OfKey(
          key,
          new RecordTally().records(),
          new RecordTally().records(),
          state.removeBuffered(key, forgotten::includes),
          0,
          before,
          before);
    }
    requireAlike(key, before, sum(outcome.seen()));
    Set<String> givenUp = new HashSet<>(state.waiting(key));
    givenUp.removeAll(outcome.waiting());
    state.replace(key, outcome.parts());
    return new ForgetCertificate.OfKey(
        key,
        outcome.replayed(),
        outcome.leftOut(),
        state.removeBuffered(key, forgotten::includes),
        givenUp.size(),
        before,
        sum(outcome.unseen()));
  }

  private static void requireAlike(String key, @Nullable String saved, @Nullable String replayed) {
    if (!Objects.equals(saved, replayed)) {
      throw new IllegalArgumentException(
          "the replay of model key %s came to another model than the savepoint, so the order of its records is not known: docs/replay.md says where that is so"
              .formatted(QuotedText.of(key)));
    }
  }

  private static @Nullable String sum(byte @Nullable [] file) {
    return file == null ? null : RecordTally.sha256(file);
  }

  /** Records that waited for event time when the job was stopped. */
  private Predicate<SourceRecord.Keyed> buffered() throws IOException {
    record Place(boolean isLabel, int partition, long offset) {}
    Set<Place> places = new HashSet<>();
    new SavepointCopy(saved)
        .look(
            spec,
            (state, of) -> {
              for (String key : state.keys()) {
                for (SourceRecord.Keyed record : state.buffered(key)) {
                  places.add(
                      new Place(
                          record instanceof SourceRecord.Label,
                          record.partition(),
                          record.offset()));
                }
              }
            });
    return record ->
        places.contains(
            new Place(record instanceof SourceRecord.Label, record.partition(), record.offset()));
  }

  private void require(ReplayResult result) {
    if (result.notReproduced() + result.notCompared() > 0) {
      String first =
          result.differences().isEmpty()
              ? ""
              : "; the first: model key %s, event %s, %s: the job said %s, the replay says %s"
                  .formatted(
                      QuotedText.of(result.differences().get(0).modelKey()),
                      QuotedText.of(result.differences().get(0).eventId()),
                      result.differences().get(0).field(),
                      result.differences().get(0).said(),
                      result.differences().get(0).found());
      throw new IllegalArgumentException(
          "%s of %s predictions of these models cannot be made again, so the order of their records is not known%s; docs/replay.md says where that is so, and a job that went on behind %s has to be stopped again and that savepoint named"
              .formatted(
                  result.notReproduced() + result.notCompared(),
                  result.predictions(),
                  first,
                  scope.savepoint()));
    }
  }

  private ForgetCertificate certificate(
      ForgetSource source,
      @Nullable String to,
      ReplayResult result,
      List<ForgetCertificate.OfKey> keys,
      Map<TopicPartition, Long> beginnings) {
    List<ForgetCertificate.Partition> partitions = new ArrayList<>();
    beginnings.forEach(
        (partition, beginning) ->
            partitions.add(
                new ForgetCertificate.Partition(
                    partition.topic(),
                    partition.partition(),
                    from.getOrDefault(partition, beginning),
                    end.getOrDefault(partition, 0L))));
    partitions.sort(
        Comparator.comparing(ForgetCertificate.Partition::topic)
            .thenComparing(ForgetCertificate.Partition::partition));
    return new ForgetCertificate(
        source,
        scope.savepoint(),
        scope.from(),
        to,
        result.reproduced(),
        result.predictions(),
        List.copyOf(partitions),
        keys);
  }
}
