// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which back end takes the training steps of a job fastest on this machine, found by trying all
 * that can be opened.
 *
 * @param name java, or that of a back end on the class path
 * @param host the fastest of those that take one network at a time: java or another of the class
 *     path; {@code name} itself unless that is a device
 * @param leastStacks for each shape how many networks must be due at least so that the device is
 *     faster than one thread of {@code host}; without the shapes where it never is. Empty where
 *     {@code name} is no device
 * @param measurements what was measured and what could not be opened, for the log
 */
public record FastestBackend(
    String name, String host, Map<NetworkShape, Integer> leastStacks, String measurements) {

  /**
   * A back end that may be tried.
   *
   * @param gathers whether it is a device, to which networks go together
   */
  record Candidate(String name, boolean gathers, Opening opening) {}

  /** Opens a back end. */
  interface Opening {
    NetworkBackend open() throws BackendUnavailableException;
  }

  /** Measures a back end. */
  interface Measurement {

    /**
     * Takes steps of one shape.
     *
     * @param stacked networks in a call
     */
    BackendTrial.Result run(NetworkBackend backend, NetworkShape shape, int stacked);
  }

  private static final Duration TIME = Duration.ofMillis(200);

  /** From stack to smaller stack, as the device is tried. */
  private static final int FEWER = 4;

  /**
   * Keeps a copy.
   *
   * @param name java, or that of a back end on the class path
   * @param host the fastest of those that take one network at a time
   * @param leastStacks for each shape how many networks pay at least
   * @param measurements what was measured, for the log
   */
  public FastestBackend {
    leastStacks = Map.copyOf(leastStacks);
  }

  /**
   * Tries java, and every back end on the class path: those that do not gather network by network,
   * as each subtask of a job would use them, and a device with a full stack. Where the device is
   * fastest then, smaller stacks are tried as well: the networks that are due may be few.
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
    Stream<Candidate> java =
        Stream.of(new Candidate(NetworkBackends.JAVA, false, ReferenceBackend::new));
    Stream<Candidate> others =
        NetworkBackends.providers().stream()
            .map(
                provider ->
                    new Candidate(
                        provider.name(),
                        provider.gathers(),
                        () ->
                            NetworkBackends.open(
                                provider.name(), provider.gathers() ? device : null)));
    int threads = Math.min(subtasks, Runtime.getRuntime().availableProcessors());
    return find(
        Stream.concat(java, others).toList(),
        shapes,
        threads,
        stacked,
        (backend, shape, networks) -> new BackendTrial(shape, networks).run(backend, TIME));
  }

  /**
   * The same of given back ends.
   *
   * @param candidates a host first, devices last
   * @param measurement says how fast they are
   */
  static FastestBackend find(
      List<Candidate> candidates,
      List<NetworkShape> shapes,
      int threads,
      int stacked,
      Measurement measurement) {
    List<String> lines = new ArrayList<>();
    lines.add("%s subtasks beside each other".formatted(threads));
    FastestBackend fastest =
        new FastestBackend(candidates.get(0).name(), candidates.get(0).name(), Map.of(), "");
    double least = Double.POSITIVE_INFINITY;
    Map<NetworkShape, Double> ofHost = Map.of();
    for (Candidate candidate : candidates) {
      try (NetworkBackend backend = candidate.opening().open()) {
        Map<NetworkShape, Double> seconds =
            seconds(backend, shapes, candidate.gathers() ? stacked : 1, measurement, lines);
        double all = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!candidate.gathers() && all / threads < least) {
          least = all / threads;
          ofHost = seconds;
          fastest = new FastestBackend(candidate.name(), candidate.name(), Map.of(), "");
        } else if (candidate.gathers() && all < least) {
          least = all;
          Map<NetworkShape, Integer> stacks =
              leastStacks(backend, seconds, ofHost, stacked, measurement, lines);
          fastest = new FastestBackend(candidate.name(), fastest.host(), stacks, "");
        }
      } catch (BackendUnavailableException | BackendException | IllegalArgumentException e) {
        lines.add(e.getMessage());
      }
    }
    return new FastestBackend(
        fastest.name, fastest.host, fastest.leastStacks, String.join("; ", lines));
  }

  /**
   * @param full seconds of a step in a full stack
   */
  private static Map<NetworkShape, Integer> leastStacks(
      NetworkBackend device,
      Map<NetworkShape, Double> full,
      Map<NetworkShape, Double> host,
      int stacked,
      Measurement measurement,
      List<String> lines) {
    Map<NetworkShape, Integer> least = new LinkedHashMap<>();
    full.forEach(
        (shape, seconds) -> {
          int stack = stacked;
          double time = seconds;
          while (time < host.getOrDefault(shape, Double.POSITIVE_INFINITY)) {
            least.put(shape, stack);
            if (stack == 1) {
              break;
            }
            stack = Math.max(1, stack / FEWER);
            time = seconds(device, shape, stack, measurement, lines);
          }
        });
    return least;
  }

  /** Seconds for a step of each shape. */
  private static Map<NetworkShape, Double> seconds(
      NetworkBackend backend,
      List<NetworkShape> shapes,
      int stacked,
      Measurement measurement,
      List<String> lines) {
    Map<NetworkShape, Double> seconds = new LinkedHashMap<>();
    shapes.forEach(
        shape -> seconds.put(shape, seconds(backend, shape, stacked, measurement, lines)));
    return seconds;
  }

  private static double seconds(
      NetworkBackend backend,
      NetworkShape shape,
      int stacked,
      Measurement measurement,
      List<String> lines) {
    BackendTrial.Result result = measurement.run(backend, shape, stacked);
    lines.add(
        String.format(
            Locale.ROOT,
            "%s %.1f steps/s (%s, %d in a call)",
            result.backend(),
            result.stepsPerSecond(),
            shape,
            stacked));
    return 1 / result.stepsPerSecond();
  }
}
