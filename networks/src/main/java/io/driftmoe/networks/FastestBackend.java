// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which back end takes the training steps of a job fastest on this machine, found by trying all
 * that can be opened.
 *
 * @param name java, or that of a back end on the class path
 * @param measurements what was measured and what could not be opened, for the log
 */
public record FastestBackend(String name, String measurements) {
  private record Candidate(String name, boolean gathers) {}

  private static final Duration TIME = Duration.ofMillis(200);

  /**
   * Tries java, and every back end on the class path: those that do not gather network by network,
   * as each subtask of a job would use them, and a device with a full stack; a device with one
   * network is measured for the log only. It is taken for granted that as many models learn as fill
   * a stack.
   *
   * @param shapes of the job's steps; each counts the same. None: java, for nothing is to be done
   * @param subtasks that take steps beside each other on this machine without a device
   * @param stacked networks whose steps the job takes in one launch on a device, when enough are
   *     due
   * @param device part of the name of the device to try; null for the best there is
   * @return the back end with the shortest time, and what was measured
   */
  public static FastestBackend find(
      List<NetworkShape> shapes, int subtasks, int stacked, @Nullable String device) {
    int threads = Math.min(subtasks, Runtime.getRuntime().availableProcessors());
    String fastest = NetworkBackends.JAVA;
    double least = Double.POSITIVE_INFINITY;
    List<String> lines = new ArrayList<>();
    lines.add("%s subtasks beside each other".formatted(threads));
    Candidate java = new Candidate(NetworkBackends.JAVA, false);
    Stream<Candidate> others =
        NetworkBackends.providers().stream()
            .map(provider -> new Candidate(provider.name(), provider.gathers()));
    for (Candidate candidate : Stream.concat(Stream.of(java), others).toList()) {
      try (NetworkBackend backend =
          NetworkBackends.open(candidate.name(), candidate.gathers() ? device : null)) {
        double seconds = measure(backend, shapes, 1, lines);
        if (candidate.gathers()) {
          seconds = measure(backend, shapes, stacked, lines);
        } else {
          seconds /= threads;
        }
        if (seconds < least) {
          fastest = candidate.name();
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
