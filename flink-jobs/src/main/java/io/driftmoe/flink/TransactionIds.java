// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Transactional ids of one sink of a job: Flink puts the subtask and a number behind the prefix.
 *
 * <p>Flink's sink aborts, when it starts, what is open under ids that begin with its prefix, and
 * with that of the state it starts from. Where nobody has written to its topic yet, it finds them
 * not by topic but all that are open at the brokers. So no prefix may be the beginning of another
 * job's: the colon keeps the metrics of a job {@code a} apart from a job {@code a-metrics}. And a
 * state of another job must not reach the sink.
 *
 * @param job its name
 * @param role of the output
 */
record TransactionIds(String job, String role) implements Serializable {
  private static final List<String> ROLES =
      List.of(
          "predictions", "drift-events", "metrics", "dead-letters", "explanations", "questions");

  /** Those of all sinks of a job. */
  static Stream<TransactionIds> of(String job) {
    return ROLES.stream().map(role -> new TransactionIds(job, role));
  }

  /**
   * Whether ids of a job of this name could begin with a prefix of another job, that of {@code a}
   * with those of {@code a-metrics:b}.
   */
  static boolean isAmbiguous(String job) {
    return ROLES.stream().anyMatch(role -> job.contains("-" + role + ":"));
  }

  String prefix() {
    return beforeColons() + ":";
  }

  /** What the prefix was in states that builds before 0.1.0 have written. */
  private String beforeColons() {
    return job + "-" + role;
  }

  /** Whether this sink has used the id, or may. */
  boolean isOwn(String id) {
    String numbers = "-\\d+-\\d+";
    return Stream.of(prefix(), beforeColons())
        .anyMatch(
            prefix -> id.startsWith(prefix) && id.substring(prefix.length()).matches(numbers));
  }
}
