// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/**
 * Under limits of all kinds at once, each record is accounted for: an event is predicted or a dead
 * letter, a prediction gets its label or is a dead letter, a label is learned or a dead letter. And
 * which of it happens to which record does not depend on restarts, parking or the parallelism
 * between them.
 */
class AccountingProperties {
  private static final int RECORDS = 160;
  private static final int KEYS = 7;
  private static final List<LabeledExample> EXAMPLES = Events.examples(RECORDS);

  /** Keys are in so many groups. */
  private static final int KEY_GROUPS = 8;

  private static final MixtureHarness.Subtask ALONE = new MixtureHarness.Subtask(0, 1, KEY_GROUPS);

  /** What comes between records. */
  private enum Disturbance {
    NONE,
    RESTARTS,
    RESCALING
  }

  @Property(tries = 3, shrinking = ShrinkingMode.OFF)
  void eachRecordIsAccountedFor(@ForAll long seed) throws Exception {
    accountsForAll(seed);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  @Tag("slow")
  void eachRecordIsAccountedFor_inManyScenarios(@ForAll long seed) throws Exception {
    accountsForAll(seed);
  }

  private static void accountsForAll(long seed) throws Exception {
    JobOptions options = options(new SplitMix64(SplitMix64.derive(seed, 1)));
    List<SourceRecord.Keyed> records = records(new SplitMix64(SplitMix64.derive(seed, 2)));
    Account expected = run(options, records, Disturbance.NONE, seed);
    expected.balances(records);
    for (Disturbance disturbance : List.of(Disturbance.RESTARTS, Disturbance.RESCALING)) {
      assertThat(run(options, records, disturbance, seed).said).isEqualTo(expected.said);
    }
  }

  private static JobOptions options(SplitMix64 random) {
    Map<String, String> keys =
        new HashMap<>(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.top-k", "1",
                "learner.gates", "[fixed-share]",
                "models.park-after", "5 s"));
    keys.put("models.max", Integer.toString(1 + (int) (9 * random.nextDouble())));
    keys.put("models.when-full", random.nextDouble() < 0.5 ? "drop-idle" : "refuse");
    keys.put("input.order", random.nextDouble() < 0.5 ? "arrival" : "event-time");
    keys.put("input.duplicate-window", Integer.toString((int) (20 * random.nextDouble())));
    keys.put("labels.timeout", random.nextDouble() < 0.5 ? "20 s" : "1 h");
    mayPut(random, keys, "models.live-bytes", "1048576");
    mayPut(random, keys, "labels.max-pending", "3");
    mayPut(random, keys, "labels.max-pending-bytes", "3000");
    mayPut(random, keys, "labels.total-pending-bytes", "1048576");
    mayPut(random, keys, "input.duplicate-bytes", "65536");
    return Events.options(keys);
  }

  private static void mayPut(
      SplitMix64 random, Map<String, String> keys, String key, String value) {
    if (random.nextDouble() < 0.3) {
      keys.put(key, value);
    }
  }

  /** Whether event i brings its label; its id is i. */
  private static boolean bringsLabel(int i) {
    return i % 3 == 0;
  }

  /** One a second: events, some of them again, and labels of one of the last or next events. */
  private static List<SourceRecord.Keyed> records(SplitMix64 random) {
    List<SourceRecord.Keyed> records = new ArrayList<>();
    for (int now = 0; now < RECORDS; now++) {
      boolean label = random.nextDouble() < 0.4;
      int i = label ? now - 8 + (int) (10 * random.nextDouble()) : now;
      if (!label && random.nextDouble() < 0.1) {
        i = now - (int) (10 * random.nextDouble());
      }
      i = Math.max(0, Math.min(RECORDS - 1, i));
      String key = "key" + 5 * i % KEYS;
      double clock = random.nextDouble();
      int wrong = clock < 0.05 ? 3_000_000 : clock < 0.1 ? -30_000 : 0;
      long time = 1_000L * now + wrong;
      long progress = Math.min(time, 1_000L * now);
      boolean byKey = random.nextDouble() < 0.98;
      if (label) {
        int name = random.nextDouble() < 0.5 ? 0 : 1;
        records.add(new SourceRecord.Label(key, "" + i, time, 0, now, name, byKey, progress));
      } else {
        LabeledExample example = EXAMPLES.get(i);
        records.add(
            new SourceRecord.Features(
                key,
                "" + i,
                time,
                0,
                now,
                example.features(),
                bringsLabel(i) ? example.label() : -1,
                0,
                byKey,
                progress));
      }
    }
    return records;
  }

