// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.TopicReader;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe consume}: a topic as JSON lines. */
@Command(
    name = "consume",
    description = "Reads a topic of a job and prints one JSON object a line.",
    mixinStandardHelpOptions = true)
final class ConsumeCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Where reading begins. */
  enum From {
    BEGINNING,
    END
  }

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions broker;

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "NAME|ROLE",
      description = {
        "A topic by name, or by role: features, labels, predictions, drift-events, metrics, "
            + "dead-letters, explanations, questions, control."
      })
  private String topic;

  @Option(
      names = "--from",
      paramLabel = "beginning|end",
      defaultValue = "beginning",
      description = "Where to begin; default ${DEFAULT-VALUE}.")
  private From from;

  @Option(names = "--max", paramLabel = "N", description = "Ends after so many records.")
  private @Nullable Long max;

  @Option(
      names = "--follow",
      description = "Waits for more; by default ends with what is there now.")
  private boolean follow;

  @Option(
      names = "--uncommitted",
      description = "Also reads records of transactions that are open or were aborted.")
  private boolean uncommitted;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    if (max != null && max < 1) {
      throw new UsageException("--max must be positive, got " + max);
    }
    BrokerOptions.Topics job = broker.read();
    String name = TopicRole.of(topic).map(role -> role.topic(job.topics())).orElse(topic);
    new Broker(job.kafka()).require(List.of(name));
    PrintWriter out = spec.commandLine().getOut();
    RecordJson json = new RecordJson();
    long left = max == null ? Long.MAX_VALUE : max;
    try (TopicReader reader =
        TopicReader.open(job.kafka(), List.of(name), !uncommitted, from == From.BEGINNING)) {
      while (left > 0 && (follow || !reader.atEnd())) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(PATIENCE)) {
          if (left-- <= 0) {
            break;
          }
          out.println(json.line(record));
        }
        if (out.checkError()) {
          // whoever read our output has gone, as in driftmoe consume | head
          return 0;
        }
      }
    }
    return 0;
  }
}
