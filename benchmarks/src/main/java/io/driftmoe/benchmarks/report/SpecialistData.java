// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Specialists of one run of a learner on a stream for the page: which of them served when. The most
 * used are told apart, the others are added up.
 *
 * @param learner its index
 * @param evaluations specialists asked per learned event
 * @param names of those told apart, the most used first
 * @param others how many there are beside them
 * @param weight [windows x specialists told apart], and behind them the sum of the others if there
 *     are any
 */
record SpecialistData(
    int learner,
    long seed,
    double evaluations,
    List<Long> ends,
    List<String> names,
    int others,
    List<List<Double>> weight) {
  private static final int TOLD_APART = 12;

  /** One per learner that has specialists: of its first run, as those of seeds cannot be meant. */
  static List<SpecialistData> of(Results results, String stream) {
    List<SpecialistData> data = new ArrayList<>();
    List<String> learners = results.learnerNames();
    for (int l = 0; l < learners.size(); l++) {
      for (CellResult run : results.runs(stream, learners.get(l)).finished()) {
        CellResult.ExpertUse experts = run.experts();
        CellResult.SpecialistUse use = experts == null ? null : experts.specialists();
        if (experts != null && use != null) {
          data.add(of(l, run, experts, use));
          break;
        }
      }
    }
    return data;
  }

  private static SpecialistData of(
      int learner, CellResult run, CellResult.ExpertUse experts, CellResult.SpecialistUse use) {
    int windows = Math.min(run.series().size(), use.weight().size());
    int[] order = byUse(use);
    int apart = Math.min(TOLD_APART, order.length);
    int perColumn = Math.max(1, (windows + StreamData.MOST_COLUMNS - 1) / StreamData.MOST_COLUMNS);
    List<Long> ends = new ArrayList<>();
    List<List<Double>> weight = new ArrayList<>();
    for (int from = 0; from < windows; from += perColumn) {
      int to = Math.min(windows, from + perColumn);
      ends.add(run.series().get(to - 1).end());
      weight.add(column(use.weight().subList(from, to), order, apart));
    }
    return new SpecialistData(
        learner,
        run.cell().seed(),
        use.evaluations(),
        ends,
        IntStream.range(0, apart)
            .mapToObj(rank -> experts.specialistName(use.names().get(order[rank])))
            .toList(),
        order.length - apart,
        weight);
  }

  /** Positions of the specialists, the most used first. */
  private static int[] byUse(CellResult.SpecialistUse use) {
    double[] sums = new double[use.names().size()];
    for (List<Double> window : use.weight()) {
      for (int s = 0; s < sums.length; s++) {
        sums[s] += window.get(s);
      }
    }
    return IntStream.range(0, sums.length)
        .boxed()
        .sorted(Comparator.comparingDouble(s -> -sums[s]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static List<Double> column(List<List<Double>> windows, int[] order, int apart) {
    List<Double> means = new ArrayList<>();
    double others = 0;
    for (int rank = 0; rank < order.length; rank++) {
      double sum = 0;
      for (List<Double> window : windows) {
        sum += window.get(order[rank]);
      }
      double mean = sum / windows.size();
      if (rank < apart) {
        means.add(StreamData.rounded(mean));
      } else {
        others += mean;
      }
    }
    if (order.length > apart) {
      means.add(StreamData.rounded(others));
    }
    return means;
  }
}
