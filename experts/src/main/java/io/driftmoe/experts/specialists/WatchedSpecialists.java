// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Detectors on the errors of specialists: each is told of an event with the specialist's
 * responsibility as probability. On a drift to more errors the specialist's trees start anew.
 */
final class WatchedSpecialists {
  private final DetectorFactory factory;
  private final Specialists specialists;
  private final DriftDetector[] detectors;

  WatchedSpecialists(DetectorFactory factory, Specialists specialists) {
    this.factory = factory;
    this.specialists = specialists;
    this.detectors = new DriftDetector[specialists.size()];
    for (int e = 0; e < detectors.length; e++) {
      detectors[e] = factory.create();
    }
  }

  /**
   * Takes note of the event that the specialists learned last.
   *
   * @param responsibilities for it
   * @param events receives what was done about it
   */
  void observe(double[] responsibilities, int label, List<LifecycleEvent> events) {
    SplitMix64 random = specialists.random();
    for (int e = 0; e < detectors.length; e++) {
      if (responsibilities[e] > 0 && random.nextDouble() < responsibilities[e]) {
        double error = specialists.wasWrong(e, label) ? 1 : 0;
        if (detectors[e].update(error) == DriftLevel.DRIFT && detectors[e].errorRose()) {
          events.add(new LifecycleEvent(Kind.DRIFT, e, reason(e)));
          specialists.specialist(e).restart();
          detectors[e] = factory.create();
        }
      }
    }
  }

  private String reason(int e) {
    return String.format(
        Locale.ROOT,
        "errors of the specialist for [%s] rose after %.0f events; its trees start anew",
        specialists.region(e),
        specialists.specialist(e).learned());
  }

  void writeTo(DataOutput out) throws IOException {
    for (DriftDetector detector : detectors) {
      detector.writeSnapshot(out);
    }
  }

  void readFrom(DataInput in) throws IOException {
    for (int e = 0; e < detectors.length; e++) {
      detectors[e] = factory.restore(in);
    }
  }
}
