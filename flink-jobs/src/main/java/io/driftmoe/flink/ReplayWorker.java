// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Replays some of the keys in a thread of its own. */
final class ReplayWorker implements Runnable, KeyReplay.Results {
  /** Differences that are kept; the others are counted. */
  private static final int MOST_DIFFERENCES = 10;

  private static final long PATIENCE_MILLIS = 20;
  private static final int KINDS = KeyReplay.Need.values().length;

  /** Opens the mixture, in the thread of the worker. */
  interface Opener {
    ReplayedMixture open(LearnWatch watch) throws Exception;
  }

  /** Records of one topic for this worker, in their order. */
  private record Batch(KeyReplay.Need kind, List<Object> records) {}

  private final Opener opener;
  private final List<String> classes;
  private final boolean byTime;
  private final long begun;
  private final ReplayProgress progress;
  private final ReplayFollower follower;
  private final Read read = new Read();
  private final BlockingQueue<Batch> inbox = new LinkedBlockingQueue<>();
  private final Map<String, KeyReplay> keys = new HashMap<>();
  private final Map<KeyReplay, KeyReplay.Need> needs = new HashMap<>();
  private final Map<KeyReplay.Need, Integer> needed = new EnumMap<>(KeyReplay.Need.class);
  private final Set<KeyReplay> waitForTime = new LinkedHashSet<>();
  private Set<String> restored = Set.of();
  private @Nullable ReplayedMixture mixture;

  // Read by another thread once this one has ended.
  private long reproduced;
  private long notReproduced;
  private long notCompared;
  private long before;
  private long warmedUp;
  private long withoutPrediction;
  private @Nullable ReplayDifference firstWithoutEvent;
  private long withoutEvent;
  private final List<ReplayDifference> differences = new ArrayList<>();

  /** Kinds of records without which this thread has nothing to do; empty while it has. */
  private volatile Set<KeyReplay.Need> starves = EnumSet.noneOf(KeyReplay.Need.class);

  private volatile boolean finishing;
  private volatile boolean ended;
  private volatile @Nullable Throwable failure;

  /**
   * @param begun labels that a new model has learned: those of its template
   */
  ReplayWorker(
      Opener opener,
      List<String> classes,
      boolean byTime,
      long begun,
      ReplayProgress progress,
      ReplayFollower follower) {
    this.opener = opener;
    this.classes = classes;
    this.byTime = byTime;
    this.begun = begun;
    this.progress = progress;
    this.follower = follower;
  }

  /** Hands over records of one topic; from any thread. */
  void accept(KeyReplay.Need kind, List<Object> records) {
    progress.handed(kind, records.size());
    inbox.add(new Batch(kind, records));
  }

  /**
   * Kinds of records without which it can do nothing at all; empty while it has something to do.
   */
  Set<KeyReplay.Need> starves() {
    return inbox.isEmpty() ? starves : Set.of();
  }

  /** Says that nothing more will be handed over. */
  void finish() {
    finishing = true;
  }

  /** Whether it does nothing more; from any thread. */
  boolean hasEnded() {
    return ended;
  }

  /** What it failed with; null for nothing. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void run() {
    try (ReplayedMixture opened = opener.open(follower)) {
      mixture = opened;
      restored = new HashSet<>(opened.restoredKeys());
      for (String key : restored) { // what waits in them is needed before anything is read
        key(key);
      }
      follower.opened(opened);
      work();
      follower.closed(opened, keys.keySet());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) { // errors too: the other threads must not wait for this one
      failure = e;
    } finally {
      release();
      ended = true;
      progress.changed();
    }
  }

  private void release() {
    try {
      follower.ended();
    } catch (Exception e) {
      if (failure == null) {
        failure = e;
      }
    }
  }

  private void work() throws Exception {
    while (!follower.isDone()) {
      boolean ends = finishing; // all of this before the inbox is looked into
      boolean features = progress.featuresEnded();
      boolean labels = progress.labelsEnded();
      long reached = progress.labelsReached();
      Batch batch = inbox.poll();
      if (batch != null) {
        take(batch);
      } else if (features != read.featuresEnded || labels != read.labelsEnded) {
        read.featuresEnded = features;
        read.labelsEnded = labels;
        advance(keys.values());
      } else if (reached > read.labelsReached) {
        read.labelsReached = reached;
        advance(List.copyOf(waitForTime));
      } else if (ends) {
        for (KeyReplay key : keys.values()) {
          key.finish();
          if (follower.goesToTheEnd()) {
            key.finishLabels();
          }
        }
        return;
      } else {
        starve();
      }
    }
  }

  /** How far the topics were read, of what this thread has got. */
  private static final class Read implements KeyReplay.Progress {
    private boolean featuresEnded;
    private boolean labelsEnded;
    private long labelsReached = Long.MIN_VALUE;

    @Override
    public boolean featuresEnded() {
      return featuresEnded;
    }

    @Override
    public boolean labelsEnded() {
      return labelsEnded;
    }

