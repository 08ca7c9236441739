// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe topics}: creates or checks the topics of a job. */
@Command(
    name = "topics",
    description = "Creates the topics of a job that are missing, and lists them.",
    mixinStandardHelpOptions = true)
final class TopicsCommand implements Callable<Integer> {
  private static final int MOST_PARTITIONS = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions broker;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of each new topic; default ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Of each new topic; default -1, the broker's default.")
  private short replication;

  @Option(names = "--check", description = "Creates nothing; fails when a topic is missing.")
  private boolean check;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    if (partitions < 1 || partitions > MOST_PARTITIONS) {
      throw new UsageException(
          "--partitions must be from 1 to %s, got %s".formatted(MOST_PARTITIONS, partitions));
    }
    if (replication == 0 || replication < -1) {
      throw new UsageException("--replication must be positive or -1, got " + replication);
    }
    BrokerOptions.Topics job = broker.read();
    JobOptions.Topics names = job.topics();
    Broker admin = new Broker(job.kafka());
    List<String> created =
        check ? List.of() : admin.with(names, topics -> topics.create(partitions, replication));
    Map<String, TopicDescription> found = admin.with(names, topics -> topics.describe());
    print(names, found, created);
    List<String> missing = names.all().stream().filter(name -> !found.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new CommandException(
          "missing at %s: %s".formatted(job.kafka().bootstrap(), String.join(", ", missing)));
    }
    return 0;
  }

  private void print(
      JobOptions.Topics names, Map<String, TopicDescription> found, List<String> created) {
    PrintWriter out = spec.commandLine().getOut();
    int width = names.all().stream().mapToInt(String::length).max().orElseThrow();
    String format = "%-" + width + "s  %-12s  %10s  %11s  %s%n";
    out.printf(format, "TOPIC", "ROLE", "PARTITIONS", "REPLICATION", "STATE");
    for (TopicRole role : TopicRole.values()) {
      String name = role.topic(names);
      if (!names.all().contains(name)) {
        continue; // the job has none
      }
      TopicDescription topic = found.get(name);
      if (topic == null) {
        out.printf(format, name, role.key(), "-", "-", "missing");
      } else {
        int replicas = topic.partitions().get(0).replicas().size();
        String state = created.contains(name) ? "created" : "exists";
        out.printf(format, name, role.key(), topic.partitions().size(), replicas, state);
      }
    }
    out.flush();
  }
}
