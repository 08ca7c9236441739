// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static io.driftmoe.cli.SecureKafka.ADMIN;
import static io.driftmoe.cli.SecureKafka.JOB;
import static io.driftmoe.cli.SecureKafka.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.cli.SecureKafka.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands that talk to a broker with TLS, logins and rights. */
class SecureBrokerIT {
  @TempDir private static Path folder;
  private static SecureKafka kafka;
  private static String configuration;

  @BeforeAll
  static void start() throws Exception {
    kafka = SecureKafka.start(folder);
    configuration = driftmoe("job", "--init", "--stream", "sea_a").out();
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  private static Map<String, String> with(Map<String, String> properties, String... more) {
    Map<String, String> all = new TreeMap<>(properties);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  /** A configuration for a listener, with topics of its own. */
  private static Path config(Listener listener, Map<String, String> properties, String prefix)
      throws IOException {
    Path file = folder.resolve(prefix + ".yaml");
    StringBuilder kafkaSection = new StringBuilder("kafka:\n");
    kafkaSection.append("  bootstrap: ").append(kafka.bootstrap(listener)).append('\n');
    kafkaSection.append("  properties:\n");
    properties.forEach((key, value) -> kafkaSection.append("    %s: '%s'%n".formatted(key, value)));
    StringBuilder topics = new StringBuilder("topics:\n");
    for (TopicRole role : EnumSet.complementOf(EnumSet.of(TopicRole.CONTROL))) {
      topics.append("  %s: %s.%s%n".formatted(role.key(), prefix, role.key()));
    }
    String schema = configuration.substring(configuration.indexOf("\nschema:"));
    schema = schema.substring(0, schema.indexOf("\n#"));
    return Files.writeString(file, kafkaSection.toString() + topics + schema);
  }

  private static Stream<Arguments> ways() {
    return Stream.of(
        Arguments.of(Listener.MUTUAL, kafka.tls(true)),
        Arguments.of(Listener.LOGIN, kafka.login("SCRAM-SHA-512", ADMIN, true)));
  }

  private static Stream<Arguments> otherWays() {
    return Stream.of(
        Arguments.of(Listener.TLS, kafka.tls(false)),
        Arguments.of(Listener.LOGIN, kafka.login("PLAIN", ADMIN, true)),
        Arguments.of(Listener.LOGIN, kafka.login("SCRAM-SHA-256", ADMIN, true)),
        Arguments.of(Listener.CLEARLOGIN, kafka.login("PLAIN", ADMIN, false)));
  }

  @ParameterizedTest
  @MethodSource("otherWays")
  @Tag("slow")
  void everyCommandGoesThereInOtherWays(Listener listener, Map<String, String> properties)
      throws IOException {
    everyCommandGoesThere(listener, properties);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyCommandGoesThere(Listener listener, Map<String, String> properties) throws IOException {
    String prefix = listener + "." + properties.getOrDefault("sasl.mechanism", "none");
    String file = config(listener, properties, prefix).toString();
    List<String> direct = new ArrayList<>(List.of("--bootstrap", kafka.bootstrap(listener)));
    properties.forEach((key, value) -> direct.addAll(List.of("--property", key + "=" + value)));

    List<Run> runs = new ArrayList<>();
    runs.add(driftmoe("topics", "--config", file));
    runs.add(driftmoe("produce", "--config", file, "--stream", "sea_a", "--events", "7"));
    List<String> produce = new ArrayList<>(List.of("produce", "--stream", "sea_a"));
    produce.addAll(List.of("--events", "4", "--topic-features", prefix + ".features"));
    produce.addAll(direct);
    runs.add(driftmoe(produce));
    Run read = driftmoe("consume", "--config", file, "--topic", "features");
    runs.add(read);
    List<String> consume = new ArrayList<>(List.of("consume", "--topic", prefix + ".features"));
    consume.addAll(direct);
    Run readDirectly = driftmoe(consume);
    runs.add(readDirectly);

    assertThat(runs).allSatisfy(run -> assertThat(run.exitCode()).as(run.err()).isZero());
    assertThat(read.outLines()).hasSize(11).isEqualTo(readDirectly.outLines());
    assertThat(runs.toString()).doesNotContain(SECRET);
  }

  private static Arguments wrong(
      Listener listener, Map<String, String> properties, String... words) {
    return Arguments.of(listener, properties, List.of(words));
  }

  private static Stream<Arguments> wrongSettings() {
    Map<String, String> login = kafka.login("SCRAM-SHA-512", JOB, true);
    Map<String, String> wrongPassword =
        with(login, "sasl.jaas.config", SecureKafka.jaas("SCRAM-SHA-512", JOB, SECRET + "-old"));
    Map<String, String> untrusted = with(kafka.tls(false));
    untrusted.keySet().removeIf(key -> key.startsWith("ssl.truststore"));
    return Stream.of(
        wrong(Listener.TLS, Map.of(), "speaks TLS", "security.protocol is PLAINTEXT", "SSL"),
        wrong(Listener.LOGIN, Map.of(), "speaks TLS", "SASL_SSL"),
        wrong(
            Listener.CLEARLOGIN,
            Map.of(),
            "asks for a login (PLAIN, SCRAM-SHA-512)",
            "set it to SASL_PLAINTEXT"),
        wrong(Listener.TLS, untrusted, "not trusted here", "ssl.truststore.location"),
        wrong(Listener.LOGIN, wrongPassword, "invalid credentials"));
  }

  private static Stream<Arguments> otherWrongSettings() {
    Map<String, String> login = kafka.login("SCRAM-SHA-512", JOB, true);
    return Stream.of(
        wrong(Listener.LOGIN, kafka.tls(false), "speaks TLS", "SASL_SSL", "sasl.jaas.config"),
        wrong(
            Listener.LOGIN,
            kafka.login("PLAIN", JOB, false),
            "speaks TLS",
            "security.protocol is SASL_PLAINTEXT: set it to SASL_SSL"),
        wrong(Listener.CLEARLOGIN, kafka.tls(false), "does not speak TLS and asks for a login"),
        wrong(Listener.BROKER, kafka.tls(false), "does not speak TLS and asks for no login"),
        wrong(
            Listener.BROKER,
            kafka.login("PLAIN", JOB, false),
            "asks for no login",
            "set it to PLAINTEXT"),
        wrong(Listener.TLS, login, "asks for no login", "set it to SSL"),
        wrong(
            Listener.MUTUAL,
            kafka.tls(false),
            "asks for a certificate of the client",
            "ssl.keystore.location"),
        wrong(
            Listener.LOGIN,
            with(login, "sasl.mechanism", "SCRAM-SHA-51"),
            "sasl.mechanism is SCRAM-SHA-51, which is none of",
            "SCRAM-SHA-512"),
        wrong(
            Listener.CLEARLOGIN,
            kafka.login("SCRAM-SHA-256", JOB, false),
            "mechanism 'SCRAM-SHA-256' not enabled",
            "[PLAIN, SCRAM-SHA-512]"),
        wrong(
            Listener.LOGIN,
            Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"),
            "sasl.jaas.config is missing"),
        wrong(
            Listener.LOGIN, with(login, "sasl.mechanism", "GSSAPI"), "sasl.mechanism is missing"));
  }

  @ParameterizedTest
  @MethodSource("otherWrongSettings")
  @Tag("slow")
  void whatElseIsLikelyWrongIsSaid(
      Listener listener, Map<String, String> properties, List<String> words) throws IOException {
    whatIsLikelyWrongIsSaid(listener, properties, words);
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void whatIsLikelyWrongIsSaid(
      Listener listener, Map<String, String> properties, List<String> words) throws IOException {
    Map<String, String> impatient =
        with(properties, "default.api.timeout.ms", "900", "request.timeout.ms", "800");
    String file = config(listener, impatient, "wrong").toString();

    Run run = driftmoe("consume", "--stacktrace", "--config", file, "--topic", "features");

    assertThat(run.exitCode()).isEqualTo(1);
    String line = run.errLines().get(0);
    assertThat(line)
        .startsWith("driftmoe consume: ")
        .contains(words)
        .doesNotContain("no Kafka broker answers", "Exception");
    assertThat(run.err()).doesNotContain(SECRET);
  }

  @Test
  void whoMayNotSeeATopicIsToldThatItMayBeThat() throws IOException {
    String file = config(Listener.LOGIN, kafka.login("PLAIN", JOB, true), "rightless").toString();

    Run consume = driftmoe("consume", "--config", file, "--topic", "features");
    Run topics = driftmoe("topics", "--config", file);

    assertThat(consume.exitCode()).isEqualTo(1);
    assertThat(consume.err()).contains("no topic rightless.features", "may not see it");
    assertThat(topics.exitCode()).isEqualTo(1);
    assertThat(topics.err()).contains("docs/security.md");
  }

  @Test
  void secretsOnACommandLineAreRefused() throws IOException {
    String jaas = SecureKafka.jaas("PLAIN", ADMIN, SECRET);
    String file = config(Listener.TLS, kafka.tls(false), "refused").toString();
    List<Run> runs = new ArrayList<>();
    for (List<String> command :
        List.of(
            List.of("topics"),
            List.of("consume", "--topic", "features"),
            List.of("produce", "--stream", "sea_a"))) {
      List<String> args = new ArrayList<>(command);
      args.add("--property=sasl.jaas.config=" + jaas);
      runs.add(driftmoe(args));
      args.remove(args.size() - 1);
      args.addAll(List.of("--config", file, "-Dkafka.properties.sasl.jaas.config=" + jaas));
      runs.add(driftmoe(args));
    }
    runs.add(driftmoe("job", "--config", file, "-Dkafka.properties.ssl.key.password=" + SECRET));
    runs.add(
        driftmoe(
            "job", "--init", "--stream", "sea_a", "-Dkafka.properties.ssl.key.password=" + SECRET));

    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
              assertThat(run.errLines()).hasSize(1);
              assertThat(run.err()).contains("a secret on a command line").doesNotContain(SECRET);
            });
  }
}
