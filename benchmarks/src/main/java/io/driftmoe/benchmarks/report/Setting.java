// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.LabelArrival;
import java.util.Locale;

/** How labels came and were used: what cells must share to be compared. */
record Setting(LabelArrival labels, int folds) {

  static Setting of(Cell cell) {
    return new Setting(cell.labels(), cell.folds());
  }

  /** Whether every delay is the same, so that it has a place on a curve. */
  boolean fixedDelay() {
    return !labels.trueTimes()
        && labels.classDelays().isEmpty()
        && labels.minDelay() == labels.maxDelay();
  }

  /** Delay and share as a heading of a column or a place on an axis, such as {@code 0-1000}. */
  String label() {
    String share =
        labels.share() == 1
            ? ""
            : ", %s %% of labels".formatted(Numbers.plain(100 * labels.share()));
    String asked = labels.budget() == null ? "" : ", %s".formatted(labels.budgetText());
    return labels.delayText() + share + asked;
  }

  /** A sentence's worth of words. */
  String words() {
    String delay =
        labels.delayText().equals("0")
            ? "labels at once"
            : labels.trueTimes()
                ? "labels at their recorded times"
                : "labels delayed by %s events".formatted(labels.delayText());
    String share =
        labels.share() == 1
            ? ""
            : ", %s %% of them given".formatted(Numbers.plain(100 * labels.share()));
    String cross =
        folds == 1 ? "" : String.format(Locale.ROOT, ", %d-fold prequential validation", folds);
    String asked = labels.budget() == null ? "" : ", asked for: %s".formatted(labels.budgetText());
    return delay + share + asked + cross;
  }
}
