// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A race whose chances are known.
 *
 * @param name for the table
 * @param options of the test
 * @param chances of the next event
 */
record PlantedRace(String name, PairedTestOptions options, Chances chances) {
  static final int EVENTS = 100_000;

  private static final PairedTestOptions PLAIN = new PairedTestOptions(0.05, 0, 1);

  /** Chances that only the challenger, and that only the champion is right. */
  record Rates(double gain, double loss) {
    double mean() {
      return gain - loss;
    }
  }

  /** What the chances of an event depend on. */
  static final class Past {
    int event;

    /** 1, -1 or 0; 0 before the first event. */
    int difference;

    /** Any state that a race keeps; 0 at first. */
    int state;
  }

  /** Chances of the next event, given all before it. */
  @FunctionalInterface
  interface Chances {
    Rates next(Past past, SplittableRandom random);
  }

  /**
   * How one race ended.
   *
   * @param verdict what the test said first
   * @param events after how many, or all
   * @param meanGain mean expected gain of these
   * @param meanLoss mean chance that only the champion is right, of these
   */
  record End(Verdict verdict, int events, double meanGain, double meanLoss) {}

  End run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PairedTest test = new PairedTest(options);
    Past past = new Past();
    double gains = 0;
    double losses = 0;
    while (past.event < EVENTS && test.verdict() == Verdict.UNDECIDED) {
      Rates rates = chances.next(past, random);
      gains += rates.mean();
      losses += rates.loss();
      double draw = random.nextDouble();
      past.difference = draw < rates.gain() ? 1 : draw < rates.gain() + rates.loss() ? -1 : 0;
      past.event++;
      test.add(past.difference < 0, past.difference > 0);
    }
    return new End(test.verdict(), past.event, gains / past.event, losses / past.event);
  }

  private static PlantedRace race(String name, Chances chances) {
    return new PlantedRace(name, PLAIN, chances);
  }

  private static Chances always(double gain, double loss) {
    Rates rates = new Rates(gain, loss);
    return (past, random) -> rates;
  }

  /** Other chances from some event on. */
  private static Chances change(int at, Chances before, Chances after) {
    return (past, random) -> (past.event < at ? before : after).next(past, random);
  }

  /** Few disagreements, and bursts of many, each 100 events long in the mean. */
  private static Chances bursts(double shareOfGains) {
    return (past, random) -> {
      if (random.nextInt(100) == 0) {
        past.state = 1 - past.state;
      }
      double disagreements = past.state == 0 ? 0.004 : 0.4;
      return new Rates(disagreements * shareOfGains, disagreements * (1 - shareOfGains));
    };
  }

  /** A disagreement makes another likely at the next event. */
  private static Chances clusters(double shareOfGains) {
    return (past, random) -> {
      double disagreements = past.difference == 0 ? 0.04 : 0.5;
      return new Rates(disagreements * shareOfGains, disagreements * (1 - shareOfGains));
    };
  }

  /** Not better: at no event is the mean expected gain so far above the smallest gain. */
  static List<PlantedRace> notBetter() {
    return List.of(
        race("equal", always(0.05, 0.05)),
        race("equal, disagree on 1 %", always(0.005, 0.005)),
        race("equal, disagree on 60 %", always(0.3, 0.3)),
        race("equal, disagreements in bursts", bursts(0.5)),
        race("equal, disagreements in clusters", clusters(0.5)),
        race(
            "equal, loses 2,000 and gains 2,000 by turns",
            (past, random) ->
                past.event / 2_000 % 2 == 0 ? new Rates(0.03, 0.07) : new Rates(0.07, 0.03)),
        race(
            "equal at the end, worse for 20,000",
            change(20_000, always(0.03, 0.07), always(0.055, 0.045))),
        race(
            "equal, disagree on 1 %, then on 40 %",
            change(30_000, always(0.005, 0.005), always(0.2, 0.2))),
        race("worse by 0.2 points", always(0.049, 0.051)),
        race("worse by 1 point, in bursts", bursts(0.475)),
        race("worse by 2 points", always(0.04, 0.06)),
        race("worse, rarely right alone", always(0.001, 0.02)),
        race(
            "worse by 4 points, then equal",
            change(10_000, always(0.03, 0.07), always(0.05, 0.05))),
        new PlantedRace(
            "better by the smallest gain, 1 point",
            new PairedTestOptions(0.05, 0.01, 1),
            always(0.055, 0.045)),
        new PlantedRace(
            "better by 7 points, with as many negative flips as allowed",
            new PairedTestOptions(0.05, 0, 0.03),
            always(0.1, 0.03)));
  }

  /** Better all the time. */
  static List<PlantedRace> better() {
    return List.of(
        race("better by 0.5 points", always(0.0525, 0.0475)),
        race("better by 1 point", always(0.055, 0.045)),
        race("better by 2 points", always(0.06, 0.04)),
        race("better by 6 points, disagree on 60 %", always(0.33, 0.27)),
        race("better by 1.9 points, rarely wrong alone", always(0.02, 0.001)),
        race("better by 2 points, in bursts", bursts(0.55)),
        race("better, in clusters", clusters(0.6)),
        new PlantedRace(
            "better by 2 points, smallest gain 0.5",
            new PairedTestOptions(0.05, 0.005, 1),
            always(0.06, 0.04)),
        new PlantedRace(
            "better by 2 points, at most 6 % negative flips, has 4 %",
            new PairedTestOptions(0.05, 0, 0.06), always(0.06, 0.04)));
  }

  /** Better or equal at first; then worse. */
  static List<PlantedRace> turned() {
    PairedTestOptions never = new PairedTestOptions(0.05, 0.5, 1);
    return List.of(
        new PlantedRace("worse by 4 points from the first event", never, always(0.03, 0.07)),
        new PlantedRace(
            "better by 2 points for 1,000, then worse by 4",
            never,
            change(1_000, always(0.06, 0.04), always(0.03, 0.07))),
        new PlantedRace(
            "better by 2 points for 50,000, then worse by 4",
            never,
            change(50_000, always(0.06, 0.04), always(0.03, 0.07))));
  }

  /** Flips whose sign lasts: equal in the long run, and not equal given the last event. */
  static PlantedRace lasting(double smallestGain) {
    return new PlantedRace(
        "equal in the long run, smallest gain %s points".formatted(Math.round(100 * smallestGain)),
        new PairedTestOptions(0.05, smallestGain, 1),
        (past, random) -> {
          past.state = past.difference != 0 ? past.difference : past.state;
          double same = past.state == 0 ? 0.05 : 0.075;
          return past.state < 0 ? new Rates(0.1 - same, same) : new Rates(same, 0.1 - same);
        });
  }
}
