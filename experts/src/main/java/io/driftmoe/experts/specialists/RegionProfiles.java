// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.InputMeaning;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the events of each specialist have in common: the mean of every input over the events it was
 * responsible for, which forgets exponentially. Numeric inputs are standardised, so a mean says how
 * far the region lies from the middle of the stream, in standard deviations. Inputs that wide
 * attributes share mean nothing by themselves and are not named.
 */
final class RegionProfiles {
  /** Weight of the newest event, once there were many. */
  private static final double RATE = 1e-3;

  private static final int NAMED = 3;

  /** Means nearer to those of the whole stream than this are not worth naming. */
  private static final double LEAST_DISTANCE = 0.2;

  private final List<InputMeaning> meanings;

  /** {@code [specialists + 1][inputs]}; the last row is over all of them. */
  private final double[][] means;

  private final double[] masses;

  /**
   * @param encoder makes the inputs
   */
  RegionProfiles(InputEncoder encoder, int specialists) {
    this.meanings = encoder.meanings();
    this.means = new double[specialists + 1][encoder.width()];
    this.masses = new double[specialists + 1];
  }

  /**
   * Takes note of an event.
   *
   * @param e specialist
   * @param responsibility of it for the event, above 0, at most 1
   */
  void add(int e, float[] inputs, double responsibility) {
    move(e, inputs, responsibility);
    move(means.length - 1, inputs, responsibility);
  }

  private void move(int row, float[] inputs, double responsibility) {
    masses[row] += responsibility;
    double rate = responsibility * Math.max(RATE, 1 / masses[row]);
    double[] mean = means[row];
    for (int i = 0; i < mean.length; i++) {
      mean[i] += rate * (inputs[i] - mean[i]);
    }
  }

  /** The inputs by which the region of specialist e differs most from the stream, in words. */
  String describe(int e) {
    if (masses[e] == 0) {
      return "no region yet";
    }
    double[] all = means[means.length - 1];
    double[] mean = means[e];
    List<Integer> farthest = new ArrayList<>(NAMED + 1);
    for (int i = 0; i < meanings.size(); i++) {
      double distance = Math.abs(mean[i] - all[i]);
      int at = farthest.size();
      while (at > 0
          && distance > Math.abs(mean[farthest.get(at - 1)] - all[farthest.get(at - 1)])) {
        at--;
      }
      if (at < NAMED && distance >= LEAST_DISTANCE) {
        farthest.add(at, i);
      }
      if (farthest.size() > NAMED) {
        farthest.remove(NAMED);
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i : farthest) {
      text.append(text.isEmpty() ? "" : ", ").append(words(i, mean[i], mean[i] - all[i]));
    }
    return text.isEmpty() ? "everywhere" : text.toString();
  }

  private String words(int i, double mean, double distance) {
    String name = meanings.get(i).name();
    return meanings.get(i).nominal()
        ? String.format(Locale.ROOT, "%s in %.0f %% (%+.0f)", name, 100 * mean, 100 * distance)
        : String.format(
            Locale.ROOT, "%s %s (%+.1f sd)", name, distance > 0 ? "high" : "low", distance);
  }

  void writeTo(DataOutput out) throws IOException {
    SnapshotArrays.writeDoubles(out, masses);
    for (double[] mean : means) {
      SnapshotArrays.writeDoubles(out, mean);
    }
  }

  void readFrom(DataInput in) throws IOException {
    SnapshotArrays.readDoubles(in, masses, 0, Double.MAX_VALUE, "masses of regions");
    for (double[] mean : means) {
      SnapshotArrays.readDoubles(
          in, mean, -InputEncoder.LIMIT, InputEncoder.LIMIT, "means of regions");
    }
  }
}
