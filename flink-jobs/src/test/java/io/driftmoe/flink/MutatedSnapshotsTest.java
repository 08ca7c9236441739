// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Containment;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupsSavepointStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models in state, in files and in savepoints, damaged in every {@link Mutation way}: each is read
 * as a model that goes on, or refused with a reason, in bounded memory.
 */
@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MutatedSnapshotsTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(400);
  private static final long ALLOWED_BYTES = 128L << 20;

  /** Events that a model which was read predicts and learns. */
  private static final int USES = 10;

  private static final int MOST_EVENTS_LOST = 2;

  private static final Map<String, String> SMALL =
      Map.of(
          "learner.preset", "paper-data",
          "learner.pool", "[moa-hoeffding-tree, {type: guarded}, naive-bayes, logistic-regression]",
          "learner.gates", "[fixed-share]",
          "learner.evaluation-window", "100");

  @TempDir private Path folder;

  private int accepted;
  private int refused;
  private int failedLater;
  private int eventsLost;
  private final Map<String, Integer> partsLost = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private long mostAllocated;

  /** Reads bytes, and gives the mixture in them. */
  private interface Reader {
    MixtureOfExperts read(byte[] bytes) throws IOException;
  }

  /**
   * @param bounded whether the memory is that of readers of this project; Flink's allocate what the
   *     bytes name
   */
  private record Source(byte[] bytes, Reader reader, boolean bounded) {}

  @Test
  void eachIsAModelOrRefused() throws Exception {
    run(MutationRun.count(2_000), 1);
  }

  @Tag("slow")
  @Test
  void eachOfMoreIsAModelOrRefused() throws Exception {
    run(15_000, 2);
  }

  private void run(int snapshots, long seed) throws Exception {
    Random random = new Random(seed);
    List<Source> sources = sources();
    for (Source source : sources) {
      assertThat(source.reader.read(source.bytes).describe()).isNotEmpty();
    }
    for (int i = 0; i < snapshots; i++) {
      Source source = sources.get(i % sources.size());
      read(source, Mutation.any(source.bytes, random));
    }
    assertThat(accepted).isPositive();
    assertThat(refused).isPositive();
    System.out.printf(
        "%,d mutated snapshots: %,d read, %,d refused, at most %,d KiB allocated;"
            + " of those read %,d failed later, at the cost of %,d events and of %s%n",
        snapshots, accepted, refused, mostAllocated >> 10, failedLater, eventsLost, partsLost);
    assertThat(faults).isEmpty();
    assertThat(accepted + refused).isEqualTo(snapshots);
    assertThat(mostAllocated).isLessThan(ALLOWED_BYTES);
  }

  private void read(Source source, byte[] bytes) {
    long before = MutationRun.allocated();
    MixtureOfExperts mixture = null;
    try {
      mixture = source.reader.read(bytes);
      accepted++;
    } catch (EOFException e) {
      refused++; // says it by its type
    } catch (IOException e) {
      refused++;
      requireReason(e);
    } catch (SuppressRestartsException e) {
      refused++;
      requireReason(e.getCause());
    } catch (RuntimeException | Error e) {
      fault("throws", e);
    }
    long allocated = MutationRun.allocated() - before;
    if (source.bounded) {
      mostAllocated = Math.max(mostAllocated, allocated);
    }
    if (mixture != null) {
      use(mixture);
    }
  }

  private void requireReason(Throwable e) {
    if (!(e instanceof IOException) || e.getMessage() == null || e.getMessage().isBlank()) {
      fault("gives no reason", e);
    }
  }

  private void fault(String what, Throwable e) {
    StackTraceElement[] stack = e.getStackTrace();
    faults.merge(
        "%s: %s at %s".formatted(what, e, stack.length == 0 ? "" : stack[0]), 1, Integer::sum);
  }

  /**
   * Numbers may be others. What fails over them costs a part of the mixture, which begins afresh,
   * or single events, which the job would make dead letters of; then the model goes on and can be
   * saved.
   */
  private void use(MixtureOfExperts mixture) {
    Set<String> parts = new TreeSet<>();
    mixture.containFailures(failure -> parts.add(failure.part() + " " + failure.doing()));
    int lost = 0;
    for (LabeledExample example : EXAMPLES.subList(0, USES)) {
      try {
        mixture.learn(mixture.predict(example.features()), example.label());
      } catch (Throwable failure) { // errors too, see Containment
        lost++;
        if (!Containment.contains(failure)) {
          fault("costs more than its event", failure);
        } else if (lost > MOST_EVENTS_LOST) {
          fault("goes on failing", failure);
        }
      }
    }
    try {
      mixture.writeSnapshot(new DataOutputStream(OutputStream.nullOutputStream()));
    } catch (Throwable failure) { // whatever it is
      fault("cannot be saved", failure);
    }
    failedLater += parts.isEmpty() && lost == 0 ? 0 : 1;
    eventsLost += lost;
    parts.forEach(part -> partsLost.merge(part, 1, Integer::sum));
  }

  private List<Source> sources() throws Exception {
    return List.of(
        state(SMALL, 300),
        state(SMALL, 5),
        stored(Map.of("learner.preset", "paper-task"), "model-v1.bin"),
        stored(Map.of("learner.preset", "paper-task"), "model-v3.bin"),
        stored(ModelStateSerializerTest.SPECIALISTS, "specialists-v4.bin"),
        file(),
        savepoint(true),
        savepoint(false));
  }

  private static Source state(Map<String, String> learner, int events) throws IOException {
    ModelStateSerializer serializer = ModelStateSerializerTest.serializer(learner);
    ModelState state = ModelState.create(serializer.spec());
    learn(state.mixture, events);
    return new Source(
        ModelStateSerializerTest.serialized(serializer, state), reader(serializer), true);
  }

  private static Source stored(Map<String, String> learner, String name) throws IOException {
    try (InputStream in = MutatedSnapshotsTest.class.getResourceAsStream("/state/" + name)) {
      return new Source(
          in.readAllBytes(), reader(ModelStateSerializerTest.serializer(learner)), true);
    }
  }

  private static Reader reader(ModelStateSerializer serializer) {
    return bytes ->
        serializer.deserialize(new DataInputDeserializer(bytes)).state(serializer.spec()).mixture;
  }

  private Source file() throws IOException {
    JobOptions options = Events.options(SMALL);
    MixtureOfExperts mixture =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    learn(mixture, 300);
    Path file = folder.resolve("turbine.model");
    ModelFile.write(file, new SavedModel("turbine-7", ModelSpec.of(options).origin(), mixture));
    return new Source(
        Files.readAllBytes(file),
        bytes -> {
          Files.write(file, bytes);
          return ModelFile.read(file).mixture();
        },
        true);
  }

  private static Source savepoint(boolean canonical) throws Exception {
    KeyGroupsStateHandle handle;
    try (MixtureHarness harness = new MixtureHarness(Events.options(SMALL))) {
      for (int i = 0; i < 300; i++) {
        harness.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      handle =
          (KeyGroupsStateHandle)
              (canonical ? harness.savepoint(1) : harness.checkpoint(1))
                  .getManagedKeyedState()
                  .iterator()
                  .next();
    }
    byte[] saved;
    try (FSDataInputStream in = handle.openInputStream()) {
      saved = in.readAllBytes();
    }
    return new Source(
        saved,
        bytes -> {
          StreamStateHandle content = new ByteStreamStateHandle("damaged", bytes);
          KeyedStateHandle damaged =
              canonical
                  ? new KeyGroupsSavepointStateHandle(handle.getGroupRangeOffsets(), content)
                  : new KeyGroupsStateHandle(handle.getGroupRangeOffsets(), content);
          List<SavedModel> models = SavepointReader.read(List.of(damaged), 1);
          if (models.isEmpty()) {
            throw new IOException("no model");
          }
          return models.get(0).mixture();
        },
        false);
  }

  private static void learn(MixtureOfExperts mixture, int events) {
    for (LabeledExample example : EXAMPLES.subList(0, events)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
  }
}
