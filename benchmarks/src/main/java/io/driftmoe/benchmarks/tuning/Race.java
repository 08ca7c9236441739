// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import io.driftmoe.benchmarks.tuning.Standing.Fate;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.branches.PairedTest;
import io.driftmoe.router.branches.PairedTestOptions;
import io.driftmoe.router.branches.Verdict;
import io.driftmoe.streams.LabeledStream;
import java.util.ArrayList;
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

  /** Before, times are mostly those of a JVM that compiles. */
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
  private record Pair(Runner beaten, Runner better, PairedTest test) {}

  /**
   * @param level of all verdicts together
   * @param progress hears the number of events now and then
   */
  Race(Budget budget, double level, List<Runner> runners, LongConsumer progress) {
    this.budget = budget;
    this.progress = progress;
    running.addAll(runners);
    int count = runners.size();
    double each = level / Math.max(1, count * (count - 1));
    for (Runner one : runners) {
      for (Runner other : runners) {
        if (one != other) {
          pairs.add(new Pair(one, other, new PairedTest(new PairedTestOptions(each, 0, 1))));
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
        check();
      }
      progress.accept(events);
    }
    List<Standing> standings = new ArrayList<>(out);
    for (Runner runner : running) {
      Cost cost = runner.cost();
      String excess = budget.excess(cost);
      standings.add(runner.standing(cost, excess.isEmpty() ? Fate.LEFT : Fate.BEYOND, excess));
    }
    return standings;
  }

  private void compare(int event) {
    for (Pair pair : List.copyOf(pairs)) {
      if (running.contains(pair.beaten) && running.contains(pair.better)) {
        pair.test.add(pair.beaten.wasRight(event), pair.better.wasRight(event));
        if (pair.test.verdict() == Verdict.BETTER) {
          drop(pair.beaten, pair.beaten.cost(), Fate.BEATEN, pair.better.candidate().name());
        }
      }
    }
  }

  private void check() {
    for (Runner runner : List.copyOf(running)) {
      Cost cost = runner.cost();
      boolean tooLarge = cost.modelBytes() > budget.modelBytes();
      if (tooLarge || cost.cpuNanos() > EARLY_MARGIN * budget.cpuNanos()) {
        drop(runner, cost, Fate.BEYOND, budget.excess(cost));
      }
    }
  }

  private void drop(Runner runner, Cost cost, Fate fate, String why) {
    running.remove(runner);
    out.add(runner.standing(cost, fate, why));
    pairs.removeIf(pair -> pair.beaten == runner || pair.better == runner);
  }
}
