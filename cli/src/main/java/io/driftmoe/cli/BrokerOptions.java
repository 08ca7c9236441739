// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach the broker, and what its topics are called. */
final class BrokerOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "The Kafka brokers; default localhost:9092.")
  private @Nullable String bootstrap;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "A Kafka client property, for example of security; repeatable.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Takes broker, client properties and names of topics from this configuration.")
  private @Nullable Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "With --config: overrides a key of it, as 'driftmoe job' does.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  /**
   * Where the topics are.
   *
   * @param kafka the broker and the properties for its clients
   * @param topics their names
   * @param job the whole configuration, if one was named
   */
  record Topics(JobOptions.Kafka kafka, JobOptions.Topics topics, Optional<JobOptions> job) {}

  private JobOptions.Kafka kafka() {
    try {
      return new JobOptions.Kafka(bootstrap, null, null, properties);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage()); // begins with the key
      throw new UsageException("--" + message.replaceFirst("^properties\\.", "property "), e);
    }
  }

  /**
   * Reads the configuration, if one was named.
   *
   * @throws UsageException when options do not go together, or naming the key at fault
   */
  Topics read() throws CommandException {
    if (config == null) {
      if (!overrides.isEmpty()) {
        throw new UsageException("-D needs --config, whose keys it overrides");
      }
      return new Topics(kafka(), TopicRole.defaultNames(), Optional.empty());
    }
    if (bootstrap != null) {
      throw new UsageException("--bootstrap and --config both name the broker: give one of them");
    }
    if (!properties.isEmpty()) {
      throw new UsageException(
          "--property and --config both give client properties: write"
              + " -Dkafka.properties.KEY=VALUE instead");
    }
    JobOptions options = JobFile.load(config, overrides);
    return new Topics(options.kafka(), options.topics(), Optional.of(options));
  }
}
