// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DdmFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.drift.EddmFactory;
import io.driftmoe.drift.HddmAFactory;
import io.driftmoe.drift.HddmWFactory;
import io.driftmoe.drift.KswinFactory;
import io.driftmoe.drift.PageHinkleyFactory;
import io.driftmoe.drift.RddmFactory;
import io.driftmoe.drift.StepdFactory;
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
 * The drift detectors known by name, in any case, with their defaults: our own, and MOA's, which
 * for those that we have too are called MOA-something. Ours report only changes to more errors; of
 * MOA's, each what it reports. MOA's STEPD needs a class of Weka's that MOA's jar lacks.
 *
 * <p>MOA's HDDM-W keeps its state in static fields: two of them at work in one JVM disturb one
 * another.
 */
public final class DetectorCatalog {
  private record Known(String name, Supplier<ErrorMonitor> create) {}

  private static final Map<String, Known> KNOWN = known();

  private DetectorCatalog() {}

  private static Map<String, Known> known() {
    List<Known> detectors =
        List.of(
            ours("ADWIN", AdwinFactory.defaults()),
            ours("DDM", DdmFactory.defaults()),
            ours("EDDM", EddmFactory.defaults()),
            ours("HDDM-A", HddmAFactory.defaults()),
            ours("HDDM-W", HddmWFactory.defaults()),
            ours("KSWIN", KswinFactory.defaults()),
            ours("Page-Hinkley", PageHinkleyFactory.defaults()),
            ours("RDDM", RddmFactory.defaults()),
            ours("STEPD", StepdFactory.defaults()),
            moa("MOA-ADWIN", ADWINChangeDetector::new),
            moa("MOA-DDM", DDM::new),
            moa("MOA-EDDM", EDDM::new),
            moa("MOA-HDDM-A", HDDM_A_Test::new),
            moa("MOA-HDDM-W", HDDM_W_Test::new),
            moa("MOA-Page-Hinkley", PageHinkleyDM::new),
            moa("MOA-RDDM", RDDM::new),
            moa("CUSUM", CusumDM::new),
            moa("EWMA", EWMAChartDM::new),
            moa("SEED", SEEDChangeDetector::new),
            moa("SeqDrift2", SeqDrift2ChangeDetector::new));
    Map<String, Known> byName = new LinkedHashMap<>();
    detectors.forEach(known -> byName.put(known.name().toLowerCase(Locale.ROOT), known));
    return byName;
  }

  private static Known ours(String name, DetectorFactory factory) {
    return new Known(
        name,
        () -> {
          DriftDetector detector = factory.create();
          return error ->
              detector.update(error ? 1 : 0) == DriftLevel.DRIFT && detector.errorRose();
        });
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
