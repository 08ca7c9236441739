// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

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

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = {
        "Events a second; 0: as fast as possible, the default except for a demo with its live page, "
            + "which has 2000 so that one can follow it."
      })
  private void setRate(double rate) {
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw invalid("--rate must be 0 or a positive number, got " + rate);
    }
    this.rate = rate;
  }

  @Option(
      names = "--label-delay",
      paramLabel = "D",
      defaultValue = "0",
      description = {
        "Default 0: the event carries its label. D > 0: the label of event i is sent on its own, "
            + "after event i + D."
      })
  private void setLabelDelay(long labelDelay) {
    if (labelDelay < 0 || labelDelay > Integer.MAX_VALUE) {
      throw invalid(
          "--label-delay must lie between 0 and %s events, got %s"
              .formatted(Integer.MAX_VALUE, labelDelay));
    }
    this.labelDelay = labelDelay;
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
