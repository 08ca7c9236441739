// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * What is likely wrong where a client and a broker do not come together. Kafka's clients report a
 * time-out when a broker speaks TLS or asks for a login and they do not, so the broker is asked.
 *
 * @param message one line that names the client property or the right that is missing, or else what
 *     Kafka says
 * @param mayPass whether the same call may succeed at another time: the broker is away, or not
 *     ready yet
 */
public record BrokerFailure(String message, boolean mayPass) {
  private static final String PROTOCOL = CommonClientConfigs.SECURITY_PROTOCOL_CONFIG;
  private static final int MOST_CAUSES = 20;

  private static final List<String> MECHANISMS =
      List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER");

  /**
   * {@return what is likely wrong}
   *
   * @param kafka how the broker was to be reached
   * @param fault what a client threw
   */
  public static BrokerFailure of(JobOptions.Kafka kafka, Throwable fault) {
    Throwable cause =
        fault instanceof ExecutionException && fault.getCause() != null ? fault.getCause() : fault;
    if (cause instanceof TimeoutException) {
      return ofListener(kafka)
          .map(message -> new BrokerFailure(message, false))
          .orElseGet(
              () -> new BrokerFailure("no Kafka broker answers at " + kafka.bootstrap(), true));
    }
    return new BrokerFailure(ofAnswer(kafka, cause), passes(cause));
  }

  /** Kafka takes a topic that is missing for one that may come. */
  private static boolean passes(Throwable cause) {
    return cause instanceof RetriableException
        && !(cause instanceof UnknownTopicOrPartitionException)
        && !(cause instanceof UnknownTopicIdException);
  }

  private static String ofAnswer(JobOptions.Kafka kafka, Throwable cause) {
    String at = kafka.bootstrap();
    if (cause instanceof AuthenticationException) {
      return ofHandshake(at, protocol(kafka), cause)
          .or(() -> ofListener(kafka))
          .orElse("Kafka at %s: %s".formatted(at, FailureMessage.of(cause)));
    }
    String message = FailureMessage.of(cause);
    if (cause instanceof AuthorizationException) {
      return "Kafka at %s: %s; docs/security.md lists the rights that a job needs"
          .formatted(at, message.replaceFirst("\\.$", ""));
    }
    return "Kafka at %s: %s".formatted(at, inWords(message));
  }

  private static String protocol(JobOptions.Kafka kafka) {
    return kafka
        .properties()
        .getOrDefault(PROTOCOL, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL)
        .toUpperCase(Locale.ROOT);
  }

  /** Where the listener speaks something else than the client. */
  private static Optional<String> ofListener(JobOptions.Kafka kafka) {
    String at = kafka.bootstrap();
    return ListenerProbe.first(at)
        .flatMap(
            listener ->
                difference(listener, at, protocol(kafka))
                    .or(() -> wrongMechanism(listener, kafka)));
  }

