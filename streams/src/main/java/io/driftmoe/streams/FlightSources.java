// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.List;

/**
 * Sixteen kinds of flight: from and to a hub or another airport, in each of four bands of six hours
 * of the scheduled minute of the day.
 *
 * <p>Sources 0 to 3 fly from hub to hub, 4 to 7 from a hub elsewhere, 8 to 11 from elsewhere to a
 * hub, 12 to 15 between other airports; in each four the first departs before 6:00, the last from
 * 18:00 on.
 */
final class FlightSources implements FeatureSources {
  static final int COUNT = 16;

  /** The ten airports with the most departures and arrivals in the file. */
  static final List<String> HUBS =
      List.of("ORD", "DFW", "ATL", "LAX", "PHX", "STL", "DTW", "MSP", "LAS", "DEN");

  private static final int BANDS = 4;
  private static final int BAND_MINUTES = 360;

  private final NominalGroups origin;
  private final NominalGroups destination;
  private final int minute;

  FlightSources(StreamSchema schema) {
    this.origin = new NominalGroups(schema, "origin", HUBS);
    this.destination = new NominalGroups(schema, "destination", HUBS);
    this.minute = NominalGroups.position(schema, "minute_of_day");
  }

  @Override
  public int source(FeatureVector features) {
    int pair = (origin.isNamed(features) ? 0 : 2) + (destination.isNamed(features) ? 0 : 1);
    int band = (int) features.get(minute) / BAND_MINUTES;
    return BANDS * pair + Math.min(BANDS - 1, Math.max(0, band));
  }
}
