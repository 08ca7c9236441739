// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretPropertiesTest {
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=a password=%s;";
  private static final String SECRET = "s3cr3t";

  @TempDir private Path folder;

  private static JobOptions.Kafka kafka(Map<String, String> properties) {
    return new JobOptions.Kafka(null, null, null, properties);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      value = {
        "ssl.keystore.password, s3cr3t",
        "kafka.properties.ssl.key.password, s3cr3t",
        "driftmoe.kafka.properties.ssl.truststore.password, s3cr3t",
        "ssl.keystore.key, -----BEGIN PRIVATE KEY-----",
        "sasl.oauthbearer.client.credentials.client.secret, s3cr3t",
        "my.interceptor.password, s3cr3t",
        "sasl.jaas.config, x required username=a password=s3cr3t;",
        "kafka.properties.sasl.jaas.config, x required password = \"s3cr3t\";",
        "sasl.jaas.config, x required username=${env:A} clientSecret='s3cr3t';"
      })
  void aSecretOnACommandLineIsRefusedWithoutRepeatingIt(String key, String value) {
    assertThatThrownBy(() -> SecretProperties.refuseOnCommandLine(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": ")
        .hasMessageContaining("${env:NAME}")
        .hasMessageNotContaining("s3cr3t");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '|',
      value = {
        "kafka.properties | {ssl.key.password: s3cr3t} | kafka.properties.ssl.key.password",
        "kafka.properties | {acks: all, ssl.keystore.key: s3cr3t} | kafka.properties.ssl.keystore.key",
        "kafka.properties | ssl.key.password: s3cr3t | kafka.properties.ssl.key.password",
        "driftmoe.kafka.properties | {\"a.secret\": \"s3cr3t\"} | driftmoe.kafka.properties.a.secret",
        "kafka.Properties | {ssl: {key: {password: s3cr3t}}} | kafka.Properties.ssl.key.password",
        "KAFKA.PROPERTIES | {ssl.keystore.key: s3cr3t} | KAFKA.PROPERTIES.ssl.keystore.key",
        "kafka | {properties: {ssl.key.password: s3cr3t}} | kafka.properties.ssl.key.password",
        "driftmoe | {kafka: {properties: {ssl.key.password: [s3cr3t]}}} | driftmoe.kafka.properties.ssl.key.password",
        "kafka | {properties: {sasl.jaas.config: x required password=s3cr3t;}} | kafka.properties.sasl.jaas.config",
        "ssl | {key.password: s3cr3t} | ssl.key.password",
        "topics | {password: 53} | topics.password",
        "kafka.properties.ssl | {key.password: s3cr3t} | kafka.properties.ssl.key.password"
      })
  void aSecretInAMapOnACommandLineIsRefusedAsIfItsKeyWereGiven(
      String key, String value, String named) {
    String plain = "%s: a secret on a command line is shown".formatted(named);
    assertThatThrownBy(() -> SecretProperties.refuseOnCommandLine(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(plain)
        .hasMessageNotContaining("s3cr3t");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '|',
      value = {
        "kafka.properties | {acks: all, security.protocol: SASL_SSL}",
        "kafka.properties | {ssl.key.password: \"${file:/run/secrets/kafka:key}\"}",
        "kafka.properties | {ssl.key.password: ''}",
        "kafka.properties | {ssl.truststore.certificates: -----BEGIN CERTIFICATE-----}",
        "kafka | {properties: {sasl.jaas.config: 'x required password=\"${env:P}\";'}}",
        "schema.attributes | [{name: password}, {name: secret, values: [a, b]}]",
        "kafka.properties | {no: [yaml",
        "learner.pool | [naive-bayes, {type: hoeffding-tree, grace-period: 20}]"
      })
  void aMapWithoutASecretIsNot(String key, String value) {
    whatIsNoSecretIsNot(key, value);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      value = {
        "acks, all",
        "kafka.properties.security.protocol, SASL_SSL",
        "ssl.truststore.location, /a/b.p12",
        "ssl.truststore.certificates, -----BEGIN CERTIFICATE-----",
        "ssl.keystore.password, ${file:/run/secrets/kafka:keystore}",
        "sasl.jaas.config, x required username=a password=\"${env:P}\";",
        "sasl.jaas.config, x required useKeyTab=true keyTab=\"/etc/a.keytab\";",
        "learner.seed, 1"
      })
  void whatIsNoSecretIsNot(String key, String value) {
    assertThatCode(() -> SecretProperties.refuseOnCommandLine(Map.of(key, value)))
        .doesNotThrowAnyException();
  }

  @Test
  void clientsResolveReferencesWithoutFurtherSettings() throws Exception {
    Path file = Files.writeString(folder.resolve("kafka"), "password=" + SECRET + "\n");
    Files.writeString(folder.resolve("user"), "somebody");
    JobOptions.Kafka kafka =
        kafka(
            Map.of(
                "sasl.jaas.config",
                "x required username=\"${directory:%s:user}\" password=\"${file:%s:password}\";"
                    .formatted(folder, file),
                "client.id",
                "${env:PATH}"));
    assertThat(kafka.properties().values()).noneMatch(value -> value.contains(SECRET));
    assertThat(kafka.clientProperties().values()).noneMatch(value -> value.contains(SECRET));

    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put("bootstrap.servers", "localhost:9092");
    properties.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
    properties.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
    ProducerConfig resolved = new ProducerConfig(properties);
    assertThat(resolved.getPassword("sasl.jaas.config").value())
        .isEqualTo("x required username=\"somebody\" password=\"" + SECRET + "\";");
    assertThat(resolved.getString("client.id")).isEqualTo(System.getenv("PATH"));
  }

  @ParameterizedTest
  @CsvSource({
    "${env:DRIFTMOE_NO_SUCH}, this process has no environment variable DRIFTMOE_NO_SUCH",
    "${env:a:b}, write ${env:NAME}",
    "${file:/nowhere/x:key}, there is no file /nowhere/x on this machine",
    "${file:key}, write ${file:PATH:KEY}",
    "${file:FOLDER/kafka:other}, the file has no line other=...",
    "${directory:FOLDER/kafka:other}, there is no folder FOLDER/kafka on this machine",
    "${directory:FOLDER:other}, the folder has no file other that can be read"
  })
  void aReferenceThatLeadsNowhereNamesItsKey(String reference, String reason) throws Exception {
    Files.writeString(folder.resolve("kafka"), "password=" + SECRET + "\n");
    String value = reference.replace("FOLDER", folder.toString());
    JobOptions.Kafka kafka = kafka(Map.of("ssl.key.password", value));
    assertThatThrownBy(kafka::clientProperties)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "kafka.properties.ssl.key.password: %s: %s"
                .formatted(value, reason.replace("FOLDER", folder.toString())));
  }

  @Test
  void providersOfOnesOwnAreLeftAsTheyAre() {
    Map<String, String> own =
        Map.of("config.providers", "vault", "ssl.key.password", "${vault:a:b} ${env:NOT_OURS}");
    assertThat(kafka(own).clientProperties()).isEqualTo(own);
    assertThat(kafka(Map.of("acks", "all")).clientProperties()).containsOnlyKeys("acks");
  }

  @Test
  void optionsInTextHaveNoValuesOfProperties() {
    JobOptions options =
        Events.options(
            Map.of(
                "kafka.properties.sasl.jaas.config",
                LOGIN.formatted(SECRET),
                "kafka.properties.ssl.key.password",
                SECRET));
    assertThat(options.toString()).contains("ssl.key.password").doesNotContain(SECRET);
  }

  @Test
  void errorsOfAConfigurationDoNotRepeatWhatMayBeAPassword() {
    for (String properties :
        new String[] {
          "{sasl.jaas.config: [%s]}", "{ssl.key.password: {a: %s}}", "'%s'", "[%s]", "{a: {b: %s}}"
        }) {
      String yaml = "kafka: {properties: %s}".formatted(properties.formatted(SECRET));
      assertThatThrownBy(() -> JobOptions.parse(yaml, Map.of()))
          .hasMessageStartingWith("kafka.properties")
          .hasMessageNotContaining(SECRET);
    }
  }
}
