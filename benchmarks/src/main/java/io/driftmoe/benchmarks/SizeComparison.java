// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jol.info.GraphLayout;

/**
 * Measures how time and memory of an event grow with the size of a stream, or with the number of
 * models. Runs in the calling thread; only predicting and learning is measured. All sizes of an
 * axis have equally many events, or keys equally many each, so that the size alone differs.
 *
 * <p>What the JVM has not compiled yet would make the first sizes look dear: {@link #warmUp} before
 * the first one.
 */
public final class SizeComparison {
  /** Events at a time: little beside a model even where each has 10,000 values. */
  private static final int CHUNK = 32;

  private static final int WARM_UP_EVENTS = 4_000;
  private static final int YOUNG = 5;
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

  /** Lets a learner that is thrown away learn, so that the JVM has compiled what is measured. */
  public void warmUp(LearnerSpec spec) throws IOException {
    for (SizeAxis axis : List.of(SizeAxis.ATTRIBUTES, SizeAxis.CLASSES)) {
      oneModel(axis, axis.sizes().get(0), spec, WARM_UP_EVENTS);
    }
  }

  /** Whether the learner can be measured there: of many keys only mixtures are. */
  public static boolean suits(SizeAxis axis, LearnerSpec spec) {
    return !axis.ofKeys() || spec.kind() == LearnerSpec.Kind.MIXTURE;
  }

  /**
   * Measures one size.
   *
   * @throws IOException when the stream cannot be read
   */
  public SizeResult run(SizeAxis axis, int size, LearnerSpec spec) throws IOException {
    return switch (axis) {
      case ATTRIBUTES, CLASSES -> oneModel(axis, size, spec, events);
      case YOUNG_KEYS -> keys(axis, size, spec, YOUNG * size, 1);
      case SHARED_KEYS -> keys(axis, size, spec, SHARED, 1);
      case GROWN_KEYS -> keys(axis, size, spec, GROWN * size, BURST);
    };
  }

  /** The second half counts: a model that has just begun is the same at all sizes. */
  private SizeResult oneModel(SizeAxis axis, int size, LearnerSpec spec, int all)
      throws IOException {
    CostMeter first = new CostMeter();
    CostMeter second = new CostMeter();
    try (LabeledStream stream = axis.stream(size).open(all, seed)) {
      Learner learner = spec.create(stream.schema(), seed);
      int learned = 0;
      while (learned < all) {
        List<LabeledExample> chunk = next(stream, Math.min(CHUNK, all - learned));
        CostMeter meter = learned < all / 2 ? first : second;
        meter.start();
        for (LabeledExample example : chunk) {
          learner.learn(learner.predict(example.features()), example.label());
        }
        meter.stop();
        learned += chunk.size();
        if (seconds(first) + seconds(second) > mostSeconds) {
          return givenUp(axis, size, spec, learned, all);
        }
      }
      long bytes = GraphLayout.parseInstance(learner.model()).totalSize();
      int before = (all / 2 + CHUNK - 1) / CHUNK * CHUNK;
      return result(axis, size, spec, all, Math.max(1, all - before), second, bytes);
    }
  }

  private SizeResult keys(SizeAxis axis, int size, LearnerSpec spec, int all, int burst)
      throws IOException {
    CostMeter meter = new CostMeter();
    long measured = 0;
    long bytes = 0;
    long wanted = Math.max(all, LEAST_EVENTS);
    while (measured < wanted) {
      long worldSeed = seed + measured;
      SplitMix64 random = new SplitMix64(SplitMix64.derive(worldSeed, KEY_SEED));
      try (LabeledStream stream = axis.stream(size).open(all, worldSeed)) {
        StreamSchema schema = stream.schema();
        KeyedMixtures models = new KeyedMixtures(spec.mixture(seed), schema, MOST_LIVE);
        for (int learned = 0; learned < all; learned += burst) {
          List<LabeledExample> chunk = next(stream, Math.min(burst, all - learned));
          int key = (int) (size * random.nextDouble());
          meter.start();
          for (LabeledExample example : chunk) {
            models.learn(key, example);
          }
          meter.stop();
          if (seconds(meter) > mostSeconds) {
            return givenUp(axis, size, spec, learned, all);
          }
        }
        measured += all;
        bytes = measured < wanted ? 0 : models.bytes(); // takes longer than to learn
      }
    }
    return result(axis, size, spec, all, measured, meter, bytes);
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
      long bytes) {
    CellResult.Cost cost = meter.cost(bytes, null, false);
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
    return new SizeResult(
        axis,
        size,
        spec.name(),
        learned,
        0,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        "given up after %s of %s events, which took %s s".formatted(learned, all, mostSeconds));
  }
}
