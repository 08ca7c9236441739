// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.gates.GateProduct;
import java.util.Locale;

/** Writes what a mixture has learned for people to read. */
final class MixtureDescription {
  private final StringBuilder text = new StringBuilder();

  void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  void scores(PrequentialEvaluator evaluation) {
    scores("all", evaluation.overall());
    scores("last", evaluation.window());
  }

  private void scores(String which, PrequentialEvaluator.Scores scores) {
    line(
        "%s %,d labels: accuracy %.2f %%, kappa %.2f, kappa-M %.2f, kappa-temporal %.2f",
        which,
        scores.labels(),
        scores.accuracy(),
        scores.kappa(),
        scores.kappaM(),
        scores.kappaT());
  }

  void detector(DriftDetector detector) {
    if (detector instanceof Adwin adwin) {
      line(
          "detector: ADWIN with delta %s, mean error %.4f over the last %,d labels",
          adwin.delta(), adwin.mean(), adwin.width());
    } else {
      line("detector: %s", detector.getClass().getSimpleName());
    }
  }

  void gates(GateProduct gates, double entropy) {
    line("gates, weights of entropy %.3f (0 one expert, 1 all alike):", entropy);
    text.append(gates.describe().indent(2));
  }

  /**
   * @param share of the events learned, 0 to 1
   */
  void expert(ExpertPool pool, int e, double share) {
    line("expert %d: %s", e, pool.factoryOf(e));
    line(
        "  learned %.1f %% of the events, %d before it in this place",
        100 * share, pool.generation(e));
  }

  void attendance(Attendance attendance, int e) {
    line(
        "  %s, gains the mixture %.4f nats an event",
        attendance.isAsleep(e) ? "asleep" : "attends", attendance.gain(e));
  }

  void learned(ExpertPool pool, int e) {
    text.append(pool.expert(e).describe().indent(2));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
