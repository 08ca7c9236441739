// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe watch}: the live page of a job that runs anywhere. */
@Command(
    name = "watch",
    description = {
      "Shows a job in the browser, as it goes: accuracy, drifts, experts, predictions, losses.",
      "It only reads the job's topics, begins near their ends, and ends with Ctrl-C."
    },
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  private static final int LARGEST_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's configuration, YAML.")
  private Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration, as 'driftmoe job' does.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port of the page, 0 for any; default the first free one from 8070 on.")
  private @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = LivePage.LOOPBACK,
      description = {
        "Name or address to listen on; default ${DEFAULT-VALUE}, this machine alone. Whoever "
            + "reaches another one can read what the page shows: there is no login."
      })
  private String host;

  @Override
  public Integer call() throws CommandException, LocalException {
    if (port != null && (port < 0 || port > LARGEST_PORT)) {
      throw new UsageException(
          "--port must lie between 0 and %s, got %s".formatted(LARGEST_PORT, port));
    }
    JobOptions options = JobFile.load(config, overrides);
    PrintWriter err = spec.commandLine().getErr();
    try {
      new Broker(options.kafka()).require(read(options.topics()));
      try (LivePage page =
          LivePage.open(options, List.of(), model -> List.of(), host, port == null ? -1 : port)) {
        err.printf("live page: %s (Ctrl-C ends it)%n", page.url());
        err.flush();
        new CountDownLatch(1).await();
      }
    } catch (InterruptedException e) {
      return 0; // an interrupted thread is how it ends well
    }
    return 0;
  }

  private static List<String> read(JobOptions.Topics topics) {
    return List.of(
        topics.predictions(), topics.driftEvents(), topics.metrics(), topics.deadLetters());
  }
}