  /** A login by a mechanism that the client does not have ends without a word of Kafka's. */
  private static Optional<String> wrongMechanism(ListenerProbe listener, JobOptions.Kafka kafka) {
    String mechanism =
        kafka
            .properties()
            .getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM);
    List<String> taken = listener.tls() ? MECHANISMS : listener.mechanisms();
    if (!protocol(kafka).startsWith("SASL") || taken.contains(mechanism)) {
      return Optional.empty();
    }
    String all = String.join(", ", taken);
    return Optional.of(
        listener.tls()
            ? "the client property sasl.mechanism is %s, which is none of %s"
                .formatted(mechanism, all)
            : "the broker at %s takes %s, and the client property sasl.mechanism is %s"
                .formatted(kafka.bootstrap(), all, mechanism));
  }

  private static Optional<String> difference(ListenerProbe listener, String at, String protocol) {
    boolean tls = protocol.endsWith("SSL");
    boolean login = protocol.startsWith("SASL");
    String is = "%s is %s".formatted(PROTOCOL, protocol);
    if (listener.tls()) {
      if (!tls) {
        return Optional.of(
            ("the broker at %s speaks TLS, and the client property %s: set it to %s, and"
                    + " ssl.truststore.location to a store with the certificate of the broker's"
                    + " authority")
                .formatted(
                    at, is, login ? "SASL_SSL" : "SSL, or to SASL_SSL where it asks for a login"));
      }
      return login
          ? Optional.empty()
          : Optional.of(
              ("the broker at %s speaks TLS and then ends the connection, and the client property"
                      + " %s: where it asks for a login, set it to SASL_SSL, and sasl.mechanism and"
                      + " sasl.jaas.config")
                  .formatted(at, is));
    }
    if (!listener.kafka()) {
      return Optional.of("what listens at %s does not speak Kafka".formatted(at));
    }
    List<String> mechanisms = listener.mechanisms();
    String asked =
        mechanisms.isEmpty()
            ? "asks for no login"
            : "asks for a login (%s)".formatted(String.join(", ", mechanisms));
    if (tls) {
      return Optional.of(
          ("the listener at %s does not speak TLS and %s, and the client property %s: give the"
                  + " address of another listener, or set %s to %s")
              .formatted(
                  at, asked, is, PROTOCOL, mechanisms.isEmpty() ? "PLAINTEXT" : "SASL_PLAINTEXT"));
    }
    if (login == mechanisms.isEmpty()) {
      return Optional.of(
          login
              ? "the broker at %s %s, and the client property %s: set it to PLAINTEXT"
                  .formatted(at, asked, is)
              : ("the broker at %s %s, and the client property %s: set it to SASL_PLAINTEXT, and"
                      + " sasl.mechanism and sasl.jaas.config")
                  .formatted(at, asked, is));
    }
    return Optional.empty();
  }

  /** Both speak TLS, or both log in, and one does not like what the other shows. */
  private static Optional<String> ofHandshake(String at, String protocol, Throwable fault) {
    if (fault instanceof IllegalSaslStateException) {
      return Optional.of(
          "the broker at %s asks for no login, and the client property %s is %s: set it to %s"
              .formatted(at, PROTOCOL, protocol, protocol.endsWith("SSL") ? "SSL" : "PLAINTEXT"));
    }
    if (fault instanceof UnsupportedSaslMechanismException) {
      return Optional.of("Kafka at %s: %s".formatted(at, FailureMessage.of(fault)));
    }
    String chain = chain(fault);
    if (chain.contains("PKIX path") || chain.contains("certification path")) {
      return Optional.of(
          ("the certificate of the broker at %s is not trusted here: set the client property"
                  + " ssl.truststore.location to a store with the certificate of its authority")
              .formatted(at));
    }
    if (chain.contains("subject alternative") || chain.contains("No name matching")) {
      return Optional.of(
          "the certificate of the broker at %s is for another name: give the name that it is for"
              .formatted(at));
    }
    if (chain.contains("bad_certificate") || chain.contains("certificate_required")) {
      return Optional.of(
          ("the broker at %s asks for a certificate of the client, or does not trust the one it"
                  + " got: set the client property ssl.keystore.location")
              .formatted(at));
    }
    return Optional.empty();
  }

  private static String chain(Throwable fault) {
    StringBuilder messages = new StringBuilder();
    Throwable cause = fault;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      messages.append(cause.getMessage()).append('\n');
      cause = cause.getCause();
    }
    return messages.toString();
  }

  /** Kafka names its client and a property, neither of which the user has given. */
  private static String inWords(String message) {
    if (message.contains("No resolvable bootstrap urls")) {
      return "there is no such host";
    }
    if (message.contains("Could not find a 'KafkaClient' entry")) {
      return "the client property sasl.jaas.config is missing, which holds the login";
    }
    if (message.contains("No serviceName defined")) {
      return "the client property sasl.mechanism is missing or GSSAPI, which needs"
          + " sasl.kerberos.service.name; others are PLAIN and SCRAM-SHA-512";
    }
    return message;
  }
}
