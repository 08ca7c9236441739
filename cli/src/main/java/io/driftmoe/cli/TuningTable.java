// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.tuning.Cost;
import io.driftmoe.benchmarks.tuning.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of the candidates of a race, and why. */
final class TuningTable {
  private final List<Standing> standings;

  TuningTable(List<Standing> standings) {
    this.standings = standings;
  }

  List<String> lines() {
    int width = standings.stream().mapToInt(s -> s.candidate().name().length()).max().orElse(0);
    String format = "%-" + Math.max(width, 9) + "s  %8s  %9s  %9s  %9s  %9s  %s";
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            format,
            "candidate",
            "accuracy",
            "events",
            "CPU/event",
            "p99",
            "model",
            "what became of it"));
    for (Standing standing : standings) {
      Cost cost = standing.cost();
      lines.add(
          String.format(
              Locale.ROOT,
              format,
              standing.candidate().name(),
              cost == null ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * standing.accuracy()),
              String.format(Locale.ROOT, "%,d", standing.events()),
              cost == null ? "" : Cost.micros(cost.cpuNanos()),
              cost == null ? "" : Cost.micros(cost.slowNanos()),
              cost == null ? "" : Cost.mebibytes(cost.modelBytes()),
              fate(standing)));
    }
    return lines;
  }

  private static String fate(Standing standing) {
    return switch (standing.fate()) {
      case CHOSEN -> "chosen: the most accurate of those that are left";
      case LEFT -> "left: not shown to be worse than another one";
      case BEATEN ->
          String.format(
              Locale.ROOT,
              "beaten by %s after %,d events",
              standing.why(),
              standing.decidedAfter());
      case BEYOND -> "beyond the budget: " + standing.why();
      case UNFIT -> "cannot learn these events: " + standing.why();
    };
  }
}
