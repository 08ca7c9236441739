// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import io.driftmoe.benchmarks.tuning.Standing.Fate;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Finds the most accurate candidate within a budget by successive elimination: candidates run side
 * by side on the same events, and one that another one is shown to beat is dropped (Even-Dar,
 * Mannor and Mansour, <i>Action elimination and stopping conditions for the multi-armed bandit</i>,
 * JMLR 7, 2006; Maron and Moore, <i>The racing algorithm</i>, AI Review 11, 1997; here with an
 * e-process on paired losses).
 *
 * <p>With probability 1 - level, none of all candidates is dropped for another one that did not
 * gain on it in the mean until the verdict. Who is dropped depends on the data and the seeds alone,
 * but for those beyond the budget of time. If one turns out to be beyond the budget after it has
 * beaten others, the race is run again without it.
 */
public final class Tuning {
  private final Budget budget;
  private final double level;
  private final LongConsumer progress;

  /**
   * Opens the same events at the first one.
   *
   * @param <E> what is thrown when they cannot be opened
   */
  @FunctionalInterface
  public interface Events<E extends Exception> {
    /** Opens them anew. */
    LabeledStream open() throws E;
  }

  /**
   * @param level largest probability that a candidate is dropped wrongly for another one; above 0,
   *     below 1
   * @param progress hears the number of events now and then
   */
  public Tuning(Budget budget, double level, LongConsumer progress) {
    this.budget = budget;
    this.level = level;
    this.progress = progress;
  }

  /**
   * Races the candidates.
   *
   * @return what became of each: the chosen one first, if any fits; those that are left by falling
   *     accuracy; then the others, by the number of events that they ran
   * @throws E when the events cannot be opened
   */
  public <E extends Exception> List<Standing> run(List<Candidate> candidates, Events<E> events)
      throws E {
    Set<Candidate> left = new LinkedHashSet<>(candidates);
    Map<Candidate, Standing> gone = new LinkedHashMap<>();
    // Of all pairs, also where some are gone: a race that is run again repeats the same tests.
    double each = level / Math.max(1, left.size() * (left.size() - 1));
    while (true) {
      List<Standing> standings;
      try (LabeledStream stream = events.open()) {
        List<Runner> runners = runners(left, stream.schema(), gone);
        standings = new Race(budget, each, runners, progress).run(stream);
      }
      Set<String> beaters =
          standings.stream()
              .filter(standing -> standing.fate() == Fate.BEATEN)
              .map(Standing::why)
              .collect(Collectors.toSet());
      boolean again = false;
      for (Standing standing : standings) {
        boolean beat = beaters.contains(standing.candidate().name());
        boolean beyond = standing.fate() == Fate.BEYOND;
        Cost cost = standing.cost();
        if (standing.fate() == Fate.BEATEN && beat && cost != null) { // which nobody has looked at
          beyond = budget.isBeyond(cost, 1);
        }
        if (beyond) {
          gone.put(standing.candidate(), standing);
          left.remove(standing.candidate());
          again |= beat;
        }
      }
      left.removeAll(gone.keySet());
      if (!again) {
        return ordered(standings, gone);
      }
    }
  }

  private static List<Runner> runners(
      Set<Candidate> candidates, StreamSchema schema, Map<Candidate, Standing> gone) {
    List<Runner> runners = new ArrayList<>();
    for (Candidate candidate : candidates) {
      try {
        runners.add(new Runner(candidate, schema));
      } catch (IllegalArgumentException e) { // such as model-bytes that are too few for it
        String why = String.valueOf(e.getMessage());
        gone.put(candidate, new Standing(candidate, 0, Double.NaN, null, Fate.UNFIT, why, 0));
      }
    }
    return runners;
  }

  private static List<Standing> ordered(List<Standing> standings, Map<Candidate, Standing> gone) {
    List<Standing> left =
        new ArrayList<>(standings.stream().filter(s -> s.fate() == Fate.LEFT).toList());
    left.sort(Comparator.comparingDouble(Standing::accuracy).reversed());
    if (!left.isEmpty()) {
      left.set(0, left.get(0).as(Fate.CHOSEN));
    }
    List<Standing> others = new ArrayList<>(gone.values());
    standings.stream().filter(s -> s.fate() == Fate.BEATEN).forEach(others::add);
    others.sort(Comparator.comparingLong(Standing::events).reversed());
    left.addAll(others);
    return List.copyOf(left);
  }
}
