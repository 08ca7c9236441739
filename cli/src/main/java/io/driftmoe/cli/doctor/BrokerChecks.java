// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import io.driftmoe.flink.JobOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/** What is asked of the brokers as a whole. */
final class BrokerChecks {
  private static final String MAX_TIMEOUT = "transaction.max.timeout.ms";
  private static final String TRANSACTIONS = "transaction.version";

  /** The one in which a broker cannot take a late request for part of the next transaction. */
  private static final int SAFE_TRANSACTIONS = 2;

  private static final Duration SMALL_SKEW = Duration.ofSeconds(1);
  private static final Duration LARGE_SKEW = Duration.ofMinutes(1);

  /** Checkpoints that fit into a transaction's time-out with some room for a slow one. */
  private static final int CHECKPOINTS = 3;

  private BrokerChecks() {}

  static List<Finding> cluster(Admin admin) throws ExecutionException, InterruptedException {
    DescribeClusterResult cluster = admin.describeCluster();
    Collection<Node> nodes = cluster.nodes().get();
    String text = "%s of cluster %s".formatted(counted(nodes.size()), cluster.clusterId().get());
    return List.of(
        nodes.size() == 1
            ? Finding.note(
                "brokers", text + ": while it restarts the job waits, and its disk is all there is")
            : Finding.ok("brokers", text));
  }

  private static String counted(int brokers) {
    return brokers == 1 ? "1 broker" : brokers + " brokers";
  }

  static List<Finding> versions(Admin admin) throws ExecutionException, InterruptedException {
    Map<String, FinalizedVersionRange> features =
        admin.describeFeatures().featureMetadata().get().finalizedFeatures();
    int metadata = level(features, "metadata.version");
    int transactions = level(features, TRANSACTIONS);
    String text =
        "brokers: metadata.version %s, %s %s".formatted(metadata, TRANSACTIONS, transactions);
    return List.of(
        transactions < SAFE_TRANSACTIONS
            ? Finding.note(
                "versions",
                text
                    + "; below %s a lost message can leave a transaction open, so that readers wait"
                        .formatted(SAFE_TRANSACTIONS)
                    + " for its time-out: kafka-features.sh upgrade")
            : Finding.ok("versions", text));
  }

  private static int level(Map<String, FinalizedVersionRange> features, String name) {
    FinalizedVersionRange range = features.get(name);
    return range == null ? 0 : range.maxVersionLevel();
  }

  /** By the controller's answer, which holds its time. */
  static List<Finding> clock(Admin admin, Duration maxAhead)
      throws ExecutionException, InterruptedException {
    long before = System.currentTimeMillis();
    QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
    long after = System.currentTimeMillis();
    OptionalLong there =
        quorum.voters().stream()
            .filter(voter -> voter.replicaId() == quorum.leaderId())
            .map(QuorumInfo.ReplicaState::lastCaughtUpTimestamp)
            .findFirst()
            .orElse(OptionalLong.empty());
    if (there.isEmpty()) {
      return List.of(Finding.note("clock", "not looked at: the brokers do not say their time"));
    }
    // within the time that the answer took nobody can say
    long ahead = Math.max(0, there.getAsLong() - after) - Math.max(0, before - there.getAsLong());
    return List.of(skew(Duration.ofMillis(ahead), maxAhead));
  }

  static Finding skew(Duration ahead, Duration maxAhead) {
    Duration off = ahead.abs();
    if (off.compareTo(SMALL_SKEW) < 0) {
      return Finding.ok("clock", "less than a second from that of the brokers");
    }
    String text =
        "that of the brokers is %s %s this one's"
            .formatted(words(off), ahead.isNegative() ? "behind" : "ahead of");
    if (off.compareTo(LARGE_SKEW) < 0 && off.compareTo(maxAhead) < 0) {
      return Finding.note("clock", text + "; set both by NTP");
    }
    return Finding.mend(
        "clock",
        text
            + "; set both by NTP: events whose time is more than input.max-ahead = %s ahead of"
                .formatted(words(maxAhead))
            + " their time in Kafka become dead letters");
  }

  static List<Finding> limits(Admin admin, JobOptions.Job job)
      throws ExecutionException, InterruptedException {
    Collection<Node> nodes = admin.describeCluster().nodes().get();
    List<ConfigResource> brokers =
        nodes.stream()
            .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
            .toList();
    long allowed = Long.MAX_VALUE;
    for (Config config : admin.describeConfigs(brokers).all().get().values()) {
      ConfigEntry entry = config.get(MAX_TIMEOUT);
      if (entry != null) {
        allowed = Math.min(allowed, Long.parseLong(entry.value()));
      }
    }
    return limits(job, allowed);
  }

  static List<Finding> limits(JobOptions.Job job, long allowedMillis) {
    Duration timeout = job.transactionTimeout();
    List<Finding> findings = new ArrayList<>();
    if (timeout.toMillis() > allowedMillis) {
      findings.add(
          Finding.mend(
              "transactions",
              "job.transaction-timeout = %s exceeds the brokers' %s = %s: lower the one or raise"
                      .formatted(
                          words(timeout), MAX_TIMEOUT, words(Duration.ofMillis(allowedMillis)))
                  + " the other"));
    } else if (timeout.compareTo(job.checkpointInterval().multipliedBy(CHECKPOINTS)) < 0) {
      findings.add(
          Finding.note(
              "transactions",
              ("job.transaction-timeout = %s is less than %s times job.checkpoint-interval = %s:"
                      + " what a slower checkpoint holds is lost")
                  .formatted(words(timeout), CHECKPOINTS, words(job.checkpointInterval()))));
    } else {
      findings.add(
          Finding.ok(
              "transactions",
              "job.transaction-timeout = %s, the brokers allow %s, a checkpoint every %s"
                  .formatted(
                      words(timeout),
                      words(Duration.ofMillis(allowedMillis)),
                      words(job.checkpointInterval()))));
    }
    return findings;
  }

  static String words(Duration duration) {
    return TimeUtils.formatWithHighestUnit(duration);
  }
}
