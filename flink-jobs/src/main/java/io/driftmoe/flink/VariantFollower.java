// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has other learners predict and learn what the replayed one predicts and learns, right after it,
 * and scores all of them on the same labels.
 */
final class VariantFollower implements ReplayFollower {
  private static final String CONFIGURED = "configured";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final VariantModels models;

  /** What the variants said, by the very prediction of the replayed one, until it is given up. */
  private final Map<PendingPrediction, Said> waiting = new WeakHashMap<>();

  /**
   * What the variants said about one event.
   *
   * @param eventTime of the event
   * @param isScored whether it is of the time that the replay is about
   */
  private record Said(PendingPrediction[] variants, long eventTime, boolean isScored) {}

  private final ScoreCourse course;
  private final long[] right;
  private final long[] negative;
  private final long[] positive;
  private final long[] nanos;
  private final List<MixtureOfExperts> configured = new ArrayList<>();
  private @Nullable KeyReplay key;
  private boolean scores;
  private long labels;
  private long configuredRight;
  private long begun;
  private long configuredNanos;

  VariantFollower(JobOptions options, Map<String, JobOptions.Learner> variants) {
    this.models = new VariantModels(options, variants);
    int count = models.names().size();
    this.course = new ScoreCourse(1 + count);
    this.right = new long[count];
    this.negative = new long[count];
    this.positive = new long[count];
    this.nanos = new long[count];
  }

  @Override
  public void opened(ReplayedMixture mixture) {
    begun = THREADS.getCurrentThreadCpuTime();
  }

  @Override
  public void at(KeyReplay key) {
    this.key = key;
  }

  @Override
  public void predicted(SourceRecord.Features event, PendingPrediction prediction) {
    KeyReplay current = Objects.requireNonNull(key, "at a key");
    if (!scores && !current.isWarmingUp()) {
      beginToScore();
    }
    MixtureOfExperts[] variants = models.of(current.modelKey());
    PendingPrediction[] said = new PendingPrediction[variants.length];
    long before = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < variants.length; i++) {
      said[i] = variants[i].predict(event.values(), prediction.loadLevel());
      before = took(i, before);
    }
    waiting.put(prediction, new Said(said, event.eventTime(), !current.isWarmingUp()));
  }

  /** What was before is no part of what is scored, so its time does not count either. */
  private void beginToScore() {
    scores = true;
    begun = THREADS.getCurrentThreadCpuTime();
    Arrays.fill(nanos, 0);
  }

  private long took(int variant, long before) {
    long now = THREADS.getCurrentThreadCpuTime();
    nanos[variant] += now - before;
    return now;
  }

  @Override
  public void learned(PendingPrediction prediction, int label) {
    Said said = waiting.remove(prediction);
    if (said == null) { // made before the state from which the replay goes on
      return;
    }
    if (said.isScored) {
      score(prediction, said, label);
    }
    MixtureOfExperts[] variants = models.of(Objects.requireNonNull(key, "at a key").modelKey());
    long before = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < variants.length; i++) {
      variants[i].learn(said.variants[i], label);
      before = took(i, before);
    }
  }

  private void score(PendingPrediction prediction, Said said, int label) {
    boolean[] each = new boolean[1 + said.variants.length];
    labels++;
    boolean wasRight = prediction.predictedClass() == label;
    configuredRight += wasRight ? 1 : 0;
    each[0] = wasRight;
    for (int i = 0; i < said.variants.length; i++) {
      boolean isRight = said.variants[i].predictedClass() == label;
      each[1 + i] = isRight;
      right[i] += isRight ? 1 : 0;
      negative[i] += wasRight && !isRight ? 1 : 0;
      positive[i] += isRight && !wasRight ? 1 : 0;
    }
    course.add(said.eventTime, each);
  }

  @Override
  public void closed(ReplayedMixture mixture, Iterable<String> keys) throws Exception {
    configuredNanos = THREADS.getCurrentThreadCpuTime() - begun;
    for (long variant : nanos) {
      configuredNanos -= variant;
    }
    for (String key : keys) {
      MixtureOfExperts model = mixture.mixture(key);
      if (model != null) {
        configured.add(model);
      }
    }
  }

  /** Of all threads together. */
  static List<VariantWindow> course(List<VariantFollower> followers) {
    ScoreCourse all = new ScoreCourse(1 + followers.get(0).right.length);
    followers.forEach(follower -> all.add(follower.course));
    return all.toWindows();
  }

  /** Of all threads together: the configured learner first. */
  static List<VariantScore> scores(List<VariantFollower> followers) {
    List<VariantScore> sums = new ArrayList<>();
    for (VariantFollower follower : followers) {
      List<VariantScore> own = follower.scores();
      for (int i = 0; i < own.size(); i++) {
        if (sums.size() == i) {
          sums.add(own.get(i));
        } else {
          sums.set(i, sums.get(i).plus(own.get(i)));
        }
      }
    }
    return sums;
  }

  private List<VariantScore> scores() {
    List<VariantScore> scores = new ArrayList<>();
    long bytes = configured.stream().mapToLong(VariantFollower::bytes).sum();
    scores.add(
        new VariantScore(CONFIGURED, labels, configuredRight, 0, 0, configuredNanos / 1e9, bytes));
    for (int i = 0; i < right.length; i++) {
      long ofVariant = 0;
      for (MixtureOfExperts[] variants : models.all()) {
        ofVariant += bytes(variants[i]);
      }
      scores.add(
          new VariantScore(
              models.names().get(i),
              labels,
              right[i],
              negative[i],
              positive[i],
              nanos[i] / 1e9,
              ofVariant));
    }
    return scores;
  }

  private static long bytes(MixtureOfExperts mixture) {
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    try {
      mixture.writeSnapshot(counter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counter.size();
  }
}
