// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an event and a model may cost.
 *
 * @param cpuNanos most processor time of an event in the mean; infinite for any
 * @param slowNanos most time by the clock that 99 % of the events take; infinite for any
 * @param modelBytes most heap of a model; infinite for any
 */
public record Budget(double cpuNanos, double slowNanos, double modelBytes) {
  private static final double ANY = Double.POSITIVE_INFINITY;

  private static final Pattern PART =
      Pattern.compile("(p99\\s+)?(\\d+(?:\\.\\d+)?)\\s*([a-zA-Zµ]+)");

  private static final Map<String, Double> TIMES =
      Map.of("ns", 1.0, "us", 1e3, "µs", 1e3, "ms", 1e6, "s", 1e9);

  private static final Map<String, Double> SIZES =
      Map.of(
          "B",
          1.0,
          "kB",
          1e3,
          "KiB",
          1024.0,
          "MB",
          1e6,
          "MiB",
          1024.0 * 1024,
          "GB",
          1e9,
          "GiB",
          1024.0 * 1024 * 1024);

  /** Rejects limits that nothing can meet by definition. */
  public Budget {
    if (!(cpuNanos > 0 && slowNanos > 0 && modelBytes > 0)) {
      throw new IllegalArgumentException("limits must be above 0");
    }
  }

  /**
   * Reads limits such as {@code 200us, p99 2ms, 64MiB}: processor time of an event in the mean;
   * time by the clock that 99 % of the events take; heap of a model. Each at most once, at least
   * one.
   *
   * @throws IllegalArgumentException naming the part at fault and what is allowed
   */
  public static Budget parse(String text) {
    double[] limits = {ANY, ANY, ANY};
    for (String words : text.split(",", -1)) {
      String part = words.strip();
      Matcher found = PART.matcher(part);
      if (!found.matches()) {
        throw fault(part, "no limit");
      }
      boolean isSlow = found.group(1) != null;
      String unit = found.group(3);
      Map<String, Double> units = TIMES.containsKey(unit) ? TIMES : SIZES;
      Double factor = units.get(unit);
      if (factor == null || isSlow && units == SIZES) {
        throw fault(part, "no limit");
      }
      int which = units == SIZES ? 2 : isSlow ? 1 : 0;
      if (limits[which] < ANY) {
        throw fault(part, "a second limit of its kind");
      }
      limits[which] = Double.parseDouble(found.group(2)) * factor;
    }
    return new Budget(limits[0], limits[1], limits[2]);
  }

  private static IllegalArgumentException fault(String part, String what) {
    return new IllegalArgumentException(
        ("'%s' is %s; write a time, p99 and a time, a size, or some of these, for example"
                + " '200us, p99 2ms, 64MiB'")
            .formatted(part, what));
  }

  /** The largest part of the budget that a cost takes: above 1 it is beyond it. */
  public double share(Cost cost) {
    return Math.max(
        Math.max(cost.cpuNanos() / cpuNanos, cost.slowNanos() / slowNanos),
        cost.modelBytes() / modelBytes);
  }

  /**
   * Whether a cost is beyond the budget.
   *
   * @param margin of times, which are never measured exactly; at least 1. The time that 99 % of the
   *     events take counts without a margin only, since the first ones are slow
   */
  boolean isBeyond(Cost cost, double margin) {
    return cost.modelBytes() > modelBytes
        || cost.cpuNanos() > margin * cpuNanos
        || margin == 1 && cost.slowNanos() > slowNanos;
  }

  /** Where a cost is beyond the budget, in words; empty where it is not. */
  public String excess(Cost cost) {
    List<String> parts = new ArrayList<>();
    if (cost.cpuNanos() > cpuNanos) {
      parts.add("%s of %s an event".formatted(Cost.micros(cost.cpuNanos()), Cost.micros(cpuNanos)));
    }
    if (cost.slowNanos() > slowNanos) {
      parts.add("p99 %s of %s".formatted(Cost.micros(cost.slowNanos()), Cost.micros(slowNanos)));
    }
    if (cost.modelBytes() > modelBytes) {
      parts.add(
          "%s of %s".formatted(Cost.mebibytes(cost.modelBytes()), Cost.mebibytes(modelBytes)));
    }
    return String.join(", ", parts);
  }
}
