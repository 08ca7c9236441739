// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.LocalException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Measures one learner end to end: alone, as a saturated job, then the highest rate the job
 * sustains, and latencies at parts of that rate.
 */
final class EndToEndBench {
  /** Parts of the highest sustainable rate at which latencies are measured. */
  static final List<Double> SHARES = List.of(0.5, 0.8, 1.0);

  /** How much faster than the job its sender must be, so that the job is what is measured. */
  static final double PRODUCER_MARGIN = 1.5;

  /** How far beyond its saturated rate a job is tried: the JVM has compiled more of it by then. */
  static final double HEADROOM = 1.25;

  private final PrintWriter progress;
  private final List<Double> rates;

  /**
   * All that was measured of one learner.
   *
   * @param keys how many model keys the events have in turn
   * @param libraryRate of the learner alone, events a second, the better of two runs
   * @param sustainableRate the highest, events a second; the saturated one where it was not looked
   *     for
   * @param loads one for each of {@link #SHARES}, or of the rates that were given
   */
  record Result(
      String learner,
      boolean mixture,
      int keys,
      double libraryRate,
      EndToEndMeasures.Saturation saturation,
      double sustainableRate,
      List<EndToEndMeasures.Steady> loads) {

    /** Highest sustainable rate of the job over the learner's rate alone. */
    double ratio() {
      return sustainableRate / libraryRate;
    }
  }

  /**
   * @param rates at which latencies are measured; none for parts of the highest sustainable one
   */
  EndToEndBench(PrintWriter progress, List<Double> rates) {
    this.progress = progress;
    this.rates = List.copyOf(rates);
  }

  /**
   * Takes some minutes.
   *
   * @param mixture whether the learner runs as this project's own job
   * @throws CommandException when a job fails, no rate is sustainable, or the sender is too slow
   */
  Result run(String learner, boolean mixture, int keys, EndToEndMeasures measures)
      throws CommandException, LocalException, InterruptedException {
    say("%s, %d model key%s", learner, keys, keys == 1 ? "" : "s");
    double library = measures.libraryRate();
    say("%s: alone %,.0f events/s", learner, library);
    EndToEndMeasures.Saturation saturation = measures.saturate(library);
    say(
        "%s: saturated job %,.0f events/s; the sender alone %,.0f",
        learner, saturation.jobRate(), saturation.producerRate());
    if (saturation.producerRate() < PRODUCER_MARGIN * saturation.jobRate()) {
      throw new CommandException(
          String.format(
              Locale.ROOT,
              "%s: the sender alone reaches %.0f events/s, less than %.1f times the job's %.0f: it"
                  + " would be measured, not the job",
              learner,
              saturation.producerRate(),
              PRODUCER_MARGIN,
              saturation.jobRate()));
    }
    double sustainable =
        rates.isEmpty() ? highest(learner, measures, saturation.jobRate()) : saturation.jobRate();
    List<Double> offered =
        rates.isEmpty() ? SHARES.stream().map(share -> share * sustainable).toList() : rates;
    List<EndToEndMeasures.Steady> loads = new ArrayList<>();
    for (double rate : offered) {
      EndToEndMeasures.Steady steady = measures.measure(rate);
      say(
          "%s: %3.0f %% = %,.0f events/s: 99 %% seen within %,.1f ms, committed within %,.1f ms",
          learner,
          100 * rate / sustainable,
          steady.rate(),
          steady.seen().getValueAtPercentile(99) / 1e3,
          steady.committed().getValueAtPercentile(99) / 1e3);
      loads.add(steady);
    }
    // again, and the better one counts: the JVM goes on compiling, and machines are not always
    // quiet
    double again = measures.libraryRate();
    say("%s: alone, once more, %,.0f events/s", learner, again);
    return new Result(
        learner, mixture, keys, Math.max(library, again), saturation, sustainable, loads);
  }

  private double highest(String learner, EndToEndMeasures measures, double saturated)
      throws CommandException, LocalException, InterruptedException {
    double limit = HEADROOM * saturated;
    OptionalDouble highest = RateSearch.highest(limit, rate -> probe(learner, measures, rate));
    if (highest.isEmpty()) {
      throw new CommandException(
          String.format(
              Locale.ROOT,
              "%s: the job keeps up with no rate from %.0f events/s on; is the machine busy?",
              learner,
              limit / RateSearch.STEPS));
    }
    return highest.getAsDouble();
  }

  private boolean probe(String learner, EndToEndMeasures measures, double rate)
      throws CommandException, LocalException, InterruptedException {
    boolean sustained = measures.sustains(rate);
    say("%s: %,.0f events/s %s", learner, rate, sustained ? "sustained" : "too much");
    return sustained;
  }

  private void say(String text, Object... values) {
    progress.println(String.format(Locale.ROOT, text, values));
    progress.flush();
  }
}
