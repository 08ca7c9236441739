// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link NetworkBackend} must do; a test of one extends this class and says which.
 *
 * <p>Collections are forced while networks learn, with garbage between their arrays, so that the
 * arrays move: a device that remembers addresses is found out.
 */
public abstract class NetworkBackendContract {
  /** Tag of the tests in which collections are the point; they run under a second collector. */
  protected static final String COLLECTOR = "collector";

  /** Tag of tests that only the profile of this name runs. */
  private static final String SLOW = "slow";

  private static final int STEPS = 100;

  /** Where a size is tried; the random cases take as many as the tolerance is stated for. */
  private static final int FEW_STEPS = 30;

  private static final int BATCHES = 3;
  private static final double FORWARD_TOLERANCE = 1e-6;
  private static final double TRAINING_TOLERANCE = 1e-4;

  private final NetworkBackend reference = new ReferenceBackend();

  /** The back end under test, open; may be the same one each time. */
  protected abstract NetworkBackend backend();

  /**
   * The most rows, summed over the stack, times parameters of a random case; nine in ten cases have
   * a tenth at most. For a back end that needs more than minutes for the default.
   */
  protected long mostWork() {
    return 2_000_000;
  }

  /** Networks and their steps on each mini-batch, with garbage to come between the arrays. */
  private static final class Training {
    final NetworkCase drawn;
    final List<Mlp> networks;
    final List<List<TrainingStep>> batches = new ArrayList<>();
    private final List<float[]> ballast = new ArrayList<>();

    Training(NetworkCase drawn) {
      this.drawn = drawn;
      this.networks = drawn.networks();
      SplitMix64 random = new SplitMix64(drawn.seed());
      for (int b = 0; b < BATCHES; b++) {
        List<TrainingStep> steps = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
          ballast.add(new float[1 + (int) (random.nextDouble() * 50_000)]);
          steps.add(drawn.step(networks.get(i), i, b));
        }
        batches.add(steps);
      }
    }

    List<TrainingStep> stacked(int step) {
      return batches.get(step % BATCHES);
    }

    List<TrainingStep> alone(int network, int step) {
      return stacked(step).subList(network, network + 1);
    }

