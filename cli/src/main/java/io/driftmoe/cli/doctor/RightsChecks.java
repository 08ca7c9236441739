// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What the user of the job's clients may do. */
final class RightsChecks implements Doctor.Check {
  private static final String SUBJECT = "rights";

  /** Kafka's client knows it by its text only. */
  private static final String TOO_LONG = "transaction timeout is larger";

  private final JobOptions options;
  private final List<Finding> findings = new ArrayList<>();

  RightsChecks(JobOptions options) {
    this.options = options;
  }

  @Override
  public List<Finding> run(Admin admin) throws ExecutionException, InterruptedException {
    checkTopics(admin);
    checkGroup(
        admin,
        options.kafka().groupId(),
        "the lag of the job cannot be seen in Kafka; what it reads does not depend on it");
    checkGroup(admin, options.job().name() + "-owner", "a second job of this name is not noticed");
    checkTransactions();
    return findings;
  }

  private void checkTopics(Admin admin) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                options.topics().all(),
                new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    List<String> lacking = new ArrayList<>();
    int known = 0;
    for (Map.Entry<String, String> topic : TopicChecks.byKey(options.topics()).entrySet()) {
      // outputs are read after a failure, to find transactions that are open there
      List<AclOperation> needed =
          TopicChecks.isRead(topic.getKey())
              ? List.of(AclOperation.READ)
              : List.of(AclOperation.WRITE, AclOperation.READ);
      try {
        Set<AclOperation> allowed = Doctor.answer(asked, topic.getValue()).authorizedOperations();
        known += allowed == null ? 0 : 1;
        for (AclOperation operation : needed) {
          if (allowed != null && !allowed.contains(operation)) {
            lacking.add("%s on %s".formatted(operation, topic.getValue()));
          }
        }
      } catch (ExecutionException e) {
        continue; // said of the topic
      }
    }
    if (!lacking.isEmpty()) {
      findings.add(Finding.mend(SUBJECT, "grant %s".formatted(String.join(", ", lacking))));
    } else if (known > 0) {
      findings.add(Finding.ok(SUBJECT, "to read and write the topics: %s of 6".formatted(known)));
    }
  }

  /**
   * @param without what happens without the right
   */
  private void checkGroup(Admin admin, String group, String without) throws InterruptedException {
    try {
      Set<AclOperation> allowed =
          Doctor.answer(
                  admin
                      .describeConsumerGroups(
                          List.of(group),
                          new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                      .describedGroups(),
                  group)
              .authorizedOperations();
      findings.add(
          allowed == null || allowed.contains(AclOperation.READ)
              ? Finding.ok(SUBJECT, "to use the group " + group)
              : noGroup(group, without));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        findings.add(Finding.ok(SUBJECT, "the group %s is new, the job makes it".formatted(group)));
      } else if (e.getCause() instanceof AuthorizationException) {
        findings.add(noGroup(group, without));
      } else {
        findings.add(Finding.mend(SUBJECT, FailureMessage.of(e)));
      }
    }
  }

  private static Finding noGroup(String group, String without) {
    return Finding.note(
        SUBJECT, "grant READ and DESCRIBE on the group %s, or %s".formatted(group, without));
  }

  private void checkTransactions() {
    String id = options.job().name() + "-doctor";
    Map<String, Object> properties = new HashMap<>(options.kafka().clientProperties());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Doctor.PATIENCE_MILLIS);
    properties.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        Math.toIntExact(options.job().transactionTimeout().toMillis()));
    ByteArraySerializer bytes = new ByteArraySerializer();
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, bytes, bytes);
    try {
      producer.initTransactions();
      findings.add(Finding.ok(SUBJECT, "to use transactional ids that begin with " + prefix()));
    } catch (AuthorizationException e) {
      findings.add(
          Finding.mend(
              SUBJECT,
              ("grant WRITE and DESCRIBE on transactional ids that begin with %s, and"
                      + " IDEMPOTENT_WRITE on clusters before 3.0")
                  .formatted(prefix())));
    } catch (InvalidTxnTimeoutException e) {
      findings.add(refusedTimeout());
    } catch (KafkaException e) {
      findings.add(String.valueOf(e.getMessage()).contains(TOO_LONG) ? refusedTimeout() : noId(e));
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private Finding refusedTimeout() {
    return Finding.mend(
        "transactions",
        "the brokers refuse job.transaction-timeout = %s: lower it"
            .formatted(BrokerChecks.words(options.job().transactionTimeout())));
  }

  private static Finding noId(KafkaException e) {
    return Finding.mend(
        "transactions",
        "the brokers give no transactional id (is __transaction_state available?): "
            + FailureMessage.of(e));
  }

  private String prefix() {
    return options.job().name() + "-";
  }
}
