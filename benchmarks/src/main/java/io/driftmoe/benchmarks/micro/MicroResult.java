// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark came to. An operation is an event, unless the benchmark says otherwise.
 *
 * @param benchmark class and method
 * @param parameters such as {@code learned=10000 stream=led_a}; may be empty
 * @param nanos per operation
 * @param error half the width of the 99.9 % confidence interval of nanos; NaN for fewer than three
 *     measurements
 * @param bytes allocated per operation
 */
record MicroResult(String benchmark, String parameters, double nanos, double error, double bytes) {

  static MicroResult of(RunResult run) {
    Result<?> primary = run.getPrimaryResult();
    return new MicroResult(
        MicroBenchmarks.shortName(run.getParams().getBenchmark()),
        run.getParams().getParamsKeys().stream()
            .map(key -> key + "=" + run.getParams().getParam(key))
            .collect(Collectors.joining(" ")),
        primary.getScore(),
        primary.getScoreError(),
        bytes(run));
  }

  @SuppressWarnings("rawtypes") // JMH declares it so
  private static double bytes(RunResult run) {
    Map<String, Result> secondary = run.getSecondaryResults();
    Result roundBytes = secondary.get("roundBytes");
    Result roundEvents = secondary.get("roundEvents");
    if (roundBytes != null && roundEvents != null) {
      return roundBytes.getScore() / roundEvents.getScore();
    }
    Result perOperation = secondary.get("gc.alloc.rate.norm");
    return perOperation == null ? Double.NaN : perOperation.getScore();
  }

  double operationsPerSecond() {
    return 1e9 / nanos;
  }
}
