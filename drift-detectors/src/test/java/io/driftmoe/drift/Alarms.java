// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import moa.classifiers.core.driftdetection.AbstractChangeDetector;

/**
 * Where a detector said what: indexes from 0, as text such as {@code 17 20-34}.
 *
 * @param drifts indexes of DRIFT
 * @param warnings indexes of WARNING
 */
record Alarms(String drifts, String warnings) {

  static Alarms of(DriftDetector detector, double[] errors) {
    Ranges drifts = new Ranges();
    Ranges warnings = new Ranges();
    for (int i = 0; i < errors.length; i++) {
      DriftLevel level = detector.update(errors[i]);
      drifts.add(i, level == DriftLevel.DRIFT);
      warnings.add(i, level == DriftLevel.WARNING);
    }
    return new Alarms(drifts.text(), warnings.text());
  }

  static Alarms of(AbstractChangeDetector detector, double[] errors) {
    Ranges drifts = new Ranges();
    Ranges warnings = new Ranges();
    for (int i = 0; i < errors.length; i++) {
      detector.input(errors[i]);
      drifts.add(i, detector.getChange());
      warnings.add(i, !detector.getChange() && detector.getWarningZone());
    }
    return new Alarms(drifts.text(), warnings.text());
  }

  private static final class Ranges {
    private final StringBuilder text = new StringBuilder();
    private int first = -1;
    private int last = -2;

    void add(int i, boolean in) {
      if (!in) {
        return;
      }
      if (i != last + 1) {
        close();
        first = i;
      }
      last = i;
    }

    private void close() {
      if (first >= 0) {
        text.append(text.isEmpty() ? "" : " ").append(first);
        text.append(last > first ? "-" + last : "");
      }
    }

    String text() {
      close();
      return text.toString();
    }
  }
}
