// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.StandaloneBroker;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe broker}: a Kafka broker to try things with. */
@Command(
    name = "broker",
    description = {
      "Starts a Kafka broker on this machine, to try a job with topics of one's own.",
      "It is one node without replicas, without TLS or logins, on the loopback interface, and ends "
          + "with Ctrl-C."
    },
    mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
  private static final int LARGEST_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "9092",
      description = "Port for clients, 0 for any that is free; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = {
        "Keeps the topics in this folder, and goes on with those that are there; default a "
            + "temporary folder, which goes at the end."
      })
  private @Nullable Path data;

  @Override
  public Integer call() throws LocalException {
    if (port < 0 || port > LARGEST_PORT) {
      throw new UsageException(
          "--port must lie between 0 and %s, got %s".formatted(LARGEST_PORT, port));
    }
    if (data != null && Files.exists(data) && !Files.isDirectory(data)) {
      throw new UsageException("--data must be a folder, and %s is a file".formatted(data));
    }
    PrintWriter err = spec.commandLine().getErr();
    try (StandaloneBroker broker =
        StandaloneBroker.start(port, data, e -> err.println(FailureMessage.of(e)))) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(broker.bootstrap());
      out.flush();
      err.println(
          "'driftmoe topics --bootstrap %s' creates the topics of a job; Ctrl-C ends the broker"
              .formatted(broker.bootstrap()));
      err.flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      return 0; // an interrupted thread is how it ends well
    }
    return 0;
  }
}