    @Override
    public long labelsReached() {
      return labelsReached;
    }
  }

  private void starve() throws Exception {
    Set<KeyReplay.Need> wanted = EnumSet.noneOf(KeyReplay.Need.class);
    for (KeyReplay.Need need : KeyReplay.Need.values()) {
      if (needed.getOrDefault(need, 0) > 0 || keys.isEmpty()) {
        wanted.add(need);
      }
    }
    starves = wanted;
    progress.changed();
    Batch next = inbox.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    if (next != null) {
      starves = Set.of();
      take(next);
    }
  }

  private void take(Batch batch) throws Exception {
    Set<KeyReplay> touched = new LinkedHashSet<>();
    long[] held = new long[KINDS];
    for (Object record : batch.records()) {
      KeyReplay key = key(modelKey(record));
      if (touched.add(key)) {
        addHeld(key, held, 1);
      }
      if (record instanceof ExpectedPrediction prediction) {
        key.add(prediction);
      } else {
        key.add((SourceRecord.Keyed) record);
      }
    }
    held[batch.kind().ordinal()] += batch.records().size();
    advance(touched, held);
  }

  private static String modelKey(Object record) {
    return record instanceof ExpectedPrediction prediction
        ? prediction.event().getModelKey()
        : ((SourceRecord.Keyed) record).modelKey();
  }

  private void advance(Collection<KeyReplay> touched) throws Exception {
    long[] held = new long[KINDS];
    for (KeyReplay key : touched) {
      addHeld(key, held, 1);
    }
    advance(touched, held);
  }

  /**
   * @param held what the keys held before, and what was handed over to them since
   */
  private void advance(Collection<KeyReplay> touched, long[] held) throws Exception {
    for (KeyReplay key : touched) {
      follower.at(key);
      need(key, key.advance(read));
      addHeld(key, held, -1);
    }
    for (KeyReplay.Need kind : KeyReplay.Need.values()) {
      progress.consumed(kind, held[kind.ordinal()]);
    }
    progress.changed();
  }

  private static void addHeld(KeyReplay key, long[] held, int sign) {
    for (KeyReplay.Need kind : KeyReplay.Need.values()) {
      held[kind.ordinal()] += (long) sign * key.held(kind);
    }
  }

  private void need(KeyReplay key, KeyReplay.Need need) {
    KeyReplay.Need was = needs.put(key, need);
    if (was != need) {
      needed.merge(need, 1, Integer::sum);
      if (was != null) {
        needed.merge(was, -1, Integer::sum);
      }
      if (byTime && need == KeyReplay.Need.LABELS) {
        waitForTime.add(key);
      } else {
        waitForTime.remove(key);
      }
    }
  }

  private KeyReplay key(String modelKey) throws Exception {
    KeyReplay found = keys.get(modelKey);
    if (found == null) {
      ReplayedMixture there = Objects.requireNonNull(mixture, "open");
      found =
          new KeyReplay(modelKey, there, begun, restored.contains(modelKey), classes, byTime, this);
      keys.put(modelKey, found);
      need(found, KeyReplay.Need.PREDICTIONS);
    }
    return found;
  }

  @Override
  public boolean isYetToCome(SourceRecord.Keyed record) {
    return follower.isYetToCome(record);
  }

  @Override
  public void processed(SourceRecord.Keyed record, boolean labelWasHere) throws Exception {
    follower.processed(record, labelWasHere);
  }

  @Override
  public void reproduced(
      KeyReplay key,
      SourceRecord.Features event,
      ExpectedPrediction expected,
      PendingPrediction found) {
    reproduced++;
    progress.compared();
  }

  @Override
  public void differs(KeyReplay key, ReplayDifference difference) {
    notReproduced++;
    if (differences.size() < MOST_DIFFERENCES) {
      differences.add(difference);
    }
  }

  @Override
  public void notCompared(int predictions) {
    notCompared += predictions;
  }

  @Override
  public void before() {
    before++;
  }

  @Override
  public void warmedUp() {
    warmedUp++;
  }

  @Override
  public void withoutEvent(ExpectedPrediction expected) {
    if (firstWithoutEvent == null) {
      firstWithoutEvent =
          expected.differs("event", expected.event().getPredictedClass(), "no such event");
    }
    withoutEvent++;
  }

  @Override
  public void withoutPrediction() {
    withoutPrediction++;
  }

  /** Adds what came out to the results of others, once this thread has ended. */
  ReplayResult result() {
    List<ReplayDifference> all = new ArrayList<>(differences);
    if (firstWithoutEvent != null) {
      all.add(firstWithoutEvent);
    }
    return new ReplayResult(
        keys.size(),
        reproduced,
        notReproduced + withoutEvent,
        notCompared,
        before,
        warmedUp,
        withoutEvent,
        withoutPrediction,
        keys.values().stream()
            .filter(KeyReplay::hasLabelsInSeveralPartitions)
            .map(KeyReplay::modelKey)
            .sorted()
            .limit(1)
            .toList(),
        all);
  }
}
