// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

/** What a key takes that has had few events. */
final class YoungKeysTest {
  private static final long MOST_BYTES = 64 << 10;

  @ParameterizedTest
  @CsvSource({
    "ADAPTIVE, 3, 2",
    "ADAPTIVE, 24, 2",
    "ADAPTIVE, 24, 10",
    "ADAPTIVE, 100, 5",
    "ADAPTIVE, 24, 50",
    "PAPER_DATA, 3, 2",
    "PAPER_DATA, 24, 10",
    "PAPER_TASK, 3, 2",
    "PAPER_TASK, 24, 10"
  })
  void aKeyOfTenEventsTakesAtMost64KibibytesOfHeapAndCheckpoint(
      Preset preset, int attributes, int classes) throws IOException {
    StreamSchema schema = schema(attributes, classes);
    MixtureConfig config = MixtureConfig.of(preset, 1);
    MixtureOfExperts mixture = learned(config, schema, 10);
    assertThat(mixture.releaseMemory()).isTrue();
    assertThat(ownBytes(mixture, config, schema)).isLessThan(MOST_BYTES);
    assertThat(snapshotBytes(mixture)).isLessThan(MOST_BYTES);
  }

  /** Nobody has to release anything: the heap itself, where there are many keys. */
  @Test
  @Tag("slow")
  void manyKeysOfTenEventsFitIntoTheHeap() {
    StreamSchema schema = schema(3, 2);
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 1);
    List<MixtureOfExperts> mixtures = new ArrayList<>();
    learned(config, schema, 10);
    long before = HeapMeter.used();
    for (int key = 0; key < 500; key++) {
      mixtures.add(learned(config, schema, 10));
    }
    long each = (HeapMeter.used() - before) / mixtures.size();
    assertThat(each).isLessThan(MOST_BYTES);
    assertThat(mixtures.get(0).version()).isEqualTo(10);
  }

  /** The table of what keys take: {@code attributes classes events heap released checkpoint}. */
  @Test
  @Tag("slow")
  void theYoungerTheSmaller() throws IOException {
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 1);
    for (int[] size : new int[][] {{3, 2}, {24, 2}, {24, 10}}) {
      StreamSchema schema = schema(size[0], size[1]);
      for (int events : new int[] {1, 10, 100, 1_000}) {
        MixtureOfExperts mixture = learned(config, schema, events);
        long held = ownBytes(mixture, config, schema);
        boolean young = mixture.releaseMemory();
        long released = ownBytes(mixture, config, schema);
        long checkpoint = snapshotBytes(mixture);
        System.out.printf(
            Locale.ROOT,
            "%d attributes, %d classes, %d events: %d bytes in use, %d released, %d in a checkpoint%n",
            size[0],
            size[1],
            events,
            held,
            released,
            checkpoint);
        assertThat(young).isEqualTo(events < 1_000);
        assertThat(released).isLessThan(young ? held / 10 : held + 1);
        assertThat(checkpoint).isLessThan(young ? held / 10 : held);
      }
    }
  }

  private static StreamSchema schema(int attributes, int classes) {
    List<Attribute> columns = new ArrayList<>();
    for (int a = 0; a < attributes; a++) {
      columns.add(Attribute.numeric("a" + a));
    }
    List<String> names = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      names.add("c" + c);
    }
    return new StreamSchema(columns, new LabelSpace(names));
  }

  private static MixtureOfExperts learned(MixtureConfig config, StreamSchema schema, int events) {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < events; i++) {
      double[] x = new double[schema.features()];
      for (int a = 0; a < x.length; a++) {
        x[a] = random.nextDouble();
      }
      mixture.learn(mixture.predict(FeatureVector.of(x)), (int) (x[0] * schema.classes()));
    }
    return mixture;
  }

  /** Without what the keys of a job share. */
  private static long ownBytes(
      MixtureOfExperts mixture, MixtureConfig config, StreamSchema schema) {
    return GraphLayout.parseInstance(mixture, config, schema).totalSize()
        - GraphLayout.parseInstance(config, schema).totalSize();
  }

  private static long snapshotBytes(MixtureOfExperts mixture) throws IOException {
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    mixture.writeSnapshot(counter);
    return counter.size();
  }
}
