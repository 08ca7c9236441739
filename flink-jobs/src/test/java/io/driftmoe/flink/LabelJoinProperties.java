// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;

/**
 * However topics, partitions and keys are interleaved, and wherever the job restarts, a label is
 * learned if and only if its event exists and their times differ by at most the timeout. Some
 * events are of a clock that is an hour ahead, which the decoder lets through.
 */
class LabelJoinProperties {
  private static final List<LabeledExample> EXAMPLES = Events.examples(100);
  private static final int TIMEOUT_SECONDS = 20;
  private static final int EVENTS = 80;

  /** Milliseconds, less than {@code input.out-of-orderness}. */
  private static final int DISORDER = 4_000;

  /**
   * @param seed of all that is random
   * @param keys of models
   * @param partitions of each topic
   * @param byModelKey whether the partition of a record is that of its key
   * @param oneAfterAnother how likely the partition that was read is read on
   * @param byTime whether records are processed in event-time order
   */
  record Scenario(
      long seed,
      int keys,
      int partitions,
      boolean byModelKey,
      double oneAfterAnother,
      boolean byTime) {}

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 3),
            Arbitraries.of(false, true),
            Arbitraries.of(0.0, 0.9, 0.99, 1.0),
            Arbitraries.of(false, false, true))
        .as(Scenario::new);
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void everyInterleavingJoinsTheSame(@ForAll("scenarios") Scenario scenario) throws Exception {
    joins(scenario);
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  @Tag("slow")
  void everyInterleavingJoinsTheSame_inManyScenarios(@ForAll("scenarios") Scenario scenario)
      throws Exception {
    joins(scenario);
  }

  private static void joins(Scenario scenario) throws Exception {
    SplitMix64 random = new SplitMix64(scenario.seed);
    Map<String, Queue<SourceRecord.Keyed>> logs = new HashMap<>();
    TreeSet<String> joined = new TreeSet<>();
    TreeSet<String> unlabelled = new TreeSet<>();
    TreeSet<String> orphans = new TreeSet<>();
    for (int key = 0; key < scenario.keys; key++) {
      write(scenario, "key " + key, random, logs, joined, unlabelled, orphans);
    }
    Outcome outcome = run(scenario, random, logs);
    assertThat(outcome.orphans).isEqualTo(orphans);
    assertThat(outcome.expired).isEqualTo(unlabelled);
    assertThat(outcome.labels).isEqualTo(joined.size());
  }

  private static void write(
      Scenario scenario,
      String key,
      SplitMix64 random,
      Map<String, Queue<SourceRecord.Keyed>> logs,
      TreeSet<String> joined,
      TreeSet<String> unlabelled,
      TreeSet<String> orphans) {
    int home = (int) (scenario.partitions * random.nextDouble());
    List<SourceRecord.Label> labels = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      String id = key + " event " + i;
      long time = 1_000L * i + (long) (DISORDER * random.nextDouble());
      double fate = random.nextDouble();
      if (fate < 0.1) { // never labelled
        unlabelled.add(id);
      } else {
        long delay = (long) (1_000 * TIMEOUT_SECONDS * random.nextDouble());
        if (fate < 0.2) { // too late
          delay += 1_000 * TIMEOUT_SECONDS + 1;
          unlabelled.add(id);
          orphans.add(id);
        } else if (fate < 0.3) { // the event is lost
          orphans.add(id);
        } else {
          joined.add(id);
        }
        labels.add(
            new SourceRecord.Label(
                key, id, time + delay, 0, i, EXAMPLES.get(i).label(), scenario.byModelKey));
      }
      if (random.nextDouble() < 0.05) {
        int partition = partition(scenario, home, random);
        String ahead = id + " of a clock that is ahead";
        joined.add(ahead);
        log(logs, "features", partition)
            .add(features(scenario, key, ahead, time + 3_600_000, partition, i, true));
      }
      if (fate < 0.2 || fate >= 0.3) {
        int partition = partition(scenario, home, random);
        log(logs, "features", partition)
            .add(features(scenario, key, id, time, partition, i, false));
      }
    }
    Map<String, Double> places = new HashMap<>();
    for (SourceRecord.Label label : labels) {
      places.put(label.eventId(), label.eventTime() + DISORDER * random.nextDouble());
    }
    labels.sort(Comparator.comparing((SourceRecord.Label label) -> places.get(label.eventId())));
    for (SourceRecord.Label label : labels) {
      int partition = partition(scenario, home, random);
      log(logs, "labels", partition)
          .add(
              new SourceRecord.Label(
                  key,
                  label.eventId(),
                  label.eventTime(),
                  partition,
                  label.offset(),
                  label.label(),
                  scenario.byModelKey));
    }
  }

  private static SourceRecord.Features features(
      Scenario scenario, String key, String id, long time, int partition, int i, boolean labelled) {
    LabeledExample example = EXAMPLES.get(i);
    return new SourceRecord.Features(
        key,
        id,
        time,
        partition,
        i,
        example.features(),
        labelled ? example.label() : -1,
        0,
        scenario.byModelKey);
  }

  private static int partition(Scenario scenario, int home, SplitMix64 random) {
    return scenario.byModelKey ? home : (int) (scenario.partitions * random.nextDouble());
  }

  private static Queue<SourceRecord.Keyed> log(
      Map<String, Queue<SourceRecord.Keyed>> logs, String topic, int partition) {
    return logs.computeIfAbsent(topic + partition, name -> new ArrayDeque<>());
  }

  private static final class Outcome {
    private final TreeSet<String> orphans = new TreeSet<>();
    private final TreeSet<String> expired = new TreeSet<>();
    private long labels;

    private void add(MixtureHarness operator) throws Exception {
      for (DeadLetter letter : operator.deadLetters()) {
        if (letter.getKind() == DeadLetterKind.ORPHAN_LABEL) {
          orphans.add(Events.LABEL_EVENTS.decode(letter.getValue().array()).getEventId());
        } else {
          expired.add(letter.getReason().split("'")[1]);
        }
      }
      for (MetricsEvent report : operator.metrics()) {
        if (report.getFinalReport()) {
          labels += report.getLabels();
        }
      }
    }
  }

  private static Outcome run(
      Scenario scenario, SplitMix64 random, Map<String, Queue<SourceRecord.Keyed>> logs)
      throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.top-k", "1",
                "learner.gates", "[fixed-share]",
                "labels.timeout", TIMEOUT_SECONDS + " s",
                "input.order", scenario.byTime ? "event-time" : "arrival"));
    Outcome outcome = new Outcome();
    MixtureHarness operator = new MixtureHarness(options);
    Queue<SourceRecord.Keyed> reading = new ArrayDeque<>();
    long watermark = 0;
    for (int i = 0; !logs.values().stream().allMatch(Queue::isEmpty); i++) {
      if (reading.isEmpty() || random.nextDouble() >= scenario.oneAfterAnother) {
        List<Queue<SourceRecord.Keyed>> left =
            logs.values().stream().filter(log -> !log.isEmpty()).toList();
        reading = left.get((int) (left.size() * random.nextDouble()));
      }
      operator.send(reading.remove());
      if (random.nextDouble() < 0.1) { // whatever it says
        watermark += (long) (10_000 * random.nextDouble());
        operator.watermark(watermark);
      }
      if (random.nextDouble() < 0.02) {
        OperatorSubtaskState checkpoint = operator.checkpoint(i);
        outcome.add(operator);
        operator.close();
        operator = new MixtureHarness(options, checkpoint);
      }
    }
    operator.watermark(Long.MAX_VALUE);
    outcome.add(operator);
    assertThat(operator.eventTimeTimers()).isZero();
    operator.close();
    return outcome;
  }
}
