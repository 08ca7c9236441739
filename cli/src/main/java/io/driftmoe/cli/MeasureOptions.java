// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendTrial;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.NetworkScope;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code driftmoe devices --measure} measures, and its table. */
final class MeasureOptions {
  private static final String ROW = "%-24s %-30s %6s %10s %9s %10s %9s %9s %9s %8s %7s%n";
  private static final int NAME = 24;
  private static final List<Integer> SIZES = List.of(24, 256, 128, 12);
  private static final List<Integer> BATCHES = List.of(16, 256);

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "adaptive",
      description = "Whose networks, gates and experts; default ${DEFAULT-VALUE}.")
  private String preset;

  @Option(
      names = "--stream",
      paramLabel = "NAME",
      defaultValue = "rbf_f5",
      description =
          "Whose attributes and classes they have ('driftmoe bench --list'); default "
              + "${DEFAULT-VALUE}: ten numbers, five classes.")
  private String stream;

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      description =
          "Instead: inputs, hidden layers and experts of one network; 24,256,128,12 where only "
              + "--batch is given.")
  private @Nullable List<Integer> sizes;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      description = "Events of its mini-batch; 16,256 where only --sizes is given.")
  private @Nullable List<Integer> batches;

  @Option(
      names = "--routers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,4,16,64,256",
      description =
          "Networks stacked in a call: model keys whose mini-batches are due together; default "
              + "${DEFAULT-VALUE}.")
  private List<Integer> routers;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "To measure each figure, once it gets no better; default ${DEFAULT-VALUE}.")
  private double seconds;

  private record Measured(NetworkShape shape, BackendTrial.Result result, boolean device) {}

  private final List<Measured> all = new ArrayList<>();

  void check() {
    if (sizes != null && sizes.size() < 2) {
      throw new UsageException("--sizes must name at least inputs and experts, got " + sizes);
    }
    positive("--sizes", sizes == null ? SIZES : sizes);
    positive("--batch", batches == null ? BATCHES : batches);
    positive("--routers", routers);
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new UsageException("--seconds must be above 0 and at most 3600, got " + seconds);
    }
    shapes();
  }

  private static void positive(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1) {
        throw new UsageException("%s must be at least 1, got %s".formatted(option, value));
      }
    }
  }

  /** Of the steps that are measured. */
  private List<NetworkShape> shapes() {
    if (sizes == null && batches == null) {
      return shapesOfThePreset();
    }
    List<Integer> layers = sizes == null ? SIZES : sizes;
    return (batches == null ? BATCHES : batches)
        .stream().map(batch -> new NetworkShape(layers, Loss.BINARY, batch, false)).toList();
  }

  private List<NetworkShape> shapesOfThePreset() {
    Preset known;
    try {
      known = Preset.of(preset);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--preset: " + e.getMessage(), e);
    }
    try (LabeledStream events = StreamCatalog.open(stream, 1, 0)) {
      StreamSchema schema = events.schema();
      return MixtureOfExperts.create(MixtureConfig.of(known, 0), schema)
          .networkShapes(NetworkScope.ALL);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new UsageException("--stream: " + FailureMessage.of(e), e);
    }
  }

  /**
   * Measures one back end.
   *
   * @param peak floating-point operations a second that its device can do; NaN where there is none
   */
  void run(NetworkBackend backend, double peak, PrintWriter out) throws CommandException {
    if (all.isEmpty()) {
      out.println("training steps of networks; all but steps/s per step");
      out.printf(
          ROW,
          "backend",
          "network x mini-batch",
          "models",
          "steps/s",
          "ms",
          "launches",
          "kernels",
          "KB there",
          "KB back",
          "GFLOP/s",
          "of peak");
    }
    for (NetworkShape shape : shapes()) {
      for (int stacked : routers) {
        try {
          BackendTrial.Result result = new BackendTrial(shape, stacked).run(backend, time());
          all.add(new Measured(shape, result, !Double.isNaN(peak)));
          print(shape, result, peak, out);
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

  /** Says of each network from how many models on a device is faster than a thread without. */
  void conclude(PrintWriter out) {
    for (NetworkShape shape : shapes()) {
      List<Measured> measured = all.stream().filter(one -> one.shape().equals(shape)).toList();
      Optional<BackendTrial.Result> host =
          measured.stream().filter(one -> !one.device()).map(Measured::result).max(BY_SPEED);
      List<String> devices =
          measured.stream()
              .filter(Measured::device)
              .map(one -> one.result().backend())
              .distinct()
              .toList();
      for (String device : devices) {
        List<BackendTrial.Result> results =
            measured.stream()
                .map(Measured::result)
                .filter(result -> result.backend().equals(device))
                .toList();
        host.ifPresent(thread -> conclude(shape, thread, results, out));
      }
    }
    out.flush();
  }

  private static final Comparator<BackendTrial.Result> BY_SPEED =
      Comparator.comparingDouble(BackendTrial.Result::stepsPerSecond);

  private static void conclude(
      NetworkShape shape,
      BackendTrial.Result host,
      List<BackendTrial.Result> device,
      PrintWriter out) {
    BackendTrial.Result best = device.stream().max(BY_SPEED).orElseThrow();
    String pays =
        device.stream()
            .filter(result -> result.stepsPerSecond() > host.stepsPerSecond())
            .map(BackendTrial.Result::stacked)
            .min(Comparator.naturalOrder())
            .map(models -> "pays from " + models + " models on")
            .orElse("does not pay");
    out.printf(
        Locale.ROOT,
        "%s: %s %s; at best %s ms a step, with %d models; %s takes %s ms on one thread%n",
        shape,
        best.backend(),
        pays,
        number(1e3 / best.stepsPerSecond()),
        best.stacked(),
        host.backend(),
        number(1e3 / host.stepsPerSecond()));
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
        shape,
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
