// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import moa.classifiers.core.driftdetection.ADWINChangeDetector;
import moa.classifiers.core.driftdetection.AbstractChangeDetector;
import moa.classifiers.core.driftdetection.CusumDM;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.EDDM;
import moa.classifiers.core.driftdetection.EWMAChartDM;
import moa.classifiers.core.driftdetection.HDDM_A_Test;
import moa.classifiers.core.driftdetection.HDDM_W_Test;
import moa.classifiers.core.driftdetection.PageHinkleyDM;
import moa.classifiers.core.driftdetection.RDDM;
import moa.classifiers.core.driftdetection.SEEDChangeDetector;
import moa.classifiers.core.driftdetection.SeqDrift2ChangeDetector;

/**
 * The drift detectors known by name, in any case: our own, and MOA's with their default options.
 * Ours report only changes to more errors; of MOA's, each what it reports.
 */
public final class DetectorCatalog {
  private static final double ADWIN_DELTA = 0.002;

  private record Known(String name, Supplier<ErrorMonitor> create) {}

  private static final Map<String, Known> KNOWN = known();

  private DetectorCatalog() {}

  private static Map<String, Known> known() {
    List<Known> detectors =
        List.of(
            new Known("ADWIN", () -> ours(new Adwin(ADWIN_DELTA))),
            moa("MOA-ADWIN", ADWINChangeDetector::new),
            moa("DDM", DDM::new),
            moa("EDDM", EDDM::new),
            moa("HDDM-A", HDDM_A_Test::new),
            moa("HDDM-W", HDDM_W_Test::new),
            moa("Page-Hinkley", PageHinkleyDM::new),
            moa("RDDM", RDDM::new),
            moa("CUSUM", CusumDM::new),
            moa("EWMA", EWMAChartDM::new),
            moa("SEED", SEEDChangeDetector::new),
            moa("SeqDrift2", SeqDrift2ChangeDetector::new));
    Map<String, Known> byName = new LinkedHashMap<>();
    detectors.forEach(known -> byName.put(known.name().toLowerCase(Locale.ROOT), known));
    return byName;
  }

  private static ErrorMonitor ours(DriftDetector detector) {
    return error -> detector.update(error ? 1 : 0) == DriftLevel.DRIFT && detector.errorRose();
  }

  private static Known moa(String name, Supplier<AbstractChangeDetector> create) {
    return new Known(
        name,
        () -> {
          AbstractChangeDetector detector = create.get();
          detector.prepareForUse();
          return error -> {
            detector.input(error ? 1 : 0);
            return detector.getChange();
          };
        });
  }

  /** All names, ours first. */
  public static List<String> names() {
    return KNOWN.values().stream().map(Known::name).toList();
  }

  /**
   * The name as the tables write it.
   *
   * @param name in any case
   * @throws IllegalArgumentException when there is no such detector, naming the known ones
   */
  public static String canonicalName(String name) {
    return find(name).name();
  }

  /**
   * A detector that has seen nothing.
   *
   * @param name in any case
   * @throws IllegalArgumentException when there is no such detector, naming the known ones
   */
  public static ErrorMonitor create(String name) {
    return find(name).create().get();
  }

  private static Known find(String name) {
    Known known = KNOWN.get(name.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw new IllegalArgumentException(
          "no detector is called '%s'; known are %s".formatted(name, String.join(", ", names())));
    }
    return known;
  }
}
