// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.ScoreMeasure;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a finished cell is judged by: every {@link ScoreMeasure}, and what the run cost.
 *
 * @param title for people
 * @param unit for people
 * @param decimals that tables show
 * @param highIsGood whether more is better
 * @param value of a cell that did not fail; may be NaN
 */
record Measure(
    String title,
    String unit,
    int decimals,
    boolean highIsGood,
    ToDoubleFunction<CellResult> value) {
  private static final double MICROS = 1e6;

  static final Measure ACCURACY = of(ScoreMeasure.ACCURACY);

  static final Measure CPU_SECONDS =
      new Measure("CPU time", "s", 2, false, result -> result.cost().cpuSeconds());
  static final Measure SPEED = new Measure("Events per CPU second", "1/s", 0, true, Measure::speed);
  static final Measure MODEL_BYTES =
      new Measure("Model size", "bytes", 0, false, result -> result.cost().modelBytes());
  static final Measure ALLOCATION =
      new Measure("Allocation per event", "bytes", 0, false, Measure::allocation);
  static final Measure EVENT_TIME =
      new Measure("CPU time per event", "µs", 2, false, Measure::eventTime);
  static final Measure HEAP_BYTES =
      new Measure("Heap held by the model", "bytes", 0, false, Measure::heapBytes);
  static final Measure SPECIALISTS =
      new Measure("Specialists asked", "per event", 2, false, Measure::specialists);

  /** Those of the tables beside the accuracy. */
  static final List<Measure> FURTHER =
      Arrays.stream(ScoreMeasure.values())
          .filter(measure -> measure != ScoreMeasure.ACCURACY)
          .map(Measure::of)
          .toList();

  /** All, scores first. */
  static final List<Measure> ALL =
      Stream.of(
              List.of(ACCURACY),
              FURTHER,
              List.of(
                  CPU_SECONDS, SPEED, MODEL_BYTES, ALLOCATION, EVENT_TIME, HEAP_BYTES, SPECIALISTS))
          .flatMap(List::stream)
          .toList();

  static Measure of(ScoreMeasure score) {
    return new Measure(
        score.title(),
        score.unit(),
        score.decimals(),
        score.highIsGood(),
        result -> result.scores().of(score));
  }

  /** Of a cell that did not fail; may be NaN. */
  double of(CellResult result) {
    return value.applyAsDouble(result);
  }

  private static double speed(CellResult result) {
    return result.stream().events() / result.cost().cpuSeconds();
  }

  private static double eventTime(CellResult result) {
    return MICROS * result.cost().cpuSeconds() / result.stream().events();
  }

  private static double heapBytes(CellResult result) {
    Long bytes = result.cost().heapBytes();
    return bytes == null ? Double.NaN : bytes;
  }

  /** NaN for learners without specialists. */
  private static double specialists(CellResult result) {
    CellResult.ExpertUse use = result.experts();
    return use == null || use.specialists() == null ? Double.NaN : use.specialists().evaluations();
  }

  private static double allocation(CellResult result) {
    return (double) result.cost().allocatedBytes() / result.stream().events();
  }
}
