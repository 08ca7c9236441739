// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static io.driftmoe.flink.ModelStateSerializerTest.assertNearFuture;
import static io.driftmoe.flink.ModelStateSerializerTest.assertSameFuture;
import static io.driftmoe.flink.ModelStateSerializerTest.input;
import static io.driftmoe.flink.ModelStateSerializerTest.resource;
import static io.driftmoe.flink.ModelStateSerializerTest.serializer;
import static io.driftmoe.flink.ModelStateSerializerTest.trained;
import static io.driftmoe.flink.ModelStateSerializerTest.trainedForStorage;
import static io.driftmoe.flink.ModelStateSerializerTest.trainedOnHeavyTails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSlotTest {

  private static byte[] bytes(ModelStateSerializer serializer, ModelSlot slot) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(slot, out);
    return out.getCopyOfBuffer();
  }

  @ParameterizedTest
  @CsvSource({"adaptive, 0", "adaptive, 100", "adaptive, 300", "paper-data, 60", "paper-task, 300"})
  void aParkedModelGoesOnBitForBit(String preset, int events) throws IOException {
    ModelStateSerializer serializer = serializer(preset);
    ModelSlot slot = ModelSlot.of(trained(serializer.spec(), events));
    slot.usedAt(11);
    byte[] before = bytes(serializer, slot);
    slot.park();
    assertThat(slot.isParked()).isTrue();
    assertThat(slot.heapBytes()).isLessThan(before.length);

    ModelSlot restored = serializer.deserialize(input(bytes(serializer, slot)));
    assertThat(restored.isParked()).isTrue();
    assertThat(restored.lastUse()).isEqualTo(11);
    ModelSlot copy = serializer.copy(slot);
    assertThat(copy.isParked()).isTrue();

    assertSameFuture(slot.state(serializer.spec()), trained(serializer.spec(), events));
    assertSameFuture(restored.state(serializer.spec()), copy.state(serializer.spec()));
    assertThat(restored.isLive()).isTrue();
    assertThat(bytes(serializer, restored)).isEqualTo(bytes(serializer, slot));
  }

  /** A job may be restored on less memory than it had. */
  @Test
  void aRestoredModelIsBytesUntilItIsUsed() throws IOException {
    ModelStateSerializer serializer = serializer("adaptive");
    ModelSlot slot = ModelSlot.of(trained(serializer.spec(), 200));
    byte[] before = bytes(serializer, slot);
    ModelSlot restored = serializer.deserialize(input(before));
    assertThat(restored.isLive()).isFalse();
    assertThat(restored.isParked()).isFalse();
    assertThat(bytes(serializer, restored)).isEqualTo(before);
    restored.park();
    assertThat(restored.isParked()).isTrue();
    assertSameFuture(restored.state(serializer.spec()), slot.state(serializer.spec()));
  }

  @Test
  void damageToAParkedModelIsFoundWhenItIsRestored() throws IOException {
    ModelStateSerializer serializer = serializer("paper-task");
    ModelSlot slot = ModelSlot.of(trained(serializer.spec(), 20));
    slot.park();
    byte[] damaged = bytes(serializer, slot);
    damaged[damaged.length - 30] ^= 4;
    assertThatExceptionOfType(SuppressRestartsException.class)
        .isThrownBy(() -> serializer.deserialize(input(damaged)))
        .havingCause()
        .withMessageContaining("parked model are damaged");
  }

  @Test
  void readsTheSlotsOfVersion1() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelSlot live = serializer.deserialize(input(resource("/state/slot-v1-live.bin")));
    ModelSlot parked = serializer.deserialize(input(resource("/state/slot-v1-parked.bin")));
    assertThat(live.isParked()).isFalse();
    assertThat(parked.isParked()).isTrue();
    assertThat(live.lastUse()).isEqualTo(7);
    assertThat(parked.lastUse()).isEqualTo(7);
    assertNearFuture(live.state(serializer.spec()), trainedForStorage(serializer.spec(), 120));
    assertNearFuture(parked.state(serializer.spec()), trainedForStorage(serializer.spec(), 200));
  }

  /** Experts with ranges of ordinary values. */
  @Test
  void readsASlotWithRanges() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelSlot slot = serializer.deserialize(input(resource("/state/slot-v1-ranges.bin")));
    assertNearFuture(slot.state(serializer.spec()), trainedForStorage(serializer.spec(), 200));
  }

  /** Columns that are read as logarithms. */
  @Test
  void readsASlotWithHeavyTails() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelSlot slot = serializer.deserialize(input(resource("/state/slot-v1-tails.bin")));
    assertNearFuture(slot.state(serializer.spec()), trainedOnHeavyTails(serializer.spec(), 200));
  }

  /** Ranges with the limits of earlier chunks, and parts with their lengths before them. */
  @Test
  void readsASlotWithLimits() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelState stored =
        serializer
            .deserialize(input(resource("/state/slot-v1-limits.bin")))
            .state(serializer.spec());
    assertNearFuture(stored, trainedOnHeavyTails(serializer.spec(), 200));
  }

  /** A reference whose errors tell changes of the stream. */
  @Test
  void readsASlotWithAReference() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelState stored =
        serializer
            .deserialize(input(resource("/state/slot-v1-reference.bin")))
            .state(serializer.spec());
    assertNearFuture(stored, trainedOnHeavyTails(serializer.spec(), 700));
  }

  /** All that alarms are made of. */
  @Test
  void readsASlotWithAlarms() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelState stored =
        serializer
            .deserialize(input(resource("/state/slot-v1-alarms.bin")))
            .state(serializer.spec());
    assertThat(stored.timeAfter(690)).isEqualTo(EventTimeMarks.UNKNOWN);
    assertNearFuture(stored, trainedOnHeavyTails(serializer.spec(), 700));
  }

  /** On which side of each feature the latest events were, and when the events were. */
  @Test
  void readsASlotWithSidesAndTimes() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelState stored =
        serializer
            .deserialize(input(resource("/state/slot-v1-sides.bin")))
            .state(serializer.spec());
    ModelState fresh = trainedOnHeavyTails(serializer.spec(), 700);
    assertThat(stored.timeAfter(690)).isEqualTo(692_000);
    assertThat(stored.mixture.evaluation().overall().labels())
        .isEqualTo(fresh.mixture.evaluation().overall().labels());
    assertNearFuture(stored, fresh);
  }

  /** The layout of today, bit for bit. */
  @Test
  void readsASlotThatSaysWhatItsObjectiveIs() throws IOException {
    ModelStateSerializer serializer = serializer(ModelStateSerializerTest.SPECIALISTS);
    ModelState stored =
        serializer
            .deserialize(input(resource("/state/slot-v1-goals.bin")))
            .state(serializer.spec());
    ModelState fresh = trainedOnHeavyTails(serializer.spec(), 700);
    assertThat(bytes(serializer, ModelSlot.of(stored)))
        .isEqualTo(bytes(serializer, ModelSlot.of(fresh)));
    assertSameFuture(stored, fresh);
  }

  /** As a checkpoint does, while the operator goes on with the model. */
  @Test
  void aModelIsWrittenAsItWas_whileAnotherThreadGoesOnWithIt() throws Exception {
    ModelStateSerializer serializer = serializer("paper-data");
    ModelSlot slot = ModelSlot.of(trained(serializer.spec(), 200));
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      for (int i = 200; i < 300; i++) {
        ModelSlot now = slot;
        byte[] before = bytes(serializer, now);
        Future<byte[]> written = writer.submit(() -> bytes(serializer, now));
        slot = serializer.copy(now);
        ModelStateSerializerTest.learn(slot.state(serializer.spec()), i, i + 1);
        assertThat(written.get()).isEqualTo(before);
        assertThat(bytes(serializer, slot)).isNotEqualTo(before);
      }
    } finally {
      writer.shutdownNow();
    }
    assertSameFuture(slot.state(serializer.spec()), trained(serializer.spec(), 300));
  }
}
