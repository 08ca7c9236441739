// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Cell;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How long the cells that are left will take. Learners differ in speed by a factor of a thousand,
 * so each is judged by its own cells that have run or are running, and one that has not begun by
 * the mean of the others; cells run as many at a time as now.
 */
final class TimeLeft {
  private final LongSupplier nanoTime;
  private final Set<Cell> unfinished;
  private final Map<Cell, Running> running = new HashMap<>();
  private final Map<String, Speed> speeds = new HashMap<>();

  private static final class Running {
    private final long since;
    private long events;

    private Running(long since) {
      this.since = since;
    }
  }

  private static final class Speed {
    private double seconds;
    private double events;
  }

  TimeLeft(List<Cell> cells, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.unfinished = new HashSet<>(cells);
  }

  void started(Cell cell) {
    running.put(cell, new Running(nanoTime.getAsLong()));
  }

  void progressed(Cell cell, long events) {
    Running now = running.get(cell);
    if (now != null) {
      now.events = events;
    }
  }

  /**
   * @param reused whether it took no time
   */
  void finished(Cell cell, boolean reused) {
    unfinished.remove(cell);
    Running ended = running.remove(cell);
    if (!reused && ended != null && ended.events > 0) {
      add(speeds, cell, ended);
    }
  }

  private void add(Map<String, Speed> to, Cell cell, Running cells) {
    Speed speed = to.computeIfAbsent(cell.learner().name(), name -> new Speed());
    speed.seconds += (nanoTime.getAsLong() - cells.since) / 1e9;
    speed.events += cells.events;
  }

  /** Empty while nothing is known. */
  Optional<Duration> estimate() {
    Map<String, Speed> known = new HashMap<>();
    speeds.forEach(
        (name, speed) -> {
          Speed copy = new Speed();
          copy.seconds = speed.seconds;
          copy.events = speed.events;
          known.put(name, copy);
        });
    running.forEach(
        (cell, now) -> {
          if (now.events > 0) {
            add(known, cell, now);
          }
        });
    if (known.isEmpty()) {
      return Optional.empty();
    }
    double mean =
        known.values().stream().mapToDouble(s -> s.seconds / s.events).average().orElseThrow();
    double seconds = 0;
    for (Cell cell : unfinished) {
      Speed speed = known.get(cell.learner().name());
      Running now = running.get(cell);
      long events = cell.events() - (now == null ? 0 : now.events);
      seconds += Math.max(0, events) * (speed == null ? mean : speed.seconds / speed.events);
    }
    return Optional.of(Duration.ofMillis(Math.round(1000 * seconds / Math.max(1, running.size()))));
  }
}
