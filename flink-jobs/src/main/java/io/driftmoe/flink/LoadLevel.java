// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * How far one subtask is behind, and how much of the work it does because of it.
 *
 * <p>It is told how long each event was on its way from its source to here. While the subtask keeps
 * up that takes moments; when it cannot, the buffers between them fill, and it takes as long as
 * their content does. No clock of those who send events plays a part. Levels follow from the clock
 * of this machine, so a second run has others.
 */
final class LoadLevel {
  /** How long the mean is taken over. */
  private static final long PERIOD_MICROS = 1_000_000;

  /** Periods in a row, without a wait worth mentioning, after which a level is given back. */
  private static final int CALM_PERIODS = 5;

  private final int levels;
  private final long behindMicros;
  private final long recoveredMicros;

  private int level;
  private int calm;
  private long periodBegan = Long.MIN_VALUE;
  private long events;
  private long waited;

  LoadLevel(JobOptions.Load options) {
    this.levels = options.levels();
    this.behindMicros = options.behind().toNanos() / 1_000;
    this.recoveredMicros = options.recovered().toNanos() / 1_000;
  }

  /** Whether the level can be any but 0. */
  boolean mayRise() {
    return levels > 0;
  }

  /**
   * Takes note of an event whose turn it is.
   *
   * @param received when its source had read it, microseconds since 1970
   * @param now likewise
   */
  void came(long received, long now) {
    if (periodBegan == Long.MIN_VALUE || now < periodBegan) { // a clock that was set back
      begin(now);
    }
    long periods = (now - periodBegan) / PERIOD_MICROS;
    if (periods > 0) {
      judge();
      if (now - received <= recoveredMicros) { // nothing came in the others; else it was held up
        calm = (int) Math.min(Integer.MAX_VALUE, calm + periods - 1);
      }
      giveBack();
      begin(now);
    }
    events++;
    waited += Math.max(0, now - received);
  }

  private void begin(long now) {
    periodBegan = now;
    events = 0;
    waited = 0;
  }

  private void judge() {
    long mean = events == 0 ? 0 : waited / events;
    if (mean >= behindMicros) {
      level = Math.min(levels, level + 1);
      calm = 0;
    } else {
      calm = mean <= recoveredMicros ? calm + 1 : 0;
    }
  }

  private void giveBack() {
    while (level > 0 && calm >= CALM_PERIODS) {
      level--;
      calm -= CALM_PERIODS;
    }
    calm = level == 0 ? 0 : calm;
  }

  /** 0 for all the work. */
  int level() {
    return level;
  }

  /** What the level would be for an event that came now without a wait; from any thread. */
  int levelAt(long now) {
    int last = level;
    long silent = Math.max(0, (now - periodBegan) / PERIOD_MICROS - 1);
    return last == 0 ? 0 : (int) Math.max(0, last - (calm + silent) / CALM_PERIODS);
  }
}
