// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the JMH benchmarks of this package in JVMs of their own, whose heap and garbage collector
 * are fixed, so that results do not depend on the options of this one.
 */
public final class MicroBenchmarks {
  // The collector is that of the suite's workers.
  private static final String[] JVM = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"};

  private final Pattern names;
  private final @Nullable Double seconds;
  private final @Nullable Integer forks;

  /**
   * @param names selects the benchmarks whose {@link #names name} contains a match
   * @param seconds of each iteration, greater than 0; null for what the benchmark says
   * @param forks JVMs, one after the other, at least 1; null for what the benchmark says
   */
  public MicroBenchmarks(Pattern names, @Nullable Double seconds, @Nullable Integer forks) {
    if (seconds != null && !(seconds > 0 && Double.isFinite(seconds))) {
      throw new IllegalArgumentException("seconds must be positive and finite, got " + seconds);
    }
    if (forks != null && forks < 1) {
      throw new IllegalArgumentException("forks must be at least 1, got " + forks);
    }
    this.names = names;
    this.seconds = seconds;
    this.forks = forks;
  }

  /** All benchmarks: class and method, such as {@code GateBenchmark.forwardOne}, sorted. */
  public static List<String> names() {
    OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
    return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
        .map(BenchmarkListEntry::getUsername)
        .filter(name -> name.startsWith(MicroBenchmarks.class.getPackageName() + "."))
        .map(MicroBenchmarks::shortName)
        .sorted()
        .toList();
  }

  static String shortName(String name) {
    int method = name.lastIndexOf('.');
    return name.substring(name.lastIndexOf('.', method - 1) + 1);
  }

  /** The names of those that run. */
  public List<String> selected() {
    return names().stream().filter(name -> names.matcher(name).find()).toList();
  }

  /**
   * Runs what is selected and writes {@code micro.csv} and {@code micro.json}, the latter in JMH's
   * format with every single measurement.
   *
   * @param folder for the files, made when it is not there
   * @param progress receives a line for each benchmark; when one fails, what JMH and its JVM said
   * @return the results as lines of aligned columns
   * @throws IOException when a file cannot be written or a benchmark fails, or when another JMH is
   *     running on this machine: they would disturb each other
   */
  public String run(Path folder, PrintStream progress) throws IOException {
    Files.createDirectories(folder);
    MicroProgress format = new MicroProgress(progress);
    try {
      Collection<RunResult> runs = new Runner(options(), format).run();
      writeJson(runs, folder.resolve("micro.json"));
      MicroTable table = new MicroTable(runs.stream().map(MicroResult::of).toList());
      table.writeCsv(folder.resolve("micro.csv"));
      return table.text();
    } catch (RunnerException e) {
      progress.print(format.held());
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Not left to JMH, which empties the file of the last run before it starts the next. */
  private static void writeJson(Collection<RunResult> runs, Path file) throws IOException {
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(runs);
      if (out.checkError()) {
        throw new IOException("cannot write " + file);
      }
    }
  }

  private Options options() {
    ChainedOptionsBuilder options =
        new OptionsBuilder().jvmArgs(JVM).addProfiler(GCProfiler.class).shouldFailOnError(true);
    for (String name : selected()) {
      String whole = MicroBenchmarks.class.getPackageName() + "." + name;
      options.include("^" + Pattern.quote(whole) + "$");
    }
    if (seconds != null) {
      TimeValue time = TimeValue.nanoseconds(Math.round(seconds * 1e9));
      options.warmupTime(time).measurementTime(time);
    }
    if (forks != null) {
      options.forks(forks);
    }
    return options.build();
  }
}
