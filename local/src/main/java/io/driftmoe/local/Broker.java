// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.BrokerFailure;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Looks at a broker before a command relies on it, so that what is wrong is said in one line. */
public final class Broker {
  private static final String PATIENCE_MILLIS = "15000";

  private final JobOptions.Kafka kafka;

  /**
   * @param kafka address and further settings of clients
   */
  public Broker(JobOptions.Kafka kafka) {
    this.kafka = kafka;
  }

  /** A call to the broker. */
  @FunctionalInterface
  public interface Call<T> {
    T run(JobTopics topics) throws InterruptedException, ExecutionException;
  }

  /**
   * Checks that the topics exist.
   *
   * @throws LocalException naming those that do not, or saying that no broker answers
   */
  public void require(Collection<String> names) throws LocalException, InterruptedException {
    Set<String> existing;
    try (Admin admin = admin()) {
      existing = admin.listTopics().names().get();
    } catch (ExecutionException | KafkaException e) {
      throw failure(e);
    }
    List<String> missing = names.stream().filter(name -> !existing.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new LocalException(
          "no topic %s at %s%s; %s"
              .formatted(String.join(", ", missing), kafka.bootstrap(), unseen(), wayOut(missing)));
    }
  }

  /**
   * Whether all transactions of a job have been committed, as far as the broker has kept them;
   * false where it does not say.
   */
  boolean hasCommittedAll(JobOptions.Job job) throws InterruptedException {
    try (Admin admin = admin()) {
      return RecoveredTransactions.allCommitted(admin.listTransactions().all().get(), job.name());
    } catch (ExecutionException | KafkaException e) {
      return false; // such as no permission to list them
    }
  }

  private Admin admin() {
    Map<String, Object> properties = new HashMap<>(impatient().clientProperties());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    return Admin.create(properties);
  }

  /** A broker that checks rights shows nobody what he may not see. */
  private String unseen() {
    return kafka.properties().containsKey(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
        ? ", or this user may not see it (docs/security.md lists the rights)"
        : "";
  }

  /** The command that creates them: only a configuration names topics that have other names. */
  private String wayOut(List<String> missing) {
    JobOptions.Topics usual = new JobOptions.Topics(null, null, null, null, null, null);
    return usual.all().containsAll(missing)
        ? "'driftmoe topics --bootstrap %s' creates the topics of a job"
            .formatted(kafka.bootstrap())
        : "'driftmoe topics --config FILE', with the same -D as the job, creates the topics that a"
            + " configuration names";
  }

  /**
   * Checks that the topics of a job exist and take the largest records that it may write.
   *
   * @param options of the job
   * @throws InterruptedException when the thread is interrupted
   * @throws LocalException naming those that do not, or saying that no broker answers
   */
  public void require(JobOptions options) throws LocalException, InterruptedException {
    require(options.topics().all());
    try {
      with(
          options.topics(),
          topics -> {
            topics.requireRoom(options);
            return topics;
          });
    } catch (IllegalArgumentException e) {
      throw new LocalException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Does something with the topics of a job.
   *
   * @throws LocalException when the broker does not answer or refuses
   */
  public <T> T with(JobOptions.Topics names, Call<T> call)
      throws LocalException, InterruptedException {
    try (JobTopics topics = new JobTopics(impatient(), names)) {
      return call.run(topics);
    } catch (ExecutionException | KafkaException e) {
      throw failure(e);
    }
  }

  /** A minute, Kafka's own patience, is long for somebody who mistyped a port. */
  private JobOptions.Kafka impatient() {
    Map<String, String> properties = new HashMap<>(kafka.properties());
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    return new JobOptions.Kafka(
        kafka.bootstrap(), kafka.groupId(), kafka.startingOffsets(), properties);
  }

  private LocalException failure(Exception e) {
    return new LocalException(BrokerFailure.of(kafka, e), e);
  }
}
