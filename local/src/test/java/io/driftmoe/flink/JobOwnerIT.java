// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.driftmoe.local.EmbeddedFlink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two jobs of one name at one broker. */
class JobOwnerIT {
  @TempDir static Path folder;
  private static Broker broker;
  private static Admin admin;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }

  @AfterAll
  static void stopBroker() throws Exception {
    admin.close();
    broker.close();
  }

  private static JobOptions options(String name) throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "job.name",
                name,
                "kafka.bootstrap",
                "'" + broker.bootstrap() + "'",
                "learner.preset",
                "paper-data",
                "job.checkpoint-interval",
                "500 ms"));
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
    return options;
  }

  private static void awaitOwner(JobOptions options) {
    WaitLimit.seconds(30)
        .until(
            () ->
                catchThrowable(() -> JobOwner.requireNone(admin, options, Duration.ZERO)) != null);
  }

  @Test
  void secondJobOfAName_isRefused_andOneThatComesAllTheSame_takesThePlace() throws Exception {
    JobOptions options = options("turbines");
    JobOwner.requireNone(admin, options, Duration.ZERO);
    CompletableFuture<Throwable> fenced = new CompletableFuture<>();
    JobOwner first = JobOwner.join(options, fenced::complete);
    awaitOwner(options);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOwner.requireNone(admin, options, Duration.ofMillis(300)))
        .withMessage(
            "job 'turbines' runs already, at 127.0.0.1: two jobs of one name would undo each"
                + " other's work; stop that one, or give each job its own job.name");
    assertThatCode(() -> JobOwner.requireNone(admin, options("other"), Duration.ZERO))
        .doesNotThrowAnyException();
    JobOwner second = JobOwner.join(options, cause -> {});
    assertThat(WaitLimit.seconds(30).get(fenced))
        .hasMessageStartingWith("job 'turbines' was started once more, and that one goes on");
    first.leave();
    second.leave();
    JobOwner.requireNone(admin, options, Duration.ofSeconds(5));
  }

  @Test
  @Tag("slow")
  void jobThatIsOusted_endsForGood_andTheOtherGoesOn() throws Exception {
    JobOptions options = options("ousted");
    JobClient first = start(options, "1");
    awaitOwner(options);
    JobClient second = start(options, "2");

    Throwable failure =
        catchThrowable(() -> WaitLimit.seconds(60).get(first.getJobExecutionResult()));

    assertThat(ExceptionUtils.stringifyException(failure))
        .contains("job 'ousted' was started once more, and that one goes on: this one ends");
    // it may have failed, too, by the transactions of the first, and then begins again
    WaitLimit.seconds(30).until(() -> second.getJobStatus().get() == JobStatus.RUNNING);
    second.cancel();
  }

  private static JobClient start(JobOptions options, String part) throws Exception {
    StreamExecutionEnvironment environment = EmbeddedFlink.environment(folder.resolve(part), 1, 0);
    MixtureJob.build(environment, options);
    return environment.executeAsync();
  }
}
