// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.List;

/**
 * Scores alarms against planted drifts (Bifet et al.: CD-MOA: Change detection framework for
 * massive online analysis, IDA 2013).
 *
 * <p>Each drift owns the events from its start to halfway to the start of the next one, the last
 * drift to the end of the stream. Its first alarm in there detects it. Further alarms while the
 * change is still going on are its echo and count nowhere; every other alarm is a false one.
 *
 * <p>A stretch is quiet when no drift is going on: neither is a concept giving way to the next, nor
 * is the drift still undetected within its own events. The mean time between false alarms is the
 * number of quiet events by that of false alarms.
 */
final class DetectionScore {
  /** Events after the start of a drift within which an alarm is prompt. */
  static final long PROMPT = 1_000;

  private final List<CellResult.Drift> drifts;
  private final long events;
  private int detected;
  private int prompt;
  private int falseAlarms;
  private long delays;
  private long quiet;

  private DetectionScore(List<CellResult.Drift> drifts, long events) {
    this.drifts = drifts;
    this.events = events;
  }

  /**
   * Scores one detector.
   *
   * @param drifts planted, by position
   * @param events of the stream
   * @param alarms indexes of events, in order
   */
  static CellResult.Detection of(
      String detector, List<CellResult.Drift> drifts, long events, List<Long> alarms) {
    DetectionScore score = new DetectionScore(drifts, events);
    score.addAll(alarms);
    return new CellResult.Detection(
        detector,
        drifts.size(),
        score.detected,
        score.falseAlarms,
        score.detected == 0 ? Double.NaN : (double) score.delays / score.detected,
        score.falseAlarms == 0 ? Double.NaN : (double) score.quiet / score.falseAlarms,
        score.prompt,
        score.quiet);
  }

  private void addAll(List<Long> alarms) {
    quiet = events;
    int next = 0;
    for (int d = 0; d < drifts.size(); d++) {
      long start = drifts.get(d).start();
      long changeEnd = start + drifts.get(d).width();
      long end = ownedEnd(d);
      for (; next < alarms.size() && alarms.get(next) < start; next++) {
        falseAlarms++;
      }
      long calm = end; // where the drift is over: undetected it never is
      if (next < alarms.size() && alarms.get(next) < end) {
        long first = alarms.get(next);
        detected++;
        prompt += first - start <= PROMPT ? 1 : 0;
        delays += first - start;
        calm = Math.min(end, Math.max(changeEnd, first));
        for (next++; next < alarms.size() && alarms.get(next) < changeEnd; next++) {
          // an echo
        }
      }
      quiet -= calm - start;
    }
    falseAlarms += alarms.size() - next;
  }

  private long ownedEnd(int drift) {
    if (drift == drifts.size() - 1) {
      return events;
    }
    long start = drifts.get(drift).start();
    return start + (drifts.get(drift + 1).start() - start) / 2;
  }
}
