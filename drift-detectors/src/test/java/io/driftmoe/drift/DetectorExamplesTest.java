// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the factories' comments. */
class DetectorExamplesTest {

  /** A 0 for "never". */
  @ParameterizedTest
  @CsvSource({
    "ADWIN, 0, 0, 24",
    "HDDM-A, 0, 0, 4",
    "HDDM-W, 0, 9, 11",
    "KSWIN, 0, 0, 22",
    "Page-Hinkley, 0, 0, 57",
    "DDM, 10, 10, 20",
    "EDDM, 10, 88, 123",
    "RDDM, 10, 7, 12",
    "STEPD, 10, 4, 6"
  })
  void example(String name, int every, int firstWarning, int firstDrift) {
    DriftDetector detector = AllDetectors.DEFAULTS.get(name).create();
    for (int i = 0; i < 1000; i++) {
      double error = every > 0 && i % every == every - 1 ? 1 : 0;
      assertThat(detector.update(error)).as("observation %s", i).isEqualTo(DriftLevel.STABLE);
    }
    int warning = 0;
    int ones = 0;
    DriftLevel level;
    do {
      level = detector.update(1);
      ones++;
      warning = warning == 0 && level == DriftLevel.WARNING ? ones : warning;
    } while (level != DriftLevel.DRIFT && ones < 1000);
    assertThat(new int[] {warning, ones}).containsExactly(firstWarning, firstDrift);
    assertThat(detector.errorRose()).isTrue();
  }
}
