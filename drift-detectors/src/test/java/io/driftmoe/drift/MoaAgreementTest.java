// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javacliparser.ClassOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import moa.classifiers.core.driftdetection.AbstractChangeDetector;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.EDDM;
import moa.classifiers.core.driftdetection.HDDM_A_Test;
import moa.classifiers.core.driftdetection.HDDM_W_Test;
import moa.classifiers.core.driftdetection.PageHinkleyDM;
import moa.classifiers.core.driftdetection.RDDM;
import moa.classifiers.core.driftdetection.STEPD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our detectors say what MOA's say, at every index. */
class MoaAgreementTest {

  /** With their defaults. KSWIN is not in MOA; for ADWIN see AdwinTest. */
  private static final Map<String, Supplier<AbstractChangeDetector>> MOA =
      Map.of(
          "DDM", DDM::new,
          "EDDM", EDDM::new,
          "HDDM-A", HDDM_A_Test::new,
          "HDDM-W", HDDM_W_Test::new,
          "Page-Hinkley", PageHinkleyDM::new,
          "RDDM", RDDM::new,
          "STEPD", STEPD::new);

  static Stream<String> inMoa() {
    return MOA.keySet().stream().sorted();
  }

  /** Lines "detector,stream,drifts,warnings" of seed 1, from MOA 2024.07.0 where it agrees. */
  static Stream<Arguments> golden() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                MoaAgreementTest.class.getResourceAsStream("golden-alarms.csv"),
                StandardCharsets.UTF_8))) {
      List<Arguments> golden =
          lines
              .lines()
              .map(line -> line.split(",", -1))
              .map(field -> Arguments.of(field[0], field[1], new Alarms(field[2], field[3])))
              .toList();
      return golden.stream();
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("golden")
  void alarms_areTheGoldenOnes(String name, String shape, Alarms expected) {
    double[] errors = ErrorStreams.shapes(1).get(shape);

    assertThat(Alarms.of(AllDetectors.DEFAULTS.get(name).create(), errors)).isEqualTo(expected);
    if (MOA.containsKey(name) && agrees(AllDetectors.DEFAULTS.get(name), shape)) {
      assertThat(Alarms.of(moa(name), errors)).as("MOA").isEqualTo(expected);
    }
  }

  @Test
  void golden_hasEveryDetectorOnEveryStream() throws IOException {
    assertThat(golden().map(line -> line.get()[0] + "," + line.get()[1]))
        .containsExactlyElementsOf(
            AllDetectors.DEFAULTS.keySet().stream()
                .flatMap(name -> ErrorStreams.shapes(1).keySet().stream().map(s -> name + "," + s))
                .toList());
  }

  @ParameterizedTest
  @MethodSource("inMoa")
  void alarms_areThoseOfMoa_withDefaults(String name) {
    for (long seed = 2; seed < 30; seed++) {
      for (Map.Entry<String, double[]> shape : ErrorStreams.shapes(seed).entrySet()) {
        if (agrees(AllDetectors.DEFAULTS.get(name), shape.getKey())) {
          assertSame(AllDetectors.DEFAULTS.get(name), moa(name), seed, shape);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("inMoa")
  void alarms_areThoseOfMoa_overALongStream(String name) {
    double[] errors = ErrorStreams.bernoulli(5, 90_000, i -> i < 85_000 ? 0.1 : 0.13);
    assertSame(AllDetectors.DEFAULTS.get(name), moa(name), 5, Map.entry("long", errors));
  }

  static Stream<Arguments> otherThresholds() {
    return Stream.of(
        Arguments.of(new DdmFactory(100, 1.5, 2.5), "DDM -n 100 -w 1.5 -o 2.5"),
        Arguments.of(new DdmFactory(0, 1, 4), "DDM -n 0 -w 1 -o 4"),
        Arguments.of(new HddmAFactory(0.01, 0.1, true), "HDDM_A_Test -d 0.01 -w 0.1 -t Two-sided"),
        Arguments.of(
            new HddmAFactory(0.001, 0.005, false), "HDDM_A_Test -d 0.001 -w 0.005 -t One-sided"),
        Arguments.of(
            new HddmWFactory(0.01, 0.1, 0.02, true),
            "HDDM_W_Test -d 0.01 -w 0.1 -m 0.02 -t Two-sided"),
        Arguments.of(
            new HddmWFactory(0.001, 0.005, 0.05, true),
            "HDDM_W_Test -d 0.001 -w 0.005 -m 0.05 -t Two-sided"),
        Arguments.of(
            new PageHinkleyFactory(500, 0.02, 10, 0.999),
            "PageHinkleyDM -n 500 -d 0.02 -l 10 -a 0.999"),
        Arguments.of(
            new RddmFactory(30, 1.5, 2, 500, 200, 50),
            "RDDM -n 30 -w 1.5 -o 2 -x 500 -y 200 -z 50"),
        Arguments.of(
            new RddmFactory(50, 1, 3, 300, 70, 200), "RDDM -n 50 -w 1 -o 3 -x 300 -y 70 -z 200"),
        Arguments.of(
            new RddmFactory(200, 1.5, 3, 100, 70, 1), "RDDM -n 200 -w 1.5 -o 3 -x 100 -y 70 -z 1"),
        Arguments.of(new StepdFactory(100, 0.0001, 0.01), "STEPD -r 100 -o 0.0001 -w 0.01"),
        Arguments.of(new StepdFactory(65, 0.01, 0.2), "STEPD -r 65 -o 0.01 -w 0.2"));
  }

  @ParameterizedTest
  @MethodSource("otherThresholds")
  void alarms_areThoseOfMoa_withOtherThresholds(DetectorFactory ours, String options)
      throws Exception {
    for (long seed = 2; seed < 15; seed++) {
      for (Map.Entry<String, double[]> shape : ErrorStreams.shapes(seed).entrySet()) {
        if (agrees(ours, shape.getKey())) {
          assertSame(ours, moaOf(options), seed, shape);
        }
      }
    }
  }

  /** These take errors between 0 and 1 as well. */
  @ParameterizedTest
  @ValueSource(strings = {"DDM", "HDDM-A", "HDDM-W", "Page-Hinkley"})
  void alarms_areThoseOfMoa_onFractions(String name) {
    double[] zeroOne = ErrorStreams.change(3, 6000, 0.2, 3000, 0.6);
    double[] noise = new Random(4).doubles(6000).toArray();
    double[] errors = new double[6000];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = 0.8 * zeroOne[i] + 0.2 * noise[i];
    }
    assertThat(Alarms.of(AllDetectors.DEFAULTS.get(name).create(), errors).drifts()).isNotEmpty();
    assertSame(AllDetectors.DEFAULTS.get(name), moa(name), 3, Map.entry("fractions", errors));
  }

  /** Where errors are rare MOA's STEPD takes no difference for one: see StepdTest. */
  private static boolean agrees(DetectorFactory ours, String shape) {
    return !(ours instanceof StepdFactory && List.of("rare", "fall and rise").contains(shape));
  }

  /** MOA's HDDM_W_Test keeps its means in static fields. */
  @Test
  void hddmW_two_doNotDisturbOneAnother_andMoasDo() {
    double[] errors = ErrorStreams.shapes(1).get("rise");
    DriftDetector ours = HddmWFactory.defaults().create();
    DriftDetector neighbour = HddmWFactory.defaults().create();
    AbstractChangeDetector moas = moa("HDDM-W");
    AbstractChangeDetector moasNeighbour = moa("HDDM-W");
    boolean disturbed = false;
    DriftDetector alone = HddmWFactory.defaults().create();
    for (double error : errors) {
      neighbour.update(1 - error);
      moasNeighbour.input(1 - error);
      moas.input(error);
      DriftLevel level = alone.update(error);
      assertThat(ours.update(error)).isEqualTo(level);
      disturbed |= moas.getChange() != (level == DriftLevel.DRIFT);
    }
    assertThat(disturbed).isTrue();
  }

  private static void assertSame(
      DetectorFactory ours,
      AbstractChangeDetector moa,
      long seed,
      Map.Entry<String, double[]> shape) {
    assertThat(Alarms.of(ours.create(), shape.getValue()))
        .as("%s, stream '%s' with seed %s", ours, shape.getKey(), seed)
        .isEqualTo(Alarms.of(moa, shape.getValue()));
  }

  private static AbstractChangeDetector moa(String name) {
    AbstractChangeDetector moa = MOA.get(name).get();
    moa.prepareForUse();
    return moa;
  }

  private static AbstractChangeDetector moaOf(String options) throws Exception {
    AbstractChangeDetector moa =
        (AbstractChangeDetector)
            ClassOption.cliStringToObject(
                "moa.classifiers.core.driftdetection." + options,
                AbstractChangeDetector.class,
                null);
    moa.prepareForUse();
    return moa;
  }
}
