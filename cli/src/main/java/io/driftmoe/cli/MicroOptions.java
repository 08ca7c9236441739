// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.micro.MicroBenchmarks;
import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.commons.io.output.WriterOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Microbenchmarks instead of a comparison. */
final class MicroOptions {
  private static final Set<String> COMPANIONS =
      Set.of("--micro", "--micro-time", "--micro-forks", "--out", "--stacktrace");

  @Option(
      names = "--micro",
      required = true,
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "REGEX",
      description = {
        "Instead of a comparison, times the parts with JMH: those benchmarks whose name contains "
            + "a match, or all. Writes DIR/micro.csv and DIR/micro.json. Goes with --out only."
      })
  private String regex;

  @Option(
      names = "--micro-time",
      paramLabel = "SECONDS",
      description = "Length of each warm-up and measurement iteration; default 1.")
  private @Nullable Double seconds;

  @Option(
      names = "--micro-forks",
      paramLabel = "N",
      description = "JVMs for each benchmark, one after the other; default 2.")
  private @Nullable Integer forks;

  /**
   * Runs them.
   *
   * @throws UsageException when an option is out of range or no benchmark matches
   * @throws CommandException when a benchmark or a file fails
   */
  void run(CommandLine command, Path out) throws CommandException {
    MicroBenchmarks benchmarks = benchmarks(command);
    try {
      command.getOut().print(benchmarks.run(out, progress(command)));
      command.getOut().flush();
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private MicroBenchmarks benchmarks(CommandLine command) {
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      if (!COMPANIONS.contains(option.longestName())) {
        throw new UsageException(
            "--micro goes with --micro-time, --micro-forks and --out, not with "
                + option.longestName());
      }
    }
    if (seconds != null && !(seconds > 0 && seconds <= 3600)) {
      throw new UsageException(
          "--micro-time must be above 0 and at most 3600 seconds, got " + seconds);
    }
    if (forks != null && (forks < 1 || forks > 100)) {
      throw new UsageException("--micro-forks must lie between 1 and 100, got " + forks);
    }
    MicroBenchmarks benchmarks = new MicroBenchmarks(pattern(), seconds, forks);
    if (benchmarks.selected().isEmpty()) {
      throw new UsageException(
          "--micro: no benchmark matches '%s'; there are %s"
              .formatted(regex, String.join(", ", MicroBenchmarks.names())));
    }
    return benchmarks;
  }

  private Pattern pattern() {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "--micro must be a regular expression, got '%s': %s".formatted(regex, e.getDescription()),
          e);
    }
  }

  private static PrintStream progress(CommandLine command) {
    try {
      return new PrintStream(
          WriterOutputStream.builder()
              .setWriter(command.getErr())
              .setCharset(StandardCharsets.UTF_8)
              .setWriteImmediately(true)
              .get(),
          true,
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
