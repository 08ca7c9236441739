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
import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

/** What is counted of the heap, beside what is in it: the budgets of a job go by the count. */
final class CountedMemoryTest {

  @ParameterizedTest
  @CsvSource({
    "ADAPTIVE, 3, 0, 2, 10",
    "ADAPTIVE, 3, 0, 2, 20",
    "ADAPTIVE, 3, 0, 2, 100",
    "ADAPTIVE, 3, 0, 2, 1000",
    "ADAPTIVE, 24, 0, 2, 300",
    "PAPER_DATA, 24, 0, 2, 500",
    "PAPER_TASK, 3, 0, 2, 500"
  })
  void theCountOfAMixtureIsNearItsHeap(
      Preset preset, int numbers, int values, int classes, int events) throws IOException {
    check(preset, numbers, values, classes, events);
  }

  @ParameterizedTest
  @CsvSource({
    "ADAPTIVE, 3, 0, 2, 40000",
    "ADAPTIVE, 24, 0, 2, 10",
    "ADAPTIVE, 24, 0, 2, 100",
    "ADAPTIVE, 24, 0, 10, 4000",
    "ADAPTIVE, 24, 0, 2, 10000",
    "ADAPTIVE, 100, 0, 2, 20",
    "ADAPTIVE, 100, 0, 2, 4000",
    "ADAPTIVE, 3, 9990, 2, 4000",
    "ADAPTIVE, 3, 200, 2, 4000",
    "ADAPTIVE, 500, 0, 2, 1500",
    "ADAPTIVE, 2000, 0, 2, 1000",
    "PAPER_DATA, 3, 0, 2, 20000",
    "PAPER_DATA, 24, 0, 10, 10000",
    "PAPER_DATA, 24, 0, 2, 20000",
    "PAPER_DATA, 100, 0, 2, 8000",
    "PAPER_DATA, 3, 9990, 2, 5000",
    "PAPER_TASK, 3, 0, 2, 20000",
    "PAPER_TASK, 24, 0, 10, 10000",
    "PAPER_TASK, 100, 0, 2, 8000",
    "PAPER_TASK, 3, 9990, 2, 5000"
  })
  @Tag("slow")
  void theCountOfAMixtureIsNearItsHeap_alsoOnWideAndLongStreams(
      Preset preset, int numbers, int values, int classes, int events) throws IOException {
    check(preset, numbers, values, classes, events);
  }

  private static void check(Preset preset, int numbers, int values, int classes, int events)
      throws IOException {
    StreamSchema schema = schema(numbers, values, classes);
    MixtureConfig config = MixtureConfig.of(preset, 1);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < events; i++) {
      FeatureVector features = features(schema, random);
      int at = i / 500 % 2;
      double sum = features.get(at) + 0.3 * features.get(at + 1);
      mixture.learn(mixture.predict(features), (int) (sum / 1.3 * classes));
    }
    if (!mixture.keepsParts()) {
      mixture.releaseMemory(); // a few are kept for a while
    }
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    mixture.writeSnapshot(counter);
    if (!mixture.keepsParts()) {
      mixture.releaseMemory();
    }
    near(
        "%s, %s numbers, %s values, %s classes, %s events"
            .formatted(preset, numbers, values, classes, events),
        mixture.heapBytes(counter.size()),
        GraphLayout.parseInstance(mixture, config, schema).totalSize()
            - GraphLayout.parseInstance(config, schema).totalSize());
  }

  @ParameterizedTest
  @CsvSource({"3, 2", "24, 2", "100, 2", "24, 10"})
  void theCountOfWaitingPredictionsIsNearTheirHeap(int numbers, int classes) {
    StreamSchema schema = schema(numbers, 0, classes);
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    Pending<PendingPrediction> pending = new Pending<>(PendingPrediction::heapBytes);
    for (int i = 0; i < 2_000; i++) {
      pending.add("event-" + i, 1_000L * i, mixture.predict(features(schema, random)));
    }
    near(
        "waiting predictions of %s numbers, %s classes".formatted(numbers, classes),
        pending.bytes(),
        GraphLayout.parseInstance(pending).totalSize());
  }

  private static void near(String what, long counted, long real) {
    System.out.printf(
        Locale.ROOT,
        "%s: %,d bytes counted, %,d in the heap, %.2f of it%n",
        what,
        counted,
        real,
        counted / (double) real);
    assertThat(counted / (double) real).as(what).isBetween(0.8, 1.25);
  }

  private static StreamSchema schema(int numbers, int values, int classes) {
    List<Attribute> columns = new ArrayList<>();
    for (int a = 0; a < numbers; a++) {
      columns.add(Attribute.numeric("a" + a));
    }
    if (values > 0) {
      columns.add(
          Attribute.nominal("c", IntStream.range(0, values).mapToObj(v -> "v" + v).toList()));
    }
    return new StreamSchema(
        columns, new LabelSpace(IntStream.range(0, classes).mapToObj(c -> "c" + c).toList()));
  }

  private static FeatureVector features(StreamSchema schema, SplitMix64 random) {
    double[] x = new double[schema.features()];
    for (int a = 0; a < x.length; a++) {
      int values = schema.attributes().get(a).values().size();
      x[a] = values == 0 ? random.nextDouble() : (int) (values * random.nextDouble());
    }
    return FeatureVector.of(x);
  }
}
