// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every gate and every product of gates must do. */
final class GateContractTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.nominal("side", List.of("left", "right"))),
          new LabelSpace(List.of("a", "b", "c")));
  private static final int EXPERTS = 3;
  private static final GateShape SHAPE = new GateShape(SCHEMA, EXPERTS);

  private static NetworkConfig network(InputEncoding inputs, double dropout, int batchSize) {
    return new NetworkConfig(inputs, List.of(8), 0.01, dropout, batchSize, 1);
  }

  static Stream<List<GateFactory>> gates() {
    GateFactory raw = new MaskGateFactory(network(InputEncoding.RAW, 0, 7));
    GateFactory dropping = new MaskGateFactory(network(InputEncoding.STANDARDISED, 0.2, 1));
    GateFactory likelihood = new LikelihoodGateFactory(network(InputEncoding.STANDARDISED, 0, 4));
    GateFactory responsibility = new ResponsibilityGateFactory(List.of(8), 0.01, 4);
    GateFactory fixed = new FixedShareGateFactory(FixedShareConfig.defaults());
    GateFactory trusted = new TrustedShareGateFactory(FixedShareConfig.defaults(), 0.9);
    return Stream.of(
        List.of(raw),
        List.of(dropping),
        List.of(likelihood),
        List.of(responsibility),
        List.of(fixed),
        List.of(trusted),
        List.of(likelihood, fixed),
        List.of(fixed, raw, likelihood, responsibility));
  }

  /** Kinds that see the features, and so can tell where an expert is right. */
  private static final Set<Class<?>> SEEING =
      Set.of(MaskGateFactory.class, LikelihoodGateFactory.class, ResponsibilityGateFactory.class);

  /** A new kind of gate is to stand among those above. */
  @Test
  void everyKindIsTested() throws Exception {
    Set<Class<?>> tested =
        gates().flatMap(List::stream).map(Object::getClass).collect(Collectors.toSet());
    Path classes =
        Path.of(GateFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<Class<?>> kinds = new HashSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String path = classes.relativize(file).toString();
        String name = path.substring(0, path.length() - ".class".length());
        Class<?> type =
            Class.forName(
                name.replace(File.separatorChar, '.'), false, GateFactory.class.getClassLoader());
        if (type != GateFactory.class && GateFactory.class.isAssignableFrom(type)) {
          kinds.add(type);
        }
      }
    }
    assertThat(kinds).isEqualTo(tested).containsAll(SEEING);
  }

  private static GateProduct create(List<GateFactory> gates, long seed) {
    return GateProduct.create(gates, SHAPE, seed);
  }

  private static final boolean[] ALL = {true, true, true};

  private record Event(FeatureVector features, long seed, Outcome outcome) {}

  /** On the left expert 0 is right, on the right expert 2; expert 1 never. */
  private static List<Event> events(int count, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int side = random.nextDouble() < 0.5 ? 0 : 1;
      double[] values = {random.nextDouble() * 4 - 2, side};
      boolean[] mask = {side == 0, false, side == 1};
      double[] likelihoods = {side == 0 ? 0.9 : 0.1, 0.05, side == 1 ? 0.9 : 0.1};
      Outcome outcome = new Outcome(mask, likelihoods, new double[EXPERTS], ALL, 3);
      outcome.divide(new double[] {1, 1, 1});
      events.add(new Event(FeatureVector.of(values), i, outcome));
    }
    return events;
  }

  private static double[] weigh(GateProduct gates, Event event) {
    double[] weights = new double[EXPERTS];
    Arrays.fill(weights, Double.NaN);
    gates.weigh(event.features(), event.seed(), weights);
    return weights;
  }

  private static List<double[]> run(GateProduct gates, List<Event> events) {
    List<double[]> all = new ArrayList<>();
    for (Event event : events) {
      all.add(weigh(gates, event));
      gates.learn(event.features(), event.seed(), event.outcome());
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("gates")
  void weightsAreADistribution(List<GateFactory> configs) {
    for (double[] weights : run(create(configs, 1), events(500, 1))) {
      assertThat(Arrays.stream(weights).allMatch(w -> w >= 0 && w <= 1)).isTrue();
      assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
    }
  }

  @ParameterizedTest
  @MethodSource("gates")
  void learnsWhichExpertIsNeverRight(List<GateFactory> configs) {
    GateProduct gates = create(configs, 1);
    run(gates, events(3_000, 2));
    double[] sum = new double[EXPERTS];
    for (Event event : events(200, 3)) {
      double[] weights = weigh(gates, event);
      for (int e = 0; e < EXPERTS; e++) {
        sum[e] += weights[e] / 200;
      }
    }
    assertThat(sum[1]).isLessThan(0.5 * Math.min(sum[0], sum[2]));
  }

  @ParameterizedTest
  @MethodSource("gates")
  void networksLearnWhereEachExpertIsRight(List<GateFactory> configs) {
    boolean sees = configs.stream().anyMatch(kind -> SEEING.contains(kind.getClass()));
    GateProduct gates = create(configs, 1);
    run(gates, events(3_000, 4));
    double left = 0;
    int n = 0;
    for (Event event : events(400, 5)) {
      if (event.features().get(1) == 0) {
        double[] weights = weigh(gates, event);
        left += weights[0] - weights[2];
        n++;
      }
    }
    if (sees) {
      assertThat(left / n).isGreaterThan(0.2);
    } else {
      assertThat(Math.abs(left / n)).isLessThan(0.5);
    }
  }

  @ParameterizedTest
  @MethodSource("gates")
  void sameSeedSameBits(List<GateFactory> configs) throws IOException {
    GateProduct first = create(configs, 9);
    GateProduct second = create(configs, 9);
    List<double[]> weights = run(first, events(300, 6));
    List<double[]> again = run(second, events(300, 6));
    for (int i = 0; i < weights.size(); i++) {
      assertThat(again.get(i)).isEqualTo(weights.get(i));
    }
    assertThat(snapshot(second)).isEqualTo(snapshot(first));
  }

  @ParameterizedTest
  @MethodSource("gates")
  void restoredContinuesBitForBit(List<GateFactory> configs) throws IOException {
    List<Event> events = events(300, 7);
    for (int cut : new int[] {0, 1, 3, 150, 299}) {
      GateProduct whole = create(configs, 9);
      run(whole, events.subList(0, cut));
      byte[] bytes = snapshot(whole);
      GateProduct restored = restore(configs, bytes);
      List<double[]> expected = run(whole, events.subList(cut, events.size()));
      List<double[]> actual = run(restored, events.subList(cut, events.size()));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).isEqualTo(expected.get(i));
      }
      assertThat(snapshot(restored)).isEqualTo(snapshot(whole));
    }
  }

  @ParameterizedTest
  @MethodSource("gates")
  void truncatedSnapshotIsRejected(List<GateFactory> configs) throws IOException {
    GateProduct gates = create(configs, 9);
    run(gates, events(10, 8));
    byte[] bytes = snapshot(gates);
    for (int length = 0; length < bytes.length; length += 11) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> restore(configs, cut)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("gates")
  void aReplacedExpertGetsAChance(List<GateFactory> configs) {
    GateProduct gates = create(configs, 9);
    run(gates, events(2_000, 9));
    Event event = events(1, 10).get(0);
    double before = weigh(gates, event)[1];
    gates.replaced(1);
    double after = weigh(gates, event)[1];
    assertThat(after).isGreaterThanOrEqualTo(before);
    if (configs.stream().anyMatch(kind -> !SEEING.contains(kind.getClass()))) {
      assertThat(after).isGreaterThan(before);
    }
  }

  private static byte[] snapshot(GateProduct gates) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    gates.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static GateProduct restore(List<GateFactory> configs, byte[] bytes) throws IOException {
    return GateProduct.restore(
        configs, SHAPE, new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
