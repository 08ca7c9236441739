// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/** Client properties that hold a secret, which others must not see. */
public final class SecretProperties {
  private static final YAMLMapper YAML = new YAMLMapper();

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
   * Refuses a secret on a command line, which {@code ps} shows to every user of the machine. Values
   * may be maps, as in {@code kafka.properties={ssl.key.password: x}}.
   *
   * @param properties keys of clients or of the configuration, and values as they were given
   * @throws IllegalArgumentException naming the key and other ways
   */
  public static void refuseOnCommandLine(Map<String, String> properties) {
    properties.forEach(
        (key, value) -> {
          refuse(key, value);
          refuseWithin(key, tree(value));
        });
  }

  private static void refuseWithin(String key, JsonNode value) {
    if (value instanceof ObjectNode map) {
      map.properties().forEach(e -> refuseWithin(key + "." + e.getKey(), e.getValue()));
    } else if (value.isArray()) {
      value.forEach(element -> refuseWithin(key, element));
    } else {
      refuse(key, value.asText(""));
    }
  }

  /** Nothing for what is no YAML: where it is to be a map, it is refused for that. */
  private static JsonNode tree(String value) {
    try {
      return YAML.readTree(value);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static void refuse(String key, String value) {
    if (isSecret(key, value)) {
      throw new IllegalArgumentException(
          ("%s: a secret on a command line is shown to every user of this machine; write it"
                  + " into the file of --config, or ${env:NAME} or ${file:PATH:KEY} in its"
                  + " place")
              .formatted(key));
    }
  }

  /**
   * {@return whether the value itself is one, and no reference to one}
   *
   * @param key of a client or of the configuration
   * @param value as it was given
   */
  public static boolean isSecret(String key, String value) {
    if (key.toLowerCase(Locale.ROOT).endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
      return OF_LOGIN.matcher(value).find();
    }
    return endings(key).anyMatch(SecretProperties::isSecret)
        && !value.isBlank()
        && !ConfigReferences.isIn(value);
  }

  /** The key without its first names: those of the configuration stand before that of a client. */
  private static Stream<String> endings(String key) {
    return Stream.iterate(
        key,
        rest -> !rest.isEmpty(),
        rest -> rest.contains(".") ? rest.substring(rest.indexOf('.') + 1) : "");
  }

  /** Whether values of the key may hold a secret. */
  static boolean isSecret(String key) {
    if (PUBLIC.contains(key)) {
      return false;
    }
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.contains("password")
        || lower.contains("secret")
        || RegistryProperties.isSecret(lower)
        || CLIENTS.stream()
            .map(client -> client.configKeys().get(key))
            .anyMatch(known -> known != null && known.type == ConfigDef.Type.PASSWORD);
  }
}