    /** Drops every second piece of what lies between the arrays and has the rest moved. */
    void collect() {
      for (int i = ballast.size() - 1; i >= 0; i -= 2) {
        ballast.remove(i);
      }
      System.gc();
    }
  }

  // Shrinking would go on in another thread, beside the next test and on the same back end.
  @Property(tries = 10, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void agreesWithTheReferenceStackedAndAlone(@ForAll("cases") NetworkCase drawn) {
    agree(drawn, STEPS);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  @net.jqwik.api.Tag(COLLECTOR)
  @net.jqwik.api.Tag(SLOW)
  void agreesWithTheReferenceInManyCases(@ForAll("cases") NetworkCase drawn) {
    agree(drawn, STEPS);
  }

  @Provide
  final Arbitrary<NetworkCase> cases() {
    Arbitrary<Integer> width =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(1, 40)),
            Tuple.of(2, Arbitraries.of(1, 3, 17, 255, 257, 1021)));
    Arbitrary<Integer> rows =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.integers().between(1, 40)),
            Tuple.of(1, Arbitraries.integers().between(1, 257)),
            Tuple.of(2, Arbitraries.of(1, 3, 17, 255, 257)));
    Arbitrary<Long> work =
        Arbitraries.frequency(Tuple.of(9, mostWork() / 10), Tuple.of(1, mostWork()));
    return Combinators.combine(
            width.list().ofMinSize(2).ofMaxSize(5),
            rows,
            Arbitraries.integers().between(1, 5),
            Arbitraries.of(Loss.class),
            Arbitraries.of(true, false),
            Arbitraries.longs(),
            work)
        .as(
            (sizes, count, stack, loss, dropout, seed, most) ->
                new NetworkCase(sizes, count, stack, loss, dropout, seed).within(most));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 257})
  void agreesForAnyNumberOfInputs(int inputs) {
    agreeForEachLoss(5, inputs, 7, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 257})
  void agreesForAnyWidthOfTheOnlyHiddenLayer(int hidden) {
    agreeForEachLoss(5, 4, hidden, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 257})
  void agreesForAnyWidthOfASecondHiddenLayer(int hidden) {
    agreeForEachLoss(5, 4, 9, hidden, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 257})
  void agreesForAnyNumberOfOutputs(int outputs) {
    agreeForEachLoss(5, 4, 7, outputs);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 257})
  void agreesForAnyNumberOfRows(int rows) {
    agreeForEachLoss(rows, 4, 9, 6, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 257})
  void agreesForOneLayer(int width) {
    agreeForEachLoss(5, width, width);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 255, 1021})
  @Tag(SLOW)
  void agreesForMoreSizes(int size) {
    agreesForAnyNumberOfInputs(size);
    agreesForAnyWidthOfTheOnlyHiddenLayer(size);
    agreesForAnyWidthOfASecondHiddenLayer(size);
    agreesForAnyNumberOfOutputs(size);
    agreesForAnyNumberOfRows(size);
    if (size <= 257) {
      agreesForOneLayer(size);
    }
  }

  /**
   * One component alone took part in some rows, so that their gradients are nothing but what
   * rounding leaves, and it decides on which side of zero a unit ends whose inputs are zero.
   */
  @Test
  void agreesWhereAGradientIsARoundingError() {
    agree(new NetworkCase(List.of(1, 255, 8, 2), 3, 2, Loss.MIXTURE, true, 8808), STEPS);
  }

  private void agreeForEachLoss(int rows, Integer... sizes) {
    for (Loss loss : Loss.values()) {
      agree(new NetworkCase(List.of(sizes), rows, 2, loss, false, 17), FEW_STEPS);
      agree(new NetworkCase(List.of(sizes), rows, 1, loss, true, 18), FEW_STEPS);
    }
  }

  private void agree(NetworkCase drawn, int steps) {
    Training expected = new Training(drawn);
    Training stacked = new Training(drawn);
    Training alone = new Training(drawn);
    agreeForward(stacked);

    SplitMix64 random = new SplitMix64(~drawn.seed());
    int collected = (int) (random.nextDouble() * steps);
    for (int s = 0; s < steps; s++) {
      reference.step(expected.stacked(s));
      backend().step(stacked.stacked(s));
      if (s == collected) {
        stacked.collect();
      }
    }
    int single = collected % drawn.stack();
    for (int s = 0; s < steps; s++) {
      backend().step(alone.alone(single, s));
      if (s == steps - 1 - collected) {
        alone.collect();
      }
    }

    for (int i = 0; i < drawn.stack(); i++) {
      assertClose(stacked.networks.get(i), expected.networks.get(i));
    }
    assertEqualBits(stacked.networks.get(single), alone.networks.get(single));
    agreeForward(stacked);
    assertInputsUntouched(stacked, expected);
  }

  private void agreeForward(Training training) {
    List<ForwardPass> expected = passes(training, 0);
    List<ForwardPass> stacked = passes(training, 0);
    reference.forward(expected);
    backend().forward(stacked);
    for (int i = 0; i < stacked.size(); i++) {
      assertClose("logits", stacked.get(i).logits(), expected.get(i).logits(), FORWARD_TOLERANCE);
      ForwardPass alone = training.drawn.pass(training.batches.get(0).get(i));
      backend().forward(List.of(alone));
      assertThat(bits(alone.logits())).isEqualTo(bits(stacked.get(i).logits()));
    }
  }

  private static List<ForwardPass> passes(Training training, int batch) {
    return training.batches.get(batch).stream().map(training.drawn::pass).toList();
  }

  private static void assertInputsUntouched(Training training, Training same) {
    for (int b = 0; b < BATCHES; b++) {
      for (int i = 0; i < training.networks.size(); i++) {
        TrainingStep used = training.batches.get(b).get(i);
        TrainingStep unused = same.drawn.step(used.network(), i, b);
        assertThat(Arrays.equals(used.inputs(), unused.inputs())).isTrue();
        assertThat(Arrays.equals(used.dropout(), unused.dropout())).isTrue();
        assertThat(Arrays.equals(used.targets(), unused.targets())).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRepetitionGivesEqualBits(Loss loss) {
    NetworkCase drawn = new NetworkCase(List.of(24, 65, 33, 12), 64, 3, loss, true, 5);
    assertEqualBits(trained(drawn), trained(drawn));
  }

  @Test
  @Tag(COLLECTOR)
  @Tag(SLOW)
  void collectionsAtAnyMomentChangeNothing() throws InterruptedException {
    NetworkCase drawn = new NetworkCase(List.of(24, 129, 65, 12), 64, 4, Loss.BINARY, true, 6);
    List<Mlp> expected = trained(drawn);
    AtomicBoolean done = new AtomicBoolean();
    Thread collector =
        new Thread(
            () -> {
              while (!done.get()) {
                System.gc();
              }
            });
    collector.start();
    List<Mlp> disturbed;
    try {
      disturbed = trained(drawn);
    } finally {
      done.set(true);
      collector.join();
    }
    assertEqualBits(disturbed, expected);
  }

  private List<Mlp> trained(NetworkCase drawn) {
    Training training = new Training(drawn);
    for (int s = 0; s < STEPS; s++) {
      backend().step(training.stacked(s));
    }
    return training.networks;
  }

  /** For back ends that give more than the contract asks for. */
  protected final void assertBitsOfTheReference(Loss loss) {
    NetworkCase drawn = new NetworkCase(List.of(24, 65, 33, 12), 64, 2, loss, true, 23);
    Training expected = new Training(drawn);
    for (int s = 0; s < STEPS; s++) {
      reference.step(expected.stacked(s));
    }
    assertEqualBits(trained(drawn), expected.networks);
  }

  @Test
  void seesTheStepsTakenElsewhere() {
    NetworkCase drawn = new NetworkCase(List.of(8, 33, 17, 12), 40, 2, Loss.SOFTMAX, false, 7);
    Training mixed = new Training(drawn);
    Training expected = new Training(drawn);
    for (int s = 0; s < STEPS; s++) {
      (s % 3 == 0 ? reference : backend()).step(mixed.stacked(s));
      reference.step(expected.stacked(s));
      agreeForward(mixed);
    }
    for (int i = 0; i < drawn.stack(); i++) {
      assertClose(mixed.networks.get(i), expected.networks.get(i));
    }
  }

  @Test
  void tellsRoutersOfOneShapeAndAgeApart() {
    NetworkCase one = new NetworkCase(List.of(8, 33, 17, 12), 40, 1, Loss.BINARY, false, 8);
    NetworkCase other = new NetworkCase(List.of(8, 33, 17, 12), 40, 1, Loss.BINARY, false, 9);
    inTurns(one, other);
  }

  @Test
  void servesSeveralShapesInTurns() {
    NetworkCase wide = new NetworkCase(List.of(8, 257, 12), 40, 2, Loss.BINARY, true, 10);
    NetworkCase deep = new NetworkCase(List.of(3, 17, 5, 3, 2), 257, 2, Loss.MIXTURE, false, 11);
    inTurns(wide, deep);
  }

  private void inTurns(NetworkCase one, NetworkCase other) {
    List<Training> mixed = List.of(new Training(one), new Training(other));
    List<Training> expected = List.of(new Training(one), new Training(other));
    for (int s = 0; s < STEPS; s++) {
      for (int t = 0; t < mixed.size(); t++) {
        agreeForward(mixed.get(t));
        backend().step(mixed.get(t).stacked(s));
        reference.step(expected.get(t).stacked(s));
      }
    }
    for (int t = 0; t < mixed.size(); t++) {
      for (int i = 0; i < mixed.get(t).networks.size(); i++) {
        assertClose(mixed.get(t).networks.get(i), expected.get(t).networks.get(i));
      }
    }
  }

  @Test
  void aRouterMayOccurTwiceInOneForwardCall() {
    NetworkCase drawn = new NetworkCase(List.of(8, 33, 17, 12), 40, 1, Loss.BINARY, true, 12);
    Training training = new Training(drawn);
    IntFunction<ForwardPass> pass = batch -> drawn.pass(training.batches.get(batch).get(0));
    List<ForwardPass> together = IntStream.range(0, BATCHES).mapToObj(pass).toList();
    backend().forward(together);
    for (int b = 0; b < BATCHES; b++) {
      ForwardPass alone = pass.apply(b);
      backend().forward(List.of(alone));
      assertThat(bits(together.get(b).logits())).isEqualTo(bits(alone.logits()));
    }
  }

  @Test
  void writesNothingBehindTheLogits() {
    NetworkCase drawn = new NetworkCase(List.of(5, 9, 3), 7, 1, Loss.BINARY, false, 13);
    ForwardPass pass = drawn.pass(new Training(drawn).batches.get(0).get(0));
    float[] longer = new float[7 * 3 + 40];
    Arrays.fill(longer, 77);
    backend().forward(List.of(pass));
    backend().forward(List.of(new ForwardPass(pass.network(), pass.inputs(), null, 7, longer)));
    assertThat(Arrays.copyOf(longer, 21)).containsExactly(pass.logits());
    assertThat(Arrays.copyOfRange(longer, 21, longer.length)).containsOnly(77);
  }

  @Test
  void refusesStepsOfUnequalShapes() {
    TrainingStep step = oneStep(List.of(4, 5, 3), 6, Loss.BINARY, false);
    refuseSteps(step, oneStep(List.of(4, 6, 3), 6, Loss.BINARY, false), "shapes");
    refuseSteps(step, oneStep(List.of(4, 5, 3), 7, Loss.BINARY, false), "shapes");
    refuseSteps(step, oneStep(List.of(4, 5, 3), 6, Loss.MIXTURE, false), "shapes");
    refuseSteps(step, oneStep(List.of(4, 5, 3), 6, Loss.BINARY, true), "shapes");
  }

  /** As the networks of specialists do: their rates fall while they learn. */
  @ParameterizedTest
  @EnumSource
  void stackedStepsMayHaveLearningRatesOfTheirOwn(Loss loss) {
    for (int rows : new int[] {1, 4}) {
      NetworkCase drawn = new NetworkCase(List.of(9, 32, 4), rows, 5, loss, false, 16);
      Training expected = new Training(drawn);
      Training stacked = new Training(drawn);
      Training alone = new Training(drawn);
      for (int s = 0; s < STEPS; s++) {
        reference.step(slowing(expected, s));
        backend().step(slowing(stacked, s));
        for (TrainingStep step : slowing(alone, s)) {
          backend().step(List.of(step));
        }
      }
      for (int i = 0; i < drawn.stack(); i++) {
        assertClose(stacked.networks.get(i), expected.networks.get(i));
      }
      assertEqualBits(alone.networks, stacked.networks);
    }
  }

  private static List<TrainingStep> slowing(Training training, int step) {
    List<TrainingStep> slower = new ArrayList<>();
    for (TrainingStep s : training.stacked(step)) {
      double rate = s.learningRate() / (1 + slower.size() + 0.1 * step);
      slower.add(
          new TrainingStep(
              s.network(), s.loss(), s.inputs(), s.dropout(), s.targets(), s.rows(), rate));
    }
    return slower;
  }

  @Test
  void refusesToStepARouterTwiceInOneCall() {
    TrainingStep step = oneStep(List.of(4, 5, 3), 6, Loss.BINARY, false);
    refuseSteps(step, step, "twice");
  }

  @Test
  void refusesPassesOfUnequalShapes() {
    NetworkCase drawn = new NetworkCase(List.of(4, 5, 3), 6, 1, Loss.BINARY, false, 14);
    ForwardPass pass = drawn.pass(oneStep(drawn.sizes(), 6, Loss.BINARY, false));
    refusePasses(pass, drawn.pass(oneStep(List.of(4, 6, 3), 6, Loss.BINARY, false)), "sizes");
    refusePasses(pass, drawn.pass(oneStep(drawn.sizes(), 6, Loss.BINARY, true)), "dropout");
    ForwardPass fewer = new ForwardPass(pass.network(), pass.inputs(), null, 5, pass.logits());
    refusePasses(pass, fewer, "rows");
  }

  @Test
  void refusesCallsWithoutRouters() {
    assertThatThrownBy(() -> backend().step(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> backend().forward(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TrainingStep oneStep(List<Integer> sizes, int rows, Loss loss, boolean dropout) {
    return new Training(new NetworkCase(sizes, rows, 1, loss, dropout, 15)).stacked(0).get(0);
  }

  /** A refused call leaves every network as it was. */
  private void refuseSteps(TrainingStep first, TrainingStep second, String reason) {
    float[] before = first.network().parameters().clone();
    assertThatThrownBy(() -> backend().step(List.of(first, second)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
    assertThat(first.network().parameters()).isEqualTo(before);
    assertThat(first.network().steps()).isZero();
  }

  private void refusePasses(ForwardPass first, ForwardPass second, String reason) {
    assertThatThrownBy(() -> backend().forward(List.of(first, second)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static void assertClose(Mlp actual, Mlp expected) {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertClose("parameters", actual, actual.parameters(), expected.parameters());
    assertClose("first moments", actual, actual.firstMoments(), expected.firstMoments());
    assertClose("second moments", actual, actual.secondMoments(), expected.secondMoments());
  }

  /** Weights and biases of each layer for themselves, since their magnitudes differ. */
  private static void assertClose(String what, Mlp shape, float[] actual, float[] expected) {
    for (int l = 0; l < shape.layers(); l++) {
      int weights = shape.weightOffset(l);
      int biases = shape.biasOffset(l);
      int end = biases + shape.size(l + 1);
      assertClose(
          what + " of the weights of layer " + l,
          Arrays.copyOfRange(actual, weights, biases),
          Arrays.copyOfRange(expected, weights, biases),
          TRAINING_TOLERANCE);
      assertClose(
          what + " of the biases of layer " + l,
          Arrays.copyOfRange(actual, biases, end),
          Arrays.copyOfRange(expected, biases, end),
          TRAINING_TOLERANCE);
    }
  }

  private static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((double) expected[i]));
      worst = Math.max(worst, Math.abs((double) actual[i] - expected[i])); // NaN stays
    }
    assertThat(worst)
        .as("largest difference in the %s, whose largest magnitude is %s", what, largest)
        .isLessThanOrEqualTo(tolerance * largest);
  }

  private static void assertEqualBits(List<Mlp> actual, List<Mlp> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertEqualBits(actual.get(i), expected.get(i));
    }
  }

  private static void assertEqualBits(Mlp actual, Mlp expected) {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertThat(bits(actual.parameters())).isEqualTo(bits(expected.parameters()));
    assertThat(bits(actual.firstMoments())).isEqualTo(bits(expected.firstMoments()));
    assertThat(bits(actual.secondMoments())).isEqualTo(bits(expected.secondMoments()));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
