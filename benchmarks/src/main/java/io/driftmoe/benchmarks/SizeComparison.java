// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.openjdk.jol.info.GraphLayout;

/**
 * Measures how time and memory of an event grow with the size of a stream, or with the number of
 * models. Runs in the calling thread; only predicting and learning is measured. All sizes of an
 * axis have equally many events, or keys equally many each, so that the size alone differs.
 *
 * <p>A learner first runs for a short time at every size of the axis, so that the JVM has compiled
 * the code that is measured. Then each size is measured twice, from the smallest to the largest and
 * back, and the smaller time counts: other work of the machine only adds to it.
 */
public final class SizeComparison {
  /** Events at a time: little beside a model even where each has 10,000 values. */
  private static final int CHUNK = 32;

  private static final int WARM_UP_EVENTS = 4_000;
  private static final double WARM_UP_SECONDS = 1;
  private static final int YOUNG = 3;
  private static final int GROWN = 160;
  private static final int BURST = 20;
  private static final int SHARED = 10_000;
  private static final int MOST_LIVE = 100;

  /** Where there are few keys, they are made again until so many events were measured. */
  private static final int LEAST_EVENTS = 1_000;

  private static final int KEY_SEED = 1;

  private final int events;
  private final double mostSeconds;
  private final long seed;

  /**
   * @param events of each size, where there is one model
   * @param mostSeconds of CPU time after which a learner is given up at a size
   */
  public SizeComparison(int events, double mostSeconds, long seed) {
    this.events = events;
    this.mostSeconds = mostSeconds;
    this.seed = seed;
  }

  /** Whether the learner can be measured there: of many keys only mixtures are. */
  public static boolean suits(SizeAxis axis, LearnerSpec spec) {
    return !axis.ofKeys() || spec.kind() == LearnerSpec.Kind.MIXTURE;
  }

  /**
   * Measures all sizes of an axis, up to the first one at which the learner is given up.
   *
   * @param progress gets each measurement as soon as it is there
   * @return one result for each size that was tried, from the smallest; one that says why where the
   *     learner does not suit the axis
   * @throws IOException when the stream cannot be read
   */
  public List<SizeResult> run(SizeAxis axis, LearnerSpec spec, Consumer<SizeResult> progress)
      throws IOException {
    if (!suits(axis, spec)) {
      String reason = "only a mixture has a model for each key";
      return List.of(SizeResult.failed(axis, axis.sizes().get(0), spec.name(), 0, reason));
    }
    SizeComparison warmUp =
        new SizeComparison(WARM_UP_EVENTS, Math.min(WARM_UP_SECONDS, mostSeconds), seed);
    for (int size : axis.sizes()) {
      warmUp.once(axis, size, spec, false);
    }
    List<SizeResult> results = new ArrayList<>();
    for (int size : axis.sizes()) {
      SizeResult result = once(axis, size, spec, true);
      progress.accept(result);
      results.add(result);
      if (!result.failure().isEmpty()) {
        break;
      }
    }
    for (int r = results.size() - 1; r >= 0; r--) {
      SizeResult first = results.get(r);
      if (first.failure().isEmpty()) {
        SizeResult again = once(axis, first.size(), spec, false);
        progress.accept(again);
        results.set(r, first.orFaster(again));
      }
    }
    return results;
  }

  /**
   * Measures one size once.
   *
   * @param weigh whether memory is measured, too; it is the same each time
   */
  SizeResult once(SizeAxis axis, int size, LearnerSpec spec, boolean weigh) throws IOException {
    return switch (axis) {
      case ATTRIBUTES, CLASSES -> oneModel(axis, size, spec, weigh);
      case YOUNG_KEYS -> keys(axis, size, spec, YOUNG * size, 1, weigh);
      case SHARED_KEYS -> keys(axis, size, spec, SHARED, 1, weigh);
      case GROWN_KEYS -> keys(axis, size, spec, GROWN * size, BURST, weigh);
    };
  }

