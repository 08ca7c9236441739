// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a finished cell is judged by. */
enum Measure {
  ACCURACY("Accuracy", "%", 2, true, result -> result.scores().accuracy()),
  KAPPA("Kappa", "%", 2, true, result -> result.scores().kappa()),
  KAPPA_M("Kappa-M", "%", 2, true, result -> result.scores().kappaM()),
  KAPPA_T("Kappa-temporal", "%", 2, true, result -> result.scores().kappaT()),
  BALANCED_ACCURACY(
      "Balanced accuracy", "%", 2, true, result -> result.scores().balancedAccuracy()),
  MACRO_F1("Macro F1", "%", 2, true, result -> result.scores().macroF1()),
  LOG_LOSS("Log loss", "nats", 3, false, result -> result.scores().logLoss()),
  CALIBRATION_ERROR(
      "Expected calibration error", "%", 2, false, result -> result.scores().calibrationError()),
  CPU_SECONDS("CPU time", "s", 2, false, result -> result.cost().cpuSeconds()),
  SPEED("Events per CPU second", "1/s", 0, true, Measure::speed),
  MODEL_BYTES("Model size", "bytes", 0, false, result -> result.cost().modelBytes()),
  ALLOCATION("Allocation per event", "bytes", 0, false, Measure::allocation),
  EVENT_TIME("CPU time per event", "µs", 2, false, Measure::eventTime),
  HEAP_BYTES("Heap held by the model", "bytes", 0, false, Measure::heapBytes),
  SPECIALISTS("Specialists asked", "per event", 2, false, Measure::specialists);

  /** Those of the tables beside the accuracy. */
  static final List<Measure> FURTHER =
      List.of(KAPPA, KAPPA_M, KAPPA_T, BALANCED_ACCURACY, MACRO_F1, LOG_LOSS, CALIBRATION_ERROR);

  private static final double MICROS = 1e6;

  private final String title;
  private final String unit;
  private final int decimals;
  private final boolean highIsGood;
  private final ToDoubleFunction<CellResult> value;

  Measure(
      String title,
      String unit,
      int decimals,
      boolean highIsGood,
      ToDoubleFunction<CellResult> value) {
    this.title = title;
    this.unit = unit;
    this.decimals = decimals;
    this.highIsGood = highIsGood;
    this.value = value;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  int decimals() {
    return decimals;
  }

  boolean highIsGood() {
    return highIsGood;
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
