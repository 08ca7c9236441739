// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/** Client properties that hold a secret, which others must not see. */
public final class SecretProperties {
  private static final String KEY_OF_CONFIGURATION = "kafka.properties.";

  private static final List<ConfigDef> CLIENTS =
      List.of(
          ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef());

  /** Certificates are of the type of passwords in Kafka, and public. */
  private static final List<String> PUBLIC =
      List.of(
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);

  /** Of a login module: {@code password="x"}, {@code clientSecret='x'}. */
  private static final Pattern OF_LOGIN =
      Pattern.compile("(?i)(password|secret)\\w*\\s*=\\s*([\"']?)(?!\\$\\{)[^\\s\"';]");

  private SecretProperties() {}

  /**
   * Refuses a secret on a command line, which {@code ps} shows to every user of the machine.
   *
   * @param properties keys of clients or of the configuration, and values as they were given
   * @throws IllegalArgumentException naming the key and other ways
   */
  public static void refuseOnCommandLine(Map<String, String> properties) {
    properties.forEach(
        (name, value) -> {
          if (isSecret(name, value)) {
            throw new IllegalArgumentException(
                ("%s: a secret on a command line is shown to every user of this machine; write it"
                        + " into the file of --config, or ${env:NAME} or ${file:PATH:KEY} in its"
                        + " place")
                    .formatted(name));
          }
        });
  }

  /** Whether the value itself is one, and no reference to one. */
  private static boolean isSecret(String name, String value) {
    int prefix = name.indexOf(KEY_OF_CONFIGURATION);
    String key = prefix < 0 ? name : name.substring(prefix + KEY_OF_CONFIGURATION.length());
    if (key.endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
      return OF_LOGIN.matcher(value).find();
    }
    return isSecret(key) && !value.isBlank() && !ConfigReferences.isIn(value);
  }

  /** Whether values of the key may hold a secret. */
  static boolean isSecret(String key) {
    if (PUBLIC.contains(key)) {
      return false;
    }
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.contains("password")
        || lower.contains("secret")
        || CLIENTS.stream()
            .map(client -> client.configKeys().get(key))
            .anyMatch(known -> known != null && known.type == ConfigDef.Type.PASSWORD);
  }
}
