// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * Accuracies that Aspis et al. published for DriftMoE (arXiv 2507.18464), and how far results may
 * be away from them: more where results depend much on seed and initial weights.
 */
final class Published {
  static final String SOURCE = "arXiv 2507.18464";

  /** One seed or two say little about a mean of ten. */
  private static final int LEAST_SEEDS = 3;

  /**
   * A published value beside ours.
   *
   * @param seeds behind our mean
   * @param accuracy ours
   * @param published theirs, a mean of 10 seeds
   * @param tolerance in points
   */
  record Comparison(
      String stream,
      String learner,
      int seeds,
      double accuracy,
      double published,
      double tolerance) {

    double difference() {
      return accuracy - published;
    }

    boolean within() {
      return Math.abs(difference()) <= tolerance;
    }
  }

  private Published() {}

  /**
   * One per value that these results can be held against: labels at once, streams of full size,
   * three seeds or more.
   */
  static List<Comparison> compare(Results results) {
    List<Comparison> comparisons = new ArrayList<>();
    for (CSVRecord row : rows()) {
      long events = Long.parseLong(row.get("events"));
      double[] accuracies =
          results.runs(row.get("stream"), row.get("learner")).finished().stream()
              .filter(result -> result.cell().labels().immediate() && result.cell().folds() == 1)
              .filter(result -> result.cell().stream().file() == null)
              .filter(result -> result.stream().events() >= events)
              .mapToDouble(Measure.ACCURACY::of)
              .toArray();
      if (accuracies.length >= LEAST_SEEDS) {
        comparisons.add(
            new Comparison(
                row.get("stream"),
                row.get("learner"),
                accuracies.length,
                Summary.of(accuracies).mean(),
                Double.parseDouble(row.get("accuracy")),
                Double.parseDouble(row.get("tolerance"))));
      }
    }
    return comparisons;
  }

  private static List<CSVRecord> rows() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Published.class.getResourceAsStream("published.csv"), StandardCharsets.UTF_8))) {
      return CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .get()
          .parse(reader)
          .getRecords();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
