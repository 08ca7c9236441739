// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The back end that takes the training steps of a job fastest on this machine, found by trying all
 * that can be opened.
 *
 * @param kind java, simd or opencl
 * @param backend opened
 * @param reason what was measured and what could not be opened, for the log
 */
public record FastestBackend(String kind, RouterBackend backend, String reason) {
  private static final Duration TIME = Duration.ofMillis(300);

  /**
   * Tries java and simd router by router, as a job would, and a device with a full stack.
   *
   * @param shapes of the job's steps, at least one; each counts the same
   * @param stacked routers whose steps the job takes in one launch on a device, when enough are due
   * @param device part of the name of the device to try; null for the best there is
   */
  public static FastestBackend find(List<RouterShape> shapes, int stacked, String device) {
    List<String> lines = new ArrayList<>();
    String kind = null;
    RouterBackend fastest = null;
    double least = Double.POSITIVE_INFINITY;
    for (String name : List.of(RouterBackends.JAVA, RouterBackends.SIMD, RouterBackends.OPENCL)) {
      boolean stacks = name.equals(RouterBackends.OPENCL);
      RouterBackend backend;
      double seconds = 0;
      try {
        backend = RouterBackends.open(name, stacks ? device : null);
      } catch (BackendUnavailableException e) {
        lines.add(e.getMessage());
        continue;
      }
      try {
        for (RouterShape shape : shapes) {
          BackendTrial.Result result =
              new BackendTrial(shape, stacks ? stacked : 1).run(backend, TIME);
          seconds += 1 / result.stepsPerSecond();
          lines.add(
              String.format(
                  Locale.ROOT,
                  "%s: %.1f steps/s of %s, %d in a call",
                  result.backend(),
                  result.stepsPerSecond(),
                  shape,
                  result.stacked()));
        }
      } catch (BackendException e) {
        lines.add(backend.name() + ": " + e.getMessage());
        seconds = Double.POSITIVE_INFINITY;
      }
      if (seconds < least) {
        if (fastest != null) {
          fastest.close();
        }
        kind = name;
        fastest = backend;
        least = seconds;
      } else {
        backend.close();
      }
    }
    return new FastestBackend(kind, fastest, String.join("; ", lines));
  }
}
