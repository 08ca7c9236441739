// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.InputSample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Looks at brokers, topics, rights, versions, transaction limits, clock and folders of a job.
 *
 * <p>Nothing is changed, but for an idle transactional id, {@code NAME-doctor}, which the brokers
 * forget after some days: whether the job may have transactions shows only when one asks for them.
 */
public final class Doctor {
  /** A minute, Kafka's own patience, is long for somebody who mistyped a port. */
  static final int PATIENCE_MILLIS = 15_000;

  private final JobOptions options;
  private final List<Finding> findings = new ArrayList<>();

  private Doctor(JobOptions options) {
    this.options = options;
  }

  /** Something that asks the brokers. */
  @FunctionalInterface
  interface Check {
    List<Finding> run(Admin admin) throws ExecutionException, InterruptedException;
  }

  /**
   * Looks at everything.
   *
   * @param options of the job
   * @param cluster address of the REST interface of the cluster it is to run on; empty where it is
   *     to run in the process of the command
   * @return what was found, at least one line for each subject
   * @throws InterruptedException when the thread is interrupted
   */
  public static List<Finding> examine(JobOptions options, Optional<String> cluster)
      throws InterruptedException {
    Doctor doctor = new Doctor(options);
    doctor.findings.addAll(Machine.findings(options, cluster.isEmpty()));
    if (cluster.isPresent()) {
      doctor.findings.addAll(FlinkCluster.findings(cluster.get(), options));
    }
    doctor.askBrokers();
    return List.copyOf(doctor.findings);
  }

  private void askBrokers() throws InterruptedException {
    try {
      new Broker(options.kafka()).require(List.of()); // says in words why none answers
    } catch (LocalException e) {
      findings.add(
          Finding.mend(
              "brokers",
              e.getMessage()
                  + "; mend kafka.bootstrap, the network, or the client settings in"
                  + " kafka.properties; topics, rights, limits and clock were not looked at"));
      return;
    }
    try (Admin admin = Admin.create(clientProperties(options.kafka()))) {
      check(admin, "brokers", BrokerChecks::cluster);
      check(admin, "versions", BrokerChecks::versions);
      check(admin, "clock", a -> BrokerChecks.clock(a, options.input().maxAhead()));
      check(admin, "transactions", a -> BrokerChecks.limits(a, options.job()));
      check(admin, "topics", new TopicChecks(options));
      check(admin, "input", a -> input());
      check(admin, "rights", new RightsChecks(options));
    }
  }

  /** Of topics that are not there another line tells. */
  private List<Finding> input() {
    String subject = "input";
    List<Finding> found = new ArrayList<>();
    InputSample sample = InputSample.check(options);
    sample.faults().forEach(fault -> found.add(Finding.mend(subject, fault)));
    for (String line : sample.lines()) {
      String text = line.replaceFirst("^input: ", "");
      boolean well = sample.faults().isEmpty() && text.endsWith(" fit");
      found.add(well ? Finding.ok(subject, text) : Finding.note(subject, text));
    }
    return found;
  }

  private void check(Admin admin, String subject, Check check) throws InterruptedException {
    try {
      findings.addAll(check.run(admin));
    } catch (ExecutionException | KafkaException e) {
      findings.add(notLookedAt(subject, e));
    }
  }

  /** Not everybody may ask brokers everything, and a job needs less than is asked here. */
  static Finding notLookedAt(String subject, Exception failure) {
    Throwable cause =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof AuthorizationException
        ? Finding.note(subject, "not looked at, this user has no right to ask: " + words(cause))
        : Finding.mend(subject, "the brokers do not say: " + words(cause));
  }

  /** The answer to one of several questions. */
  static <K, T> T answer(Map<K, KafkaFuture<T>> asked, K of)
      throws ExecutionException, InterruptedException {
    return Objects.requireNonNull(asked.get(of), "not asked").get();
  }

  private static String words(Throwable cause) {
    return FailureMessage.of(cause);
  }

  static Map<String, Object> clientProperties(JobOptions.Kafka kafka) {
    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    return properties;
  }
}
