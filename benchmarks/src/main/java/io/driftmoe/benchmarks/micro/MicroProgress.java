// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Prints one line for each benchmark when it begins. What JMH, the JVMs of the benchmarks and
 * libraries in them write is of use only when a benchmark fails: it is held until the next one
 * begins.
 */
final class MicroProgress implements OutputFormat {
  private static final int MOST_HELD = 100_000;

  private final PrintStream out;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /**
   * @param out receives the lines
   */
  MicroProgress(PrintStream out) {
    this.out = out;
  }

  /** What was written since the latest benchmark began; its first 100,000 bytes. */
  String held() {
    return held.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {
    held.reset();
    String parameters =
        benchmark.getParamsKeys().stream()
            .map(key -> " " + key + "=" + benchmark.getParam(key))
            .collect(Collectors.joining());
    double seconds = seconds(benchmark.getWarmup()) + seconds(benchmark.getMeasurement());
    int jvms = Math.max(1, benchmark.getForks());
    out.println(
        String.format(
            Locale.ROOT,
            "timing %s%s: %.2f s%s",
            MicroBenchmarks.shortName(benchmark.getBenchmark()),
            parameters,
            seconds,
            jvms == 1 ? "" : " in each of %s JVMs".formatted(jvms)));
  }

  private static double seconds(IterationParams iterations) {
    return iterations.getCount()
        * (double) iterations.getTime().convertTo(TimeUnit.NANOSECONDS)
        / 1e9;
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {}

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult data) {}

  @Override
  public void endBenchmark(BenchmarkResult result) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void println(String text) {
    print(text + System.lineSeparator());
  }

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public void write(int value) {
    if (held.size() < MOST_HELD) {
      held.write(value);
    }
  }

  @Override
  public void write(byte[] bytes) {
    held.write(bytes, 0, Math.min(bytes.length, MOST_HELD - held.size()));
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
