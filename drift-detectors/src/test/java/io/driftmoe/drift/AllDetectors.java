// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every detector of this package with its defaults. */
final class AllDetectors {
  static final Map<String, DetectorFactory> DEFAULTS = defaults();

  private AllDetectors() {}

  private static Map<String, DetectorFactory> defaults() {
    Map<String, DetectorFactory> all = new LinkedHashMap<>();
    all.put("ADWIN", AdwinFactory.defaults());
    all.put("DDM", DdmFactory.defaults());
    all.put("EDDM", EddmFactory.defaults());
    all.put("HDDM-A", HddmAFactory.defaults());
    all.put("HDDM-W", HddmWFactory.defaults());
    all.put("KSWIN", KswinFactory.defaults());
    all.put("Page-Hinkley", PageHinkleyFactory.defaults());
    all.put("RDDM", RddmFactory.defaults());
    all.put("STEPD", StepdFactory.defaults());
    return Collections.unmodifiableMap(all);
  }
}
