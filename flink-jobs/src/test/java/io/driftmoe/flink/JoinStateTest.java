// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.LabeledExample;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

/** The bytes of what the join keeps of a key, and its copies. */
class JoinStateTest {
  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);

  static JoinState state() {
    JoinState state = new JoinState();
    for (int i = 0; i < 20; i++) {
      state.features.read(Events.features("k", i, EXAMPLE, false));
    }
    state.labels.read(Events.label("k", 3, EXAMPLE, 1));
    for (String id : new String[] {"a", "", "ü€😀", "a"}) {
      state.learned.add(id, 10);
    }
    state.losses.add(LossCause.LABEL_WITHOUT_EVENT, 3);
    state.losses.add(LossCause.DUPLICATE_OF_LEARNED, 1L << 40);
    state.sweepAt = 77;
    state.metricsAt = 78;
    return state;
  }

  @Test
  void isReadAsItWasWritten_andWrittenAsItIsStored() throws IOException {
    byte[] stored = stored();
    assertThat(bytes(state())).isEqualTo(stored);
    JoinState read = read(stored);
    assertThat(bytes(read)).isEqualTo(stored);
    assertThat(read.features.reached()).isEqualTo(12_000);
    assertThat(read.labels.reached()).isEqualTo(TopicProgress.NOWHERE);
    assertThat(read.learned.contains("ü€😀", 10)).isTrue();
    assertThat(read.losses.byCause())
        .isEqualTo(Map.of("orphanLabels.no-event", 3L, "duplicateEvents.learned", 1L << 40));
    assertThat(read.sweepAt).isEqualTo(77);
    assertThat(read.metricsAt).isEqualTo(78);
  }

  @Test
  void aCopyChangesApart() throws IOException {
    JoinState original = state();
    JoinState copy = JoinStateSerializer.INSTANCE.copy(original);
    byte[] before = bytes(copy);
    original.features.read(Events.features("k", 100, EXAMPLE, false));
    original.labels.read(Events.label("k", 100, EXAMPLE, 1));
    original.learned.add("b", 10);
    original.losses.add(LossCause.LABEL_AT_END, 1);
    original.sweepAt = 79;
    original.metricsAt = 80;
    assertThat(bytes(copy)).isEqualTo(before);
  }

  @Test
  void damagedBytesAreRefused() throws IOException {
    byte[] stored = stored();
    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatIOException().isThrownBy(() -> read(cut));
    }
  }

  /** A key with few events must stay small. */
  @Test
  void ofAKeyWithTenEvents_itTakesLittle() throws IOException {
    JoinState state = new JoinState();
    for (int i = 0; i < 10; i++) {
      state.features.read(Events.features("k", i, EXAMPLE, false));
      state.labels.read(Events.label("k", i, EXAMPLE, 1));
      state.learned.add("event-" + i, 10_000);
    }
    assertThat(bytes(state).length).isLessThan(400);
  }

  private static byte[] stored() throws IOException {
    try (InputStream in = JoinStateTest.class.getResourceAsStream("/state/label-join-v1.bin")) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(JoinState state) throws IOException {
    return PendingSerializersTest.bytes(JoinStateSerializer.INSTANCE, state);
  }

  private static JoinState read(byte[] bytes) throws IOException {
    return JoinStateSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));
  }
}
