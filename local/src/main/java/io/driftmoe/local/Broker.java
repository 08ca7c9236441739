// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.BrokerFailure;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import io.driftmoe.flink.JobTraces;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
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
    require(names, this::wayOut);
  }

  /**
   * Checks that topics exist whose records are made by others.
   *
   * @throws LocalException naming those that do not, or saying that no broker answers
   */
  public void requireOfOthers(Collection<String> names)
      throws LocalException, InterruptedException {
    require(
        names,
        missing -> "records of others are read from there, so whoever sends them creates it");
  }

  private void require(Collection<String> names, Function<List<String>, String> wayOut)
      throws LocalException, InterruptedException {
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
              .formatted(
                  String.join(", ", missing), kafka.bootstrap(), unseen(), wayOut.apply(missing)));
    }
  }

  /** Id of the Kafka cluster. */
  String cluster() throws LocalException, InterruptedException {
    try (Admin admin = admin()) {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException | KafkaException e) {
      throw failure(e);
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
    JobOptions.Topics usual =
        new JobOptions.Topics(null, null, null, null, null, null, null, null, null);
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
    Set<String> ofOthers = JobTopics.ofOthers(options);
    if (!ofOthers.isEmpty()) {
      requireOfOthers(ofOthers);
    }
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
   * Checks that a job can start: that its topics exist and take what it writes, and that no other
   * job of its name runs.
   *
   * @return what earlier runs of it have left at the broker
   * @throws LocalException saying what is wrong, or that no broker answers
   */
  public JobTraces tracesOf(JobOptions options) throws LocalException, InterruptedException {
    require(options);
    try {
      return with(
          options.topics(),
          topics -> {
            topics.requireNoOther(options);
            return topics.traces(options);
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
    BrokerFailure failure = BrokerFailure.of(kafka, e);
    return failure.mayPass()
        ? new BrokerAwayException(failure.message(), e)
        : new LocalException(failure.message(), e);
  }
}
