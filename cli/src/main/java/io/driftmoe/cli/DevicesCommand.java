// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import io.driftmoe.opencl.OpenClDevice;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe devices}: what can compute networks here, each with a self-test. */
@Command(
    name = "devices",
    description = {
      "Lists what can compute networks here (router.backend in a job's configuration), "
          + "OpenCL platforms and devices included, and tries each: every kind of training step, "
          + "compared with plain Java."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "From how many models on a GPU is faster than this processor, on the networks of adaptive:",
      "  driftmoe devices --measure"
    })
final class DevicesCommand implements Callable<Integer> {
  private static final String ROW = "%-7s %-10s %s%n";
  private static final double GIB = 1 << 30;

  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "Only OpenCL devices with this in their names, in any case.")
  private @Nullable String device;

  @Option(
      names = "--measure",
      description = "Measures training steps a second as well, on all that passed.")
  private boolean measure;

  @ArgGroup(validate = false, heading = "%nWith --measure:%n")
  private MeasureOptions measured = new MeasureOptions();

  /** A line of the list. */
  private record Candidate(NetworkBackend backend, @Nullable OpenClDevice device) {}

  private int failures;

  @Override
  public Integer call() throws CommandException {
    measured.check();
    PrintWriter out = spec.commandLine().getOut();
    List<Candidate> candidates = new ArrayList<>();
    out.printf(ROW, "backend", "self-test", "where");
    out.flush();
    try {
      tryHost(NetworkBackends.JAVA, "this JVM, plain Java: the reference", candidates);
      tryHost(NetworkBackends.SIMD, "this JVM, vector instructions", candidates);
      tryDevices(candidates);
      if (measure) {
        out.println();
        for (Candidate candidate : candidates) {
          measured.run(candidate.backend(), peak(candidate), out);
        }
        measured.conclude(out);
      }
    } finally {
      candidates.forEach(candidate -> candidate.backend().close());
    }
    if (failures > 0) {
      throw new CommandException(failures + " of the devices failed the self-test");
    }
    return 0;
  }

  private static double peak(Candidate candidate) throws CommandException {
    try {
      OpenClDevice device = candidate.device();
      return device == null ? Double.NaN : device.measurePeak();
    } catch (BackendUnavailableException e) {
      throw new CommandException(e.getMessage(), e);
    }
  }

  private void tryHost(String name, String where, List<Candidate> candidates) {
    try {
      candidates.add(new Candidate(NetworkBackends.open(name, null), null));
      print(name, "ok", where);
    } catch (BackendUnavailableException e) {
      print(name, "no", e.getMessage());
    }
  }

  private void tryDevices(List<Candidate> candidates) throws CommandException {
    List<OpenClDevice> devices;
    try {
      devices = OpenClDevice.called(device);
    } catch (BackendUnavailableException e) {
      if (device != null) {
        throw new CommandException(e.getMessage(), e);
      }
      print(NetworkBackends.OPENCL, "no", e.getMessage());
      return;
    }
    for (OpenClDevice found : devices) {
      try {
        candidates.add(new Candidate(found.open(), found));
        print(NetworkBackends.OPENCL, "ok", describe(found));
      } catch (BackendUnavailableException e) {
        failures++;
        print(NetworkBackends.OPENCL, "FAILED", describe(found) + ": " + e.getMessage());
      }
    }
  }

  private static String describe(OpenClDevice device) {
    return String.format(
        Locale.ROOT,
        "%s (%s), %s, %d compute units, %.1f GiB, %d KiB for a work group of at most %d; %s",
        device.name(),
        device.platform(),
        device.type(),
        device.computeUnits(),
        device.globalBytes() / GIB,
        device.localBytes() >> 10,
        device.groupSize(),
        device.version());
  }

  private void print(String backend, String selfTest, @Nullable String where) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(ROW, backend, selfTest, where);
    out.flush();
  }
}
