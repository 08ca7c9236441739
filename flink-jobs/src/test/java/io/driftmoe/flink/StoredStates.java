// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/**
 * Writes the stored states of the newest layout anew. Not run with the tests: only when the layout
 * has changed since the last release, with
 *
 * <pre>
 * mvn -pl flink-jobs -am test -Dtest=StoredStates -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
class StoredStates {
  private static final Path FOLDER = Path.of("src/test/resources/state");

  @Test
  void write() throws IOException {
    // up to version 4 all mixtures were written whole; those of version 3 hold what waits inside,
    // and savepoint-v3.bin a whole operator of that time; up to version 5 there were no slots; the
    // slots live and parked are from before experts had ranges of ordinary values,
    // slot-v1-ranges.bin is from before columns were read as logarithms, slot-v1-tails.bin from
    // before each part had its length before it, and ranges limits of earlier chunks,
    // slot-v1-limits.bin from before there was a reference, slot-v1-reference.bin from before
    // there were alarms, slot-v1-alarms.bin from before these said when and where, and
    // slot-v1-sides.bin from before there were objectives and calibration
    ModelStateSerializer specialists =
        ModelStateSerializerTest.serializer(ModelStateSerializerTest.SPECIALISTS);
    write(
        "slot-v1-goals.bin",
        specialists,
        ModelSlot.of(ModelStateSerializerTest.trainedOnHeavyTails(specialists.spec(), 700)));
    DataOutputSerializer serializer = new DataOutputSerializer(1 << 12);
    TypeSerializerSnapshot.writeVersionedSnapshot(
        serializer,
        ModelStateSerializerTest.serializer(ModelStateSerializerTest.CUSTOM)
            .snapshotConfiguration());
    Files.write(FOLDER.resolve("serializer-v4-with-goals.bin"), serializer.getCopyOfBuffer());
    Files.write(
        FOLDER.resolve("early-labels-v1.bin"),
        PendingSerializersTest.bytes(
            EarlyLabelsSerializer.INSTANCE, PendingSerializersTest.labels()));
    Files.write(
        FOLDER.resolve("waiting-predictions-v2.bin"),
        PendingSerializersTest.bytes(
            WaitingPredictionsSerializer.INSTANCE, PendingSerializersTest.predictions()));
    Files.write(
        FOLDER.resolve("waiting-predictions-v3.bin"),
        PendingSerializersTest.bytes(
            WaitingPredictionsSerializer.INSTANCE, PendingSerializersTest.shadowed()));
    write("slot-v1-branches.bin", BranchStateTest.SERIALIZER, BranchStateTest.slot());
    write("slot-v1-promoted.bin", PromotionTest.serializer(), PromotionTest.slot());
  }

  private static void write(String name, ModelStateSerializer serializer, ModelSlot slot)
      throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(1 << 12);
    serializer.serialize(slot, bytes);
    assertThat(bytes.length()).isLessThan(500_000);
    Files.write(FOLDER.resolve(name), bytes.getCopyOfBuffer());
  }
}