  private static Account run(
      JobOptions options, List<SourceRecord.Keyed> records, Disturbance disturbance, long seed)
      throws Exception {
    SplitMix64 random = new SplitMix64(SplitMix64.derive(seed, 3));
    SplitMix64 disturbances = new SplitMix64(SplitMix64.derive(seed, 4));
    Account account = new Account(options);
    MixtureHarness operator = new MixtureHarness(options, null, ALONE);
    long watermark = Long.MIN_VALUE;
    long clock = 0;
    for (int now = 0; now < records.size(); now++) {
      operator.send(records.get(now));
      if (random.nextDouble() < 0.2) {
        watermark = 1_000L * now - 3_000;
        operator.watermark(watermark);
      }
      if (random.nextDouble() < 0.1) {
        clock = 1_000L * now;
        operator.processingTime(clock);
      }
      if (disturbance != Disturbance.NONE && disturbances.nextDouble() < 0.1) {
        OperatorSubtaskState state = saved(operator, now, disturbances.nextDouble());
        account.add(operator);
        operator.cancel();
        if (disturbance == Disturbance.RESCALING) {
          state = throughTwo(options, state, now);
        }
        operator = new MixtureHarness(options, state, ALONE);
        operator.processingTime(clock);
        operator.watermark(watermark);
      }
    }
    operator.watermark(Long.MAX_VALUE);
    assertThat(operator.eventTimeTimers()).isZero();
    account.add(operator);
    operator.cancel();
    Collections.sort(account.said); // a watermark has many timers of different keys
    return account;
  }

  private static OperatorSubtaskState saved(MixtureHarness operator, int id, double how)
      throws Exception {
    if (how < 0.4) {
      return operator.checkpoint(id);
    } else if (how < 0.7) {
      return operator.savepoint(id);
    }
    OperatorSnapshotFutures running = operator.startCheckpoint(id);
    operator.models().parkIdle(1_000_000_000);
    return MixtureHarness.finish(running);
  }

  /** The state of one subtask after two have had it. */
  private static OperatorSubtaskState throughTwo(
      JobOptions options, OperatorSubtaskState state, int id) throws Exception {
    OperatorSubtaskState[] parts = new OperatorSubtaskState[2];
    for (int index = 0; index < parts.length; index++) {
      MixtureHarness.Subtask subtask = new MixtureHarness.Subtask(index, parts.length, KEY_GROUPS);
      MixtureHarness operator = new MixtureHarness(options, subtask.part(state, 1), subtask);
      parts[index] = operator.checkpoint(RECORDS + id);
      operator.cancel();
    }
    return ALONE.part(AbstractStreamOperatorTestHarness.repackageState(parts), parts.length);
  }

  /** What became of the records. */
  private static final class Account {
    private final JobOptions options;
    private final List<String> said = new ArrayList<>();
    private int predicted;
    private int waited;
    private int expired;
    private int refusedEvents;
    private int refusedLabels;
    private int orphans;
    private int duplicates;

    private Account(JobOptions options) {
      this.options = options;
    }

    private void add(MixtureHarness operator) throws Exception {
      for (PredictionEvent prediction : operator.predictions()) {
        predicted++;
        waited += bringsLabel(Integer.parseInt(prediction.getEventId())) ? 0 : 1;
        said.add(
            "%s %s of version %s: %s"
                .formatted(
                    prediction.getModelKey(),
                    prediction.getEventId(),
                    prediction.getModelVersion(),
                    prediction.getProbabilities()));
      }
      for (DeadLetter letter : operator.deadLetters()) {
        said.add(letter.getKind() + " " + letter.getOffset() + " " + letter.getReason());
        add(letter);
      }
      for (DriftEvent event : operator.driftEvents()) {
        said.add(event.getModelKey() + " " + event.getKind() + " " + event.getDescription());
      }
    }

    private void add(DeadLetter letter) {
      boolean isLabel = letter.getTopic().equals(options.topics().labels());
      switch (letter.getKind()) {
        case EXPIRED_PREDICTION -> expired++;
        case ORPHAN_LABEL -> orphans++;
        case DUPLICATE -> duplicates++;
        case REFUSED -> {
          refusedLabels += isLabel ? 1 : 0;
          refusedEvents += isLabel ? 0 : 1;
        }
        default -> throw new AssertionError(letter.toString());
      }
    }

    private void balances(List<SourceRecord.Keyed> records) {
      int labels = (int) records.stream().filter(SourceRecord.Label.class::isInstance).count();
      assertThat(predicted + duplicates + refusedEvents).isEqualTo(records.size() - labels);
      assertThat(waited - expired).as("labels that met their event").isNotNegative();
      assertThat(waited - expired + orphans + refusedLabels).isEqualTo(labels);
    }
  }
}
