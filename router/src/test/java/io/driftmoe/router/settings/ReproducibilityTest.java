// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.experts.ensembles.GuardedFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.router.AttendanceConfig;
import io.driftmoe.router.Combination;
import io.driftmoe.router.Division;
import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.Kinds;
import io.driftmoe.router.LifecycleConfig;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Replacement;
import io.driftmoe.router.Sleeping;
import io.driftmoe.router.StepReport;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every preset, and every expert, detector and gate that a configuration can name: the same seed
 * gives the same bits, and a snapshot at any moment continues with the same bits.
 */
final class ReproducibilityTest {
  /** Numeric and nominal attributes, and three drifts. */
  private static final String STREAM = "agrawal_a";

  private static final int EVENTS = 4_000;

  // Partners of the detectors under test: what warns must come well before what finds the drift.
  private static final DetectorFactory QUICK = new AdwinFactory(0.3);
  private static final DetectorFactory SLOW = new AdwinFactory(1e-6);

  private static StreamSchema schema;
  private static final List<LabeledExample> EXAMPLES = new ArrayList<>();

  /** Experts of MOA are saved by Java serialization, which whoever starts a JVM must allow. */
  @BeforeAll
  static void allowJavaSerialization() {
    System.setProperty("driftmoe.java-serialization", "allow");
  }

  @AfterAll
  static void forbidJavaSerialization() {
    System.clearProperty("driftmoe.java-serialization");
  }

  @BeforeAll
  static void readStream() throws IOException {
    try (LabeledStream stream = StreamCatalog.open(STREAM, EVENTS, 5)) {
      schema = stream.schema();
      while (stream.hasNext()) {
        EXAMPLES.add(stream.next());
      }
    }
  }

  static Stream<Arguments> mixtures() {
    List<Arguments> all = new ArrayList<>();
    for (Preset preset : Preset.values()) {
      all.add(Arguments.of("preset " + preset.key(), MixtureConfig.of(preset, 3)));
    }
    Kinds.TABLE
        .of(ExpertFactory.class)
        .forEach((name, kind) -> all.add(Arguments.of("expert " + name, pool(kind))));
    Kinds.TABLE
        .of(GateFactory.class)
        .forEach((name, kind) -> all.add(Arguments.of("gate " + name, gates(kind))));
    all.add(Arguments.of("attendance", sleepy()));
    all.add(Arguments.of("gates all", gates(all(GateFactory.class))));
    Kinds.TABLE
        .of(Combination.class)
        .forEach((name, kind) -> all.add(Arguments.of("combination " + name, combined(kind))));
    Kinds.TABLE
        .of(DetectorFactory.class)
        .forEach(
            (name, kind) -> {
              DetectorFactory detector = (DetectorFactory) kind;
              all.add(Arguments.of("warning " + name, guardedBy(detector, SLOW)));
              all.add(Arguments.of("drift " + name, guardedBy(QUICK, detector)));
            });
    return all.stream();
  }

  /** So that somebody is always asleep. */
  private static final AttendanceConfig SLEEPY = new AttendanceConfig(200, 50, 100, 0.25, 0.01);

  /** Two experts of the kind, of which the better one learns; the other is replaced soon. */
  private static MixtureConfig pool(Record kind) {
    ExpertFactory expert = (ExpertFactory) kind;
    return config(
        new Division.Data(List.of(expert, expert), 1, new Combination.Soft()),
        MixtureConfig.of(Preset.ADAPTIVE, 3).gates());
  }

  private static MixtureConfig gates(Record... kinds) {
    ExpertFactory naiveBayes = kind(ExpertFactory.class, "naive-bayes");
    ExpertFactory tree = kind(ExpertFactory.class, "hoeffding-tree");
    ExpertFactory noChange = kind(ExpertFactory.class, "no-change");
    List<GateFactory> gates = new ArrayList<>();
    for (Record gate : kinds) {
      gates.add((GateFactory) gate);
    }
    return config(
        new Division.Data(List.of(naiveBayes, tree, noChange), 2, new Combination.ArgMax()), gates);
  }

  /** Experts of several kinds, specialists among them, of which most sleep most of the time. */
  private static MixtureConfig sleepy() {
    List<ExpertFactory> experts =
        List.of(
            kind(ExpertFactory.class, "hoeffding-tree"),
            kind(ExpertFactory.class, "no-change"),
            kind(ExpertFactory.class, "regime-library"),
            kind(ExpertFactory.class, "routed-specialists"));
    return new MixtureConfig(
        new Division.Data(experts, 4, new Combination.Soft()),
        3,
        MixtureConfig.of(Preset.ADAPTIVE, 3).gates(),
        new Replacement.Windows(new LifecycleConfig(500, 0.05, 0.999)),
        new Sleeping.ByGain(SLEEPY),
        0.002,
        100);
  }

  private static MixtureConfig combined(Record combination) {
    MixtureConfig base = gates(all(GateFactory.class));
    Division.Data regimes = (Division.Data) base.division();
    return config(
        new Division.Data(regimes.experts(), regimes.topK(), (Combination) combination),
        base.gates());
  }

