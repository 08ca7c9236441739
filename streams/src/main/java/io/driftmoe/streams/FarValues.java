// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The least and the greatest number of a column where it is far from all others: a slip, or a
 * number such as -999 that stands for a missing value.
 */
final class FarValues {
  /** Columns with fewer different numbers hold codes, among which no distance means anything. */
  private static final int FEW = 10;

  /** So many times the range of the others, one or two cells are far. */
  private static final int FAR = 10;

  /** Likewise, cells that hold the same number more often, as markers do. */
  private static final int FAR_FOR_MARKERS = 3;

  /** Fewer equal cells may be equal by chance. */
  private static final int MARKERS = 3;

  private final End least = new End(1);
  private final End most = new End(-1);
  private final Set<Double> different = new HashSet<>();

  /**
   * A number that is far from all others.
   *
   * @param text as it stands in the file first
   * @param line of the first; 0 where it is not known
   * @param cells that hold it
   * @param from least of the other numbers
   * @param to greatest of the other numbers
   */
  record Far(String text, long line, long cells, double from, double to) {}

  /** The extreme number in one direction, and the next one. */
  private static final class End {
    private final int sign;
    private double extreme = Double.POSITIVE_INFINITY;
    private double next = Double.POSITIVE_INFINITY;
    private String text = "";
    private long line;
    private long cells;

    private End(int sign) {
      this.sign = sign;
    }

    private void observe(double number, String spelled, long at) {
      double value = sign * number;
      if (value < extreme) {
        next = extreme;
        extreme = value;
        text = spelled;
        line = at;
        cells = 1;
      } else if (value == extreme) {
        cells++;
      } else if (value < next) {
        next = value;
      }
    }

    private boolean isFar(double range) {
      return next - extreme > (cells < MARKERS ? FAR : FAR_FOR_MARKERS) * range;
    }
  }

  void observe(double number, String text, long line) {
    least.observe(number, text, line);
    most.observe(number, text, line);
    if (different.size() <= FEW) {
      different.add(number);
    }
  }

  /** Those of the ends that are far; none in a column of few different numbers. */
  List<Far> all() {
    double from = least.next;
    double to = -most.next;
    List<Far> far = new ArrayList<>();
    if (different.size() > FEW) {
      for (End end : List.of(least, most)) {
        if (end.isFar(to - from)) {
          far.add(new Far(end.text, end.line, end.cells, from, to));
        }
      }
    }
    return far;
  }
}
