// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import io.driftmoe.benchmarks.tuning.Standing.Fate;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.branches.PairedTest;
import io.driftmoe.router.branches.PairedTestOptions;
import io.driftmoe.router.branches.Verdict;
import io.driftmoe.streams.LabeledStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Candidates side by side on the same events, with each label at once. One that another one beats
 * is dropped, as soon as a {@link PairedTest} shows it.
 */
final class Race {
  private static final int BATCH = 250;

  /**
   * Before, times are mostly those of a JVM that compiles. Until then all candidates run, so that
   * whoever is far beyond the budget has beaten none.
   */
  private static final long FIRST_CHECK = 4_000;

  /** An early measurement of time must be beyond the budget by so much. */
  private static final double EARLY_MARGIN = 2;

  private final Budget budget;
  private final LongConsumer progress;
  private final Set<Runner> running = new LinkedHashSet<>();
  private final List<Pair> pairs = new ArrayList<>();
  private final List<Standing> out = new ArrayList<>();
  private long events;
  private long nextCheck = FIRST_CHECK;

  /** A candidate that may be beaten by another one. */
  private record Pair(Runner beaten, Runner better, PairedTest test) {
    boolean isDecided() {
      return test.verdict() == Verdict.BETTER;
    }
  }

  /**
   * @param level of each ordered pair
   * @param progress hears the number of events now and then
   */
  Race(Budget budget, double level, List<Runner> runners, LongConsumer progress) {
    this.budget = budget;
    this.progress = progress;
    running.addAll(runners);
    for (Runner one : runners) {
      for (Runner other : runners) {
        if (one != other) {
          pairs.add(new Pair(one, other, new PairedTest(new PairedTestOptions(level, 0, 1))));
        }
      }
    }
  }

  /**
   * Runs to the end of the stream, or until none is left.
   *
   * @return what became of each
   */
  List<Standing> run(LabeledStream stream) {
    while (stream.hasNext() && !running.isEmpty()) {
      List<LabeledExample> batch = new ArrayList<>(BATCH);
      while (batch.size() < BATCH && stream.hasNext()) {
        batch.add(stream.next());
      }
      running.forEach(runner -> runner.run(batch));
      for (int e = 0; e < batch.size(); e++) {
        compare(e);
      }
      events += batch.size();
      if (events >= nextCheck) {
        nextCheck *= 2;
        checkBudget(EARLY_MARGIN);
      }
      if (events >= FIRST_CHECK) {
        dropBeaten();
      }
      progress.accept(events);
    }
    checkBudget(1);
    dropBeaten();
    List<Standing> standings = new ArrayList<>(out);
    running.forEach(runner -> standings.add(runner.standing(runner.cost(), Fate.LEFT, "", events)));
    return standings;
  }

  private void compare(int event) {
    for (Pair pair : pairs) {
      if (!pair.isDecided()) {
        pair.test.add(pair.beaten.wasRight(event), pair.better.wasRight(event));
      }
    }
  }

  /**
   * In the order of the verdicts: one that is dropped has no say in later ones. One that has caught
   * up since the verdict stays.
   */
  private void dropBeaten() {
    List<Pair> decided = new ArrayList<>(pairs.stream().filter(Pair::isDecided).toList());
    decided.sort(Comparator.comparingLong(pair -> pair.test.events()));
    for (Pair pair : decided) {
      if (running.contains(pair.beaten)
          && running.contains(pair.better)
          && pair.better.isAheadOf(pair.beaten)) {
        String better = pair.better.candidate().name();
        Cost cost = pair.beaten.cost();
        drop(pair.beaten, pair.beaten.standing(cost, Fate.BEATEN, better, pair.test.events()));
      }
    }
  }

  private void checkBudget(double margin) {
    for (Runner runner : List.copyOf(running)) {
      Cost cost = runner.cost();
      if (budget.isBeyond(cost, margin)) {
        drop(runner, runner.standing(cost, Fate.BEYOND, budget.excess(cost), events));
      }
    }
  }

  private void drop(Runner runner, Standing standing) {
    running.remove(runner);
    out.add(standing);
    pairs.removeIf(pair -> pair.beaten == runner || pair.better == runner);
  }
}