  /** The second half counts: a model that has just begun is the same at all sizes. */
  private SizeResult oneModel(SizeAxis axis, int size, LearnerSpec spec, boolean weigh)
      throws IOException {
    CostMeter first = new CostMeter();
    CostMeter second = new CostMeter();
    try (LabeledStream stream = axis.stream(size).open(events, seed)) {
      Learner learner = spec.create(stream.schema(), seed);
      int learned = 0;
      while (learned < events) {
        List<LabeledExample> chunk = next(stream, Math.min(CHUNK, events - learned));
        CostMeter meter = learned < events / 2 ? first : second;
        meter.start();
        for (LabeledExample example : chunk) {
          learner.learn(learner.predict(example.features()), example.label());
        }
        meter.stop();
        learned += chunk.size();
        if (seconds(first) + seconds(second) > mostSeconds) {
          return givenUp(axis, size, spec, learned, events);
        }
      }
      double bytes = weigh ? GraphLayout.parseInstance(learner.model()).totalSize() : Double.NaN;
      int before = (events / 2 + CHUNK - 1) / CHUNK * CHUNK;
      return result(axis, size, spec, events, Math.max(1, events - before), second, bytes);
    }
  }

  private SizeResult keys(
      SizeAxis axis, int size, LearnerSpec spec, int all, int burst, boolean weigh)
      throws IOException {
    CostMeter meter = new CostMeter();
    long measured = 0;
    double bytes = Double.NaN;
    long wanted = Math.max(all, LEAST_EVENTS);
    while (measured < wanted) {
      long worldSeed = seed + measured;
      int[] keys = order(size, all / burst, SplitMix64.derive(worldSeed, KEY_SEED));
      try (LabeledStream stream = axis.stream(size).open(all, worldSeed)) {
        StreamSchema schema = stream.schema();
        KeyedMixtures models = new KeyedMixtures(spec.mixture(seed), schema, MOST_LIVE);
        for (int b = 0; b < keys.length; b++) {
          List<LabeledExample> chunk = next(stream, burst);
          meter.start();
          for (LabeledExample example : chunk) {
            models.learn(keys[b], example);
          }
          meter.stop();
          if (seconds(meter) > mostSeconds) {
            return givenUp(axis, size, spec, (b + 1) * burst, all);
          }
        }
        measured += all;
        if (weigh && measured >= wanted) {
          bytes = models.bytes(); // takes longer than to learn
        }
      }
    }
    return result(axis, size, spec, all, measured, meter, bytes);
  }

  /** Each key equally often, shuffled. */
  static int[] order(int keys, int count, long seed) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i % keys;
    }
    SplitMix64 random = new SplitMix64(seed);
    for (int i = count - 1; i > 0; i--) {
      int other = (int) ((i + 1) * random.nextDouble());
      int key = order[i];
      order[i] = order[other];
      order[other] = key;
    }
    return order;
  }

  private static List<LabeledExample> next(LabeledStream stream, int count) {
    List<LabeledExample> examples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      examples.add(stream.next());
    }
    return examples;
  }

  private static double seconds(CostMeter meter) {
    return meter.cost(0, null, false).cpuSeconds();
  }

  private static SizeResult result(
      SizeAxis axis,
      int size,
      LearnerSpec spec,
      long events,
      long measured,
      CostMeter meter,
      double bytes) {
    CellResult.Cost cost = meter.cost(0, null, false);
    return new SizeResult(
        axis,
        size,
        spec.name(),
        events,
        measured,
        1e6 * cost.cpuSeconds() / measured,
        bytes,
        (double) cost.allocatedBytes() / measured,
        "");
  }

  private SizeResult givenUp(SizeAxis axis, int size, LearnerSpec spec, int learned, int all) {
    return SizeResult.failed(
        axis,
        size,
        spec.name(),
        learned,
        String.format(
            Locale.ROOT,
            "given up after %,d of %,d events, which took more than %.0f s of CPU time",
            learned,
            all,
            mostSeconds));
  }
}