  private static MixtureConfig guardedBy(DetectorFactory warning, DetectorFactory drift) {
    ExpertFactory tree = kind(ExpertFactory.class, "hoeffding-tree");
    return pool(new GuardedFactory(tree, warning, drift));
  }

  private static MixtureConfig config(Division division, List<GateFactory> gates) {
    return new MixtureConfig(
        division,
        3,
        gates,
        new Replacement.Windows(new LifecycleConfig(500, 0.05, 0.999)),
        new Sleeping.Never(),
        0.002,
        100);
  }

  private static Record[] all(Class<?> type) {
    return Kinds.TABLE.of(type).values().toArray(new Record[0]);
  }

  private static <T> T kind(Class<T> type, String name) {
    return type.cast(Kinds.TABLE.of(type).get(name));
  }

  /** Everything that can be seen of one event. */
  private static List<Object> step(MixtureOfExperts mixture, LabeledExample example) {
    PendingPrediction prediction = mixture.predict(example.features());
    List<Object> seen = new ArrayList<>();
    for (double p : prediction.probabilities()) {
      seen.add(Double.doubleToRawLongBits(p));
    }
    for (double w : prediction.gateWeights()) {
      seen.add(Double.doubleToRawLongBits(w));
    }
    StepReport report = mixture.learn(prediction, example.label());
    seen.add(report);
    return seen;
  }

  /** AssertJ builds a description of each assertion: too slow for one an event. */
  private static void assertSame(List<Object> actual, List<Object> expected, int event) {
    if (!actual.equals(expected)) {
      assertThat(actual).as("event %s", event).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mixtures")
  void sameSeedSameBits(String name, MixtureConfig config) throws IOException {
    MixtureOfExperts first = MixtureOfExperts.create(config, schema);
    MixtureOfExperts second = MixtureOfExperts.create(config, schema);
    for (int i = 0; i < 1_500; i++) {
      assertSame(step(second, EXAMPLES.get(i)), step(first, EXAMPLES.get(i)), i);
    }
    assertThat(snapshot(second)).isEqualTo(snapshot(first));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mixtures")
  void snapshotInTheMiddleContinuesWithTheSameBits(String name, MixtureConfig config)
      throws IOException {
    MixtureOfExperts uninterrupted = MixtureOfExperts.create(config, schema);
    List<MixtureOfExperts> restored = new ArrayList<>();
    boolean rehearsed = false;
    boolean slept = false;
    for (int i = 0; i < EVENTS; i++) {
      if (i == 0 || i == 501 || i == 2_003) {
        restored.add(restore(config, snapshot(uninterrupted)));
      }
      List<Object> expected = step(uninterrupted, EXAMPLES.get(i));
      List<ExpertEvent> events = ((StepReport) expected.get(expected.size() - 1)).events();
      if (!events.isEmpty()) {
        slept |= events.toString().contains("kind=SLEEP");
        rehearsed |= events.toString().contains("a replacement starts to learn");
      }
      for (MixtureOfExperts mixture : restored) {
        assertSame(step(mixture, EXAMPLES.get(i)), expected, i);
      }
    }
    for (MixtureOfExperts mixture : restored) {
      assertThat(snapshot(mixture)).isEqualTo(snapshot(uninterrupted));
    }
    if (name.equals("attendance")) {
      assertThat(slept).isTrue();
    }
    // Page-Hinkley's usual lambda of 50 errors is too slow for so few events.
    if ((name.startsWith("warning ") || name.startsWith("drift "))
        && !name.equals("warning page-hinkley")) {
      assertThat(rehearsed).as("a background expert").isTrue();
    }
  }

  static Stream<Arguments> detectors() {
    return Kinds.TABLE.of(DetectorFactory.class).entrySet().stream()
        .map((Map.Entry<String, Record> e) -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("detectors")
  void restoredDetectorContinuesWithTheSameLevels(String name, DetectorFactory factory)
      throws IOException {
    DriftDetector uninterrupted = factory.create();
    DriftDetector restored = null;
    int alarms = 0;
    for (int i = 0; i < 6_000; i++) {
      if (i % 997 == 0) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        uninterrupted.writeSnapshot(new DataOutputStream(bytes));
        restored =
            factory.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      }
      // Errors of one in ten, from 3,000 on one in two.
      double error = i % (i < 3_000 ? 10 : 2) == 0 ? 1 : 0;
      DriftLevel level = uninterrupted.update(error);
      assertThat(restored.update(error)).as("observation %s", i).isEqualTo(level);
      assertThat(restored.errorRose()).isEqualTo(uninterrupted.errorRose());
      alarms += level == DriftLevel.DRIFT ? 1 : 0;
    }
    assertThat(alarms).isPositive();
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static MixtureOfExperts restore(MixtureConfig config, byte[] bytes) throws IOException {
    return MixtureOfExperts.restore(
        config, schema, new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
