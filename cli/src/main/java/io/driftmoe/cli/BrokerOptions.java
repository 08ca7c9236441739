// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach the broker. */
final class BrokerOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "The Kafka brokers; default ${DEFAULT-VALUE}.")
  private String bootstrap;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "A Kafka client property, for example of security; repeatable.")
  private Map<String, String> properties = new LinkedHashMap<>();

  /** The broker and the properties for its clients. */
  JobOptions.Kafka kafka() {
    return new JobOptions.Kafka(bootstrap, null, null, properties);
  }
}
