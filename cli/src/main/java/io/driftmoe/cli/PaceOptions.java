// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LabelArrival;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast events are sent and how long their labels lag. */
final class PaceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable Double rate;
  private long labelDelay;
  private boolean trueTimes;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = {
        "Events a second; 0: as fast as possible, the default except for a demo with its live page,"
            + " which has 2000 so that one can follow it."
      })
  private void setRate(double rate) {
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw invalid("--rate must be 0 or a positive number, got " + rate);
    }
    this.rate = rate;
  }

  @Option(
      names = "--label-delay",
      paramLabel = "D|true-times",
      defaultValue = "0",
      description = {
        "Default 0: the event carries its label. D > 0: the label of event i is sent on its own, "
            + "after event i + D. true-times: events have the times that the stream recorded, and "
            + "each label is sent on its own when it became known; one that is known by the time "
            + "of its event comes with it, one that is not known before the last event not at all."
      })
  private void setLabelDelay(String text) {
    trueTimes = text.equals(LabelArrival.TRUE_TIMES_TEXT);
    labelDelay = trueTimes ? 0 : events(text);
  }

  private long events(String text) {
    long labelDelay;
    try {
      labelDelay = Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw invalid(
          "--label-delay must be a number of events or %s, got '%s'"
              .formatted(LabelArrival.TRUE_TIMES_TEXT, text));
    }
    if (labelDelay < 0 || labelDelay > Integer.MAX_VALUE) {
      throw invalid(
          "--label-delay must lie between 0 and %s events, got %s"
              .formatted(Integer.MAX_VALUE, labelDelay));
    }
    return labelDelay;
  }

  /** Whether labels come when the stream recorded that they became known. */
  boolean trueTimes() {
    return trueTimes;
  }

  /** What was given, or else this. */
  double rateOr(double usual) {
    return rate == null ? usual : rate;
  }

  double rate() {
    return rateOr(0);
  }

  long labelDelay() {
    return labelDelay;
  }

  private ParameterException invalid(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
