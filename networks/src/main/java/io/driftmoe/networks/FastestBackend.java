// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which back end takes the training steps of a job fastest on this machine, found by trying all
 * that can be opened.
 *
 * @param name java, simd or opencl
 * @param measurements what was measured and what could not be opened, for the log
 */
public record FastestBackend(String name, String measurements) {
  private static final Duration TIME = Duration.ofMillis(200);

  /**
   * Tries java and simd router by router, as each subtask of a job would use them, and a device
   * with a full stack; a device with one router is measured for the log only. It is taken for
   * granted that as many models learn as fill a stack.
   *
   * @param shapes of the job's steps; each counts the same. None: java, for nothing is to be done
   * @param subtasks that take steps beside each other on this machine without a device
   * @param stacked routers whose steps the job takes in one launch on a device, when enough are due
   * @param device part of the name of the device to try; null for the best there is
   */
  public static FastestBackend find(
      List<NetworkShape> shapes, int subtasks, int stacked, @Nullable String device) {
    int threads = Math.min(subtasks, Runtime.getRuntime().availableProcessors());
    String fastest = NetworkBackends.JAVA;
    double least = Double.POSITIVE_INFINITY;
    List<String> lines = new ArrayList<>();
    lines.add("%d subtasks beside each other".formatted(threads));
    for (String name :
        List.of(NetworkBackends.JAVA, NetworkBackends.SIMD, NetworkBackends.OPENCL)) {
      boolean stacks = name.equals(NetworkBackends.OPENCL);
      try (NetworkBackend backend = NetworkBackends.open(name, stacks ? device : null)) {
        double seconds = measure(backend, shapes, 1, lines);
        if (stacks) {
          seconds = measure(backend, shapes, stacked, lines);
        } else {
          seconds /= threads;
        }
        if (seconds < least) {
          fastest = name;
          least = seconds;
        }
      } catch (BackendUnavailableException | BackendException | IllegalArgumentException e) {
        lines.add(e.getMessage());
      }
    }
    return new FastestBackend(fastest, String.join("; ", lines));
  }

  /** Seconds for a step of each shape. */
  private static double measure(
      NetworkBackend backend, List<NetworkShape> shapes, int stacked, List<String> lines) {
    double seconds = 0;
    for (NetworkShape shape : shapes) {
      BackendTrial.Result result = new BackendTrial(shape, stacked).run(backend, TIME);
      seconds += 1 / result.stepsPerSecond();
      lines.add(
          String.format(
              Locale.ROOT,
              "%s %.1f steps/s (%s, %d in a call)",
              result.backend(),
              result.stepsPerSecond(),
              shape,
              stacked));
    }
    return seconds;
  }
}
