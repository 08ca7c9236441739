// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendTrial;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** What {@code driftmoe devices --measure} measures, and its table. */
final class MeasureOptions {
  private static final String ROW = "%-24s %6s %8s %10s %9s %10s %9s %9s %9s %8s %7s%n";
  private static final int NAME = 24;

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      defaultValue = "24,256,128,12",
      description = "Inputs, hidden layers and experts of a network; default ${DEFAULT-VALUE}.")
  private List<Integer> sizes;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "16,256",
      description = "Events of a mini-batch; default ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--routers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,16,256",
      description = "Networks stacked in a call; default ${DEFAULT-VALUE}.")
  private List<Integer> routers;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "To measure each figure, once it gets no better; default ${DEFAULT-VALUE}.")
  private double seconds;

  private boolean headed;

  void check() {
    if (sizes.size() < 2) {
      throw new UsageException("--sizes must name at least inputs and experts, got " + sizes);
    }
    positive("--sizes", sizes);
    positive("--batch", batches);
    positive("--routers", routers);
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new UsageException("--seconds must be above 0 and at most 3600, got " + seconds);
    }
  }

  private static void positive(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1) {
        throw new UsageException("%s must be at least 1, got %s".formatted(option, value));
      }
    }
  }

  /**
   * Measures one back end.
   *
   * @param peak floating-point operations a second that its device can do; NaN where there is none
   */
  void run(NetworkBackend backend, double peak, PrintWriter out) throws CommandException {
    if (!headed) {
      headed = true;
      out.println(
          "training steps of networks " + sizes + ", binary loss; all but steps/s per step");
      out.printf(
          ROW,
          "backend",
          "batch",
          "routers",
          "steps/s",
          "ms",
          "launches",
          "kernels",
          "KB there",
          "KB back",
          "GFLOP/s",
          "of peak");
    }
    for (int batch : batches) {
      for (int stacked : routers) {
        NetworkShape shape = new NetworkShape(sizes, Loss.BINARY, batch, false);
        try {
          print(shape, new BackendTrial(shape, stacked).run(backend, time()), peak, out);
        } catch (BackendException e) {
          throw new CommandException(FailureMessage.of(e), e);
        }
      }
    }
    if (!Double.isNaN(peak)) {
      out.printf(
          Locale.ROOT, "%nmultiplying and adding in registers: %.0f GFLOP/s%n%n", peak / 1e9);
    }
  }

  private Duration time() {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private static void print(
      NetworkShape shape, BackendTrial.Result result, double peak, PrintWriter out) {
    double steps = (double) result.calls() * result.stacked();
    double operations = shape.operations() * result.stepsPerSecond();
    String name = result.backend();
    out.printf(
        Locale.ROOT,
        ROW,
        name.substring(0, Math.min(NAME, name.length())),
        shape.rows(),
        result.stacked(),
        number(result.stepsPerSecond()),
        number(1e3 / result.stepsPerSecond()),
        number(result.used().launches() / steps),
        number(result.used().kernels() / steps),
        number(result.used().bytesToDevice() / steps / 1e3),
        number(result.used().bytesFromDevice() / steps / 1e3),
        number(operations / 1e9),
        Double.isNaN(peak) ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * operations / peak));
    out.flush();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.4f" : "%,.1f", value);
  }
}
