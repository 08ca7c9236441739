// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the job's Kafka clients; checked at start, which Kafka's clients would refuse in
 * the tasks, at each restart again. Classes are left to the tasks: they may be on the class path of
 * the cluster only.
 */
final class ClientProperties {
  private static final int MOST_CHARACTERS = 1 << 16;

  private static final List<ConfigDef> CLIENTS =
      List.of(
          ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef());

  private static final Set<ConfigDef.Type> CHECKED =
      Set.of(
          ConfigDef.Type.BOOLEAN,
          ConfigDef.Type.SHORT,
          ConfigDef.Type.INT,
          ConfigDef.Type.LONG,
          ConfigDef.Type.DOUBLE,
          ConfigDef.Type.STRING);

  private ClientProperties() {}

  /**
   * Those of a job's clients in this process, of whatever kind; Flink's connector makes its admin
   * clients from those of its consumers and producers.
   *
   * <p>They do not bootstrap anew, unless they are told to: an admin client of Kafka 4.2 does so in
   * each round of its loop while no broker answers, with hundreds of lines of log a second, which
   * are gigabytes in an hour. A broker is looked for where it was; clients that are made anew, with
   * each restart of the job, begin with the bootstrap addresses in any case.
   *
   * @throws IllegalArgumentException naming the key, when a reference leads nowhere here
   */
  static Map<String, String> ofJob(JobOptions.Kafka kafka) {
    Map<String, String> properties = new HashMap<>(kafka.clientProperties());
    properties.putIfAbsent(
        CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
    return properties;
  }

  /**
   * Checks numbers, switches and words of the keys that clients define; others are left alone.
   *
   * @throws IllegalArgumentException naming the key at fault
   */
  static void check(Map<String, String> properties) {
    properties.forEach(
        (name, value) -> {
          if (value.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                "properties.%s must have at most %s characters, got %s"
                    .formatted(name, MOST_CHARACTERS, value.length()));
          }
          CLIENTS.forEach(client -> check(client.configKeys().get(name), name, value));
        });
  }

  private static void check(ConfigDef.@Nullable ConfigKey key, String name, String value) {
    if (key == null || !CHECKED.contains(key.type)) {
      return;
    }
    if (key.type == ConfigDef.Type.STRING && ConfigReferences.isIn(value)) {
      return; // to what, is seen where the client runs
    }
    try {
      Object parsed = ConfigDef.parseType(name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(name, parsed);
      }
    } catch (ConfigException e) {
      throw new IllegalArgumentException("properties.%s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
