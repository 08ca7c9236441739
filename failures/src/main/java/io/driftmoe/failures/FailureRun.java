// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One load through one job on a rig of its own, with some strikes of one or more faults spread over
 * it, and the account of what came out.
 *
 * @param faults struck in turn
 * @param strikes in all
 * @param rate events a second, at most
 * @param most no strike begins later than so long after the first
 * @param home of the repository, with the job jar and the command built
 * @param folder of the rig
 * @param keepLogs whether those of the processes stay although the run is good
 */
record FailureRun(
    List<FaultKind> faults,
    int strikes,
    Load load,
    double rate,
    Duration most,
    Path home,
    Path folder,
    boolean keepLogs) {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration TO_THE_END = Duration.ofMinutes(1);
  private static final Duration START = Duration.ofSeconds(10);
  private static final int MOST_MILLIS_BEFORE = 1_500;
  private static final int COMMITS = 3;

  /** One run, the predictions it left, and where the logs are when they were kept. */
  record Outcome(RunResult result, Ledger ledger, @Nullable Path logs) {}

  /**
   * Runs it.
   *
   * @param reference the predictions of the undisturbed run; null for none to compare with
   * @param progress told what happens, a line each
   */
  Outcome run(@Nullable Ledger reference, Consumer<String> progress) throws Exception {
    EnumSet<Extra> extras = EnumSet.noneOf(Extra.class);
    faults.forEach(fault -> extras.addAll(fault.extras()));
    Rig rig = Rig.start(folder, extras);
    boolean clean = false;
    try {
      Outcome outcome = on(rig, reference, progress);
      clean = outcome.result().isGood() && !keepLogs;
      return clean ? outcome : new Outcome(outcome.result(), outcome.ledger(), rig.layout().logs());
    } finally {
      if (clean) {
        rig.close();
      } else {
        rig.closeAndKeepLogs();
      }
    }
  }

  private Outcome on(Rig rig, @Nullable Ledger reference, Consumer<String> progress)
      throws Exception {
    JobOptions here = load.options(rig.layout().bootstrap());
    try (JobTopics topics = new JobTopics(here)) {
      topics.create(Load.PARTITIONS, (short) 1);
    }
    List<TopicPartition> outputs = new ArrayList<>();
    for (int i = 0; i < Load.PARTITIONS; i++) {
      outputs.add(new TopicPartition(here.topics().predictions(), i));
    }
    try (Admin admin =
            Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, rig.layout().bootstrap()));
        RunningJob job = job(rig);
        PredictionReader reader = new PredictionReader(rig.layout().bootstrap(), outputs);
        Sender sender =
            new Sender(rig.layout().bootstrap(), here.topics(), load, rateOverStrikes())) {
      job.submit();
      job.awaitRunning();
      sender.start();
      List<Long> recoveries = new ArrayList<>();
      String problem = "";
      Optional<Accounts> accounts = Optional.empty();
      long labels = 0;
      try {
        strike(rig, job, admin, reader, sender, outputs, recoveries, progress);
        sender.hurry();
        labels = sender.await();
        awaitAll(reader);
        accounts = awaitBalance(here, labels);
        if (recoveries.isEmpty() && strikes > 0) {
          problem = "everything was sent before the first strike";
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // a run that is given up is a result, and the next one may show more
        problem = FailureMessage.of(e);
      }
      Ledger ledger = reader.ledger();
      RunResult result =
          new RunResult(
              title(),
              load.order(),
              recoveries.size(),
              load.events(),
              labels,
              ledger.records(),
              load.events() - ledger.distinct(),
              ledger.doubled(),
              reference == null ? null : ledger.differencesFrom(reference),
              accounts.isPresent(),
              labels - accounts.map(Accounts::learned).orElse(0L),
              recoveries,
              rig.exits(),
              ledger.digest(),
              problem);
      return new Outcome(result, ledger, null);
    }
  }

  private RunningJob job(Rig rig) throws IOException {
    Map<String, String> keys = load.keys(rig.bootstrapOfJob(), rig.has(Extra.LONG_TRANSACTIONS));
    if (rig.has(Extra.SUPERVISED)) {
      load.writeSchema(rig.layout().jobConfig());
      return new SupervisedJob(rig, keys, home.resolve("driftmoe"));
    }
    Path jar = home.resolve("flink-jobs/target/driftmoe-job.jar");
    return new RigJob(rig.layout(), load.options(keys), jar);
  }

  private String title() {
    return String.join("+", faults.stream().map(FaultKind::title).toList());
  }

  /** Slow enough for the load to last until the last strike, also on a busy machine. */
  private double rateOverStrikes() {
    long seconds = START.toSeconds();
    for (int i = 0; i < strikes; i++) {
      seconds += fault(i).lasts().toSeconds();
    }
    return strikes == 0 ? rate : Math.min(rate, load.events() / (double) seconds);
  }

  private FaultKind fault(int strike) {
    return faults.get(strike % faults.size());
  }

  private void strike(
      Rig rig,
      RunningJob job,
      Admin admin,
      PredictionReader reader,
      Sender sender,
      List<TopicPartition> outputs,
      List<Long> recoveries,
      Consumer<String> progress)
      throws Exception {
    SplittableRandom random = new SplittableRandom(load.seed());
    awaitFlow(reader, ends(admin, outputs));
    long begin = System.nanoTime();
    for (int i = 0; i < strikes && System.nanoTime() - begin < most.toNanos(); i++) {
      // checkpoints come every second: strikes hit any moment between two
      Thread.sleep(random.nextInt(MOST_MILLIS_BEFORE));
      if (sender.hasEnded()) {
        progress.accept("all sent after %s of %s strikes".formatted(i, strikes));
        return;
      }
      reader.silence().begin(System.nanoTime());
      fault(i).strike(rig, job, i);
      // more than once: what was on its way, or what goes on until the fault is felt, is no
      // recovery
      for (int commit = 0; commit < COMMITS; commit++) {
        awaitFlow(reader, ends(admin, outputs));
      }
      recoveries.add(TimeUnit.NANOSECONDS.toMillis(reader.silence().longest()));
      progress.accept(
          "strike %s of %s, %s: %s ms; %s of %s events sent, %s predicted%s"
              .formatted(
                  i + 1,
                  strikes,
                  fault(i).title(),
                  recoveries.get(i),
                  sender.sent(),
                  load.events(),
                  reader.ledger().distinct(),
                  job.restarts().stream()
                      .mapToObj("; numRestarts %s"::formatted)
                      .findFirst()
                      .orElse("")));
    }
  }

  /** Waits for a committed prediction behind these offsets, unless there can be none. */
  private void awaitFlow(PredictionReader reader, Map<TopicPartition, Long> ends) {
    CompletableFuture<Long> seen = reader.firstBehind(ends);
    Awaitility.await("a committed prediction")
        .atMost(PATIENCE)
        .until(
            () -> {
              reader.check();
              return seen.isDone() || reader.ledger().distinct() >= load.events();
            });
  }

  /** Offsets behind the last record of each partition, uncommitted ones included. */
  private static Map<TopicPartition, Long> ends(Admin admin, List<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin.listOffsets(latest).all().get().forEach((key, info) -> ends.put(key, info.offset()));
    return ends;
  }

  private void awaitAll(PredictionReader reader)
      throws ExecutionException, InterruptedException, TimeoutException {
    Awaitility.await("a prediction of every event")
        .atMost(PATIENCE)
        .until(
            () -> {
              reader.check();
              return reader.ledger().distinct() >= load.events();
            });
    Awaitility.await("the end of the predictions")
        .atMost(TO_THE_END)
        .until(() -> reader.atEnd().get(TO_THE_END.toSeconds(), TimeUnit.SECONDS));
  }

  /** The job's own counts, once they are those of what was sent; empty when they never are. */
  private Optional<Accounts> awaitBalance(JobOptions options, long labels) {
    try {
      return Optional.of(
          Awaitility.await("events and labels accounted for")
              .atMost(TO_THE_END)
              .pollInterval(Duration.ofSeconds(1))
              .until(
                  () -> Accounts.read(options), counts -> counts.balance(load.events(), labels)));
    } catch (ConditionTimeoutException e) {
      return Optional.empty();
    }
  }
}
