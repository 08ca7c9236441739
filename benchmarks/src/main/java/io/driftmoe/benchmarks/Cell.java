// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.List;
import java.util.Objects;

/**
 * One run of a comparison: one learner on one stream with one seed. Two equal cells give equal
 * scores, whenever and wherever they run.
 *
 * @param stream where the events come from
 * @param learner what learns
 * @param seed of the generator, the learner and the arrival of labels
 * @param events at most so many, at least 1
 * @param labels when labels arrive
 * @param folds 1 for plain prequential evaluation; from 2 on prequential cross-validation (Bifet et
 *     al.: Efficient online evaluation of big data stream classifiers, KDD 2015): so many copies of
 *     the learner, every event tests one of them and trains the others
 * @param window events per point of the series, at least 1
 * @param detectors names of drift detectors to run on the learner's 0/1 errors
 * @param warmUp events of the stream a throw-away learner learns first, so that the JVM has
 *     compiled what is measured; from 0. Changes the cost, never the scores
 */
public record Cell(
    StreamSource stream,
    LearnerSpec learner,
    long seed,
    long events,
    LabelArrival labels,
    int folds,
    long window,
    List<String> detectors,
    long warmUp) {

  /** Checks the ranges. */
  public Cell {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(learner, "learner");
    Objects.requireNonNull(labels, "labels");
    detectors = List.copyOf(detectors);
    atLeast("events", events, 1);
    atLeast("folds", folds, 1);
    atLeast("window", window, 1);
    atLeast("warmUp", warmUp, 0);
    if (folds > 1 && !labels.immediate()) {
      throw new IllegalArgumentException("cross-validation needs every label at once");
    }
  }

  private static void atLeast(String field, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %s, got %s".formatted(field, least, value));
    }
  }
}
