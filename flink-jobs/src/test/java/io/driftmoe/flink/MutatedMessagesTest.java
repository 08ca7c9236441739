// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.LabelEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages of which some bytes are others, or that are cut or longer: each is accounted for. */
class MutatedMessagesTest {
  /** Each key has a model, and its bytes are in the savepoint. */
  private static final int MODELS = 3;

  private static final JobOptions OPTIONS = Events.options(Map.of("learner.preset", "paper-data"));

  @Test
  void eachIsARecordOrADeadLetter() throws Exception {
    processes(20_000, 200);
  }

  @Tag("slow")
  @Test
  void eachOfAMillionIsARecordOrADeadLetter() throws Exception {
    processes(1_000_000, 5_000);
  }

  /**
   * @param learned so many of those that are records go through the operator
   */
  private static void processes(int messages, int learned) throws Exception {
    EventDecoder decoder = new EventDecoder(OPTIONS);
    decoder.open(null);
    byte[] features =
        Events.FEATURE_EVENTS.encode(
            Events.wireFeatures("modèle", 7, Events.examples(1).get(0), true));
    byte[] label = Events.LABEL_EVENTS.encode(new LabelEvent("modèle", "7", "UP", 9_000L));
    Random random = new Random(3);
    Set<String> keys = new HashSet<>();
    List<SourceRecord.Keyed> accepted = new ArrayList<>();
    long records = 0;
    long letters = 0;
    for (int i = 0; i < messages; i++) {
      boolean isLabel = random.nextInt(4) == 0;
      List<SourceRecord> out = new ArrayList<>(1);
      decoder.deserialize(
          new ConsumerRecord<>(
              isLabel ? OPTIONS.topics().labels() : OPTIONS.topics().features(),
              0,
              i,
              null,
              mutated(isLabel ? label : features, random)),
          new ListCollector<>(out));
      assertThat(out).hasSize(1);
      if (out.get(0) instanceof SourceRecord.Keyed record) {
        records++;
        if (keys.size() < MODELS) {
          keys.add(record.modelKey());
        }
        if (accepted.size() < learned && keys.contains(record.modelKey())) {
          accepted.add(record);
        }
      } else {
        letters++;
      }
    }
    assertThat(records).isPositive();
    assertThat(letters).isPositive();
    assertThat(records + letters).isEqualTo(messages);
    try (MixtureHarness harness = new MixtureHarness(OPTIONS)) {
      for (SourceRecord.Keyed record : accepted) {
        harness.send(record);
      }
      harness.savepoint(1);
    }
  }

  private static byte[] mutated(byte[] message, Random random) {
    byte[] bytes = message.clone();
    for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
      // rarely the marker and the fingerprint: behind them nothing would be read
      int from = random.nextInt(10) == 0 ? 0 : 10;
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
    }
    return random.nextInt(10) == 0 ? Arrays.copyOf(bytes, random.nextInt(2 * bytes.length)) : bytes;
  }
}
