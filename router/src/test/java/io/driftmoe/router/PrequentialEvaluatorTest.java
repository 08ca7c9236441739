// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.PrequentialEvaluator.Scores;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import moa.core.InstanceExample;
import moa.core.Measurement;
import moa.evaluation.BasicClassificationPerformanceEvaluator;
import moa.evaluation.ClassificationPerformanceEvaluator;
import moa.evaluation.WindowClassificationPerformanceEvaluator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrequentialEvaluatorTest {

  /** A random sequence: skewed classes, repeats of the last label, predictions right at times. */
  private static int[][] sequence(
      long seed, int n, int classes, double skew, double repeat, double right) {
    SplitMix64 random = new SplitMix64(seed);
    int[][] sequence = new int[n][];
    int last = 0;
    for (int i = 0; i < n; i++) {
      int drawn = (int) (classes * Math.pow(random.nextDouble(), skew));
      int truth = random.nextDouble() < repeat ? last : drawn;
      int guess = (int) (classes * random.nextDouble());
      sequence[i] = new int[] {truth, random.nextDouble() < right ? truth : guess};
      last = truth;
    }
    return sequence;
  }

  // Two classes and more, balanced and skewed, runs of equal labels, windows of several lengths.
  @ParameterizedTest
  @CsvSource({
    "1, 2, 1, 0.0, 0.7, 1000",
    "2, 2, 6, 0.0, 0.9, 1000",
    "3, 5, 1, 0.5, 0.3, 100",
    "4, 10, 3, 0.8, 0.6, 37",
    "5, 3, 12, 0.9, 0.95, 250",
    "6, 7, 2, 0.0, 0.0, 1",
    "7, 2, 1, 0.85, 0.8, 5000"
  })
  void equalsMoaAtEveryLabel(
      long seed, int classes, double skew, double repeat, double right, int window) {
    PrequentialEvaluator ours = new PrequentialEvaluator(classes, window);
    ClassificationPerformanceEvaluator overall = new BasicClassificationPerformanceEvaluator();
    WindowClassificationPerformanceEvaluator windowed =
        new WindowClassificationPerformanceEvaluator();
    windowed.widthOption.setValue(window);
    InstancesHeader header = header(classes);
    for (int[] pair : sequence(seed, 3000, classes, skew, repeat, right)) {
      ours.add(pair[0], pair[1]);
      score(overall, header, pair[0], pair[1]);
      score(windowed, header, pair[0], pair[1]);
      compare(ours.overall(), overall.getPerformanceMeasurements());
      compare(ours.window(), windowed.getPerformanceMeasurements());
    }
    assertThat(ours.overall().labels()).isEqualTo(3000);
    assertThat(ours.window().labels()).isEqualTo(Math.min(window, 3000));
  }

  private static InstancesHeader header(int classes) {
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "c" + c).toList();
    Instances instances =
        new Instances("test", List.of(new Attribute("x"), new Attribute("class", names)), 0);
    instances.setClassIndex(1);
    return new InstancesHeader(instances);
  }

  private static void score(
      ClassificationPerformanceEvaluator moa, InstancesHeader header, int truth, int predicted) {
    Instance instance = new DenseInstance(2);
    instance.setDataset(header);
    instance.setClassValue(truth);
    double[] votes = new double[header.numClasses()];
    votes[predicted] = 1;
    moa.addResult(new InstanceExample(instance), votes);
  }

  private static void compare(Scores ours, Measurement[] moa) {
    compare(ours.accuracy(), moa, "classifications correct (percent)");
    compare(ours.kappa(), moa, "Kappa Statistic (percent)");
    compare(ours.kappaM(), moa, "Kappa M Statistic (percent)");
    compare(ours.kappaT(), moa, "Kappa Temporal Statistic (percent)");
  }

  /** Where MOA divides by zero, ours is finite: zero for 0/0, negative for minus infinity. */
  private static void compare(double ours, Measurement[] moa, String name) {
    double expected =
        Arrays.stream(moa)
            .filter(measurement -> measurement.getName().equals(name))
            .findFirst()
            .orElseThrow()
            .getValue();
    if (Double.isNaN(expected)) {
      assertThat(ours).as(name).isZero();
    } else if (expected == Double.NEGATIVE_INFINITY) {
      assertThat(ours).as(name).isNegative().isFinite();
    } else {
      assertThat(ours).as(name).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void scoresASequenceWorkedOutByHand() {
    PrequentialEvaluator evaluator = new PrequentialEvaluator(2, 2);
    int[][] pairs = {{0, 0}, {1, 1}, {1, 0}, {1, 1}};
    for (int[] pair : pairs) {
      evaluator.add(pair[0], pair[1]);
    }
    // Right 3 of 4; majority right at 1, 3 and 4 (at 2 the tie goes to class 0); no change right
    // at 1 (class 0 before the first), 3 and 4; chance = 2/4 * 1/4 + 2/4 * 3/4 = 1/2.
    assertThat(evaluator.overall()).isEqualTo(new Scores(4, 75, 50, 0, 0));
    // Last two labels are 1, 1: one of two right, majority, no change and truth all the same class.
    assertThat(evaluator.window()).isEqualTo(new Scores(2, 50, 0, -100, -100));
  }

  @Test
  void isZeroBeforeTheFirstLabel() {
    PrequentialEvaluator evaluator = new PrequentialEvaluator(3, 10);
    assertThat(evaluator.overall()).isEqualTo(new Scores(0, 0, 0, 0, 0));
    assertThat(evaluator.window()).isEqualTo(new Scores(0, 0, 0, 0, 0));
  }

  @Test
  void countsAPerfectReferenceAsOneError() {
    PrequentialEvaluator evaluator = new PrequentialEvaluator(2, 100);
    for (int i = 0; i < 10; i++) {
      evaluator.add(0, 0);
    }
    assertThat(evaluator.overall()).isEqualTo(new Scores(10, 100, 0, 0, 0));
    evaluator.add(0, 1);
    evaluator.add(0, 1);
    assertThat(evaluator.overall().kappaM()).isCloseTo(-200, within(1e-9));
    assertThat(evaluator.overall().kappaT()).isCloseTo(-200, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "99", "100", "101", "250"})
  void restoredContinuesAsIfUninterrupted(int cut) throws IOException {
    int[][] sequence = sequence(9, 400, 3, 2, 0.4, 0.6);
    PrequentialEvaluator whole = new PrequentialEvaluator(3, 100);
    PrequentialEvaluator part = new PrequentialEvaluator(3, 100);
    for (int i = 0; i < sequence.length; i++) {
      if (i == cut) {
        part = PrequentialEvaluator.restore(3, 100, input(snapshot(part)));
      }
      whole.add(sequence[i][0], sequence[i][1]);
      part.add(sequence[i][0], sequence[i][1]);
      assertThat(part.overall()).isEqualTo(whole.overall());
      assertThat(part.window()).isEqualTo(whole.window());
    }
    assertThat(snapshot(part)).isEqualTo(snapshot(whole));
  }

  @ParameterizedTest
  @CsvSource({"40, 30", "40, 250", "250, 30", "250, 150"})
  void anotherWindow_keepsTheNewestLabels(int window, int cut) throws IOException {
    int[][] sequence = sequence(9, 500, 3, 2, 0.4, 0.6);
    PrequentialEvaluator before = new PrequentialEvaluator(3, 100);
    PrequentialEvaluator whole = new PrequentialEvaluator(3, window);
    for (int i = 0; i < cut; i++) {
      before.add(sequence[i][0], sequence[i][1]);
      whole.add(sequence[i][0], sequence[i][1]);
    }

    PrequentialEvaluator restored =
        PrequentialEvaluator.restore(3, window, input(snapshot(before)));

    assertThat(restored.overall()).isEqualTo(before.overall());
    assertThat(restored.window().labels()).isEqualTo(Math.min(window, Math.min(100, cut)));
    if (window < 100) {
      assertThat(restored.window().accuracy()).isEqualTo(whole.window().accuracy());
    }
    for (int i = cut; i < cut + 250; i++) {
      whole.add(sequence[i][0], sequence[i][1]);
      restored.add(sequence[i][0], sequence[i][1]);
    }
    assertThat(restored.window()).isEqualTo(whole.window());
    assertThat(snapshot(restored)).isEqualTo(snapshot(whole));
  }

  @Test
  void refusesASnapshotOfOtherSizes() throws IOException {
    byte[] bytes = snapshot(new PrequentialEvaluator(3, 100));
    assertThatThrownBy(() -> PrequentialEvaluator.restore(2, 100, input(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("3 classes over a window of 100, expected 2 classes");
    bytes[10] = -1; // the window, behind four bytes of tag, two of version and the classes
    assertThatThrownBy(() -> PrequentialEvaluator.restore(3, 100, input(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("3 classes over a window of -");
  }

  @Test
  void rejectsWhatIsNoClass() {
    PrequentialEvaluator evaluator = new PrequentialEvaluator(2, 10);
    assertThatThrownBy(() -> evaluator.add(2, 0))
        .hasMessageContaining("truth")
        .hasMessageContaining("2");
    assertThatThrownBy(() -> evaluator.add(0, -1))
        .hasMessageContaining("predicted")
        .hasMessageContaining("-1");
    assertThat(evaluator.overall().labels()).isZero();
    assertThatThrownBy(() -> new PrequentialEvaluator(1, 10)).hasMessageContaining("classes");
    assertThatThrownBy(() -> new PrequentialEvaluator(2, 0)).hasMessageContaining("window");
  }

  private static byte[] snapshot(PrequentialEvaluator evaluator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    evaluator.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
