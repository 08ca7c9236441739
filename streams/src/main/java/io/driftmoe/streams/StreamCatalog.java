// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/**
 * The streams known by name, those of Aspis et al., DriftMoE (arXiv 2507.18464), and two variants.
 *
 * <table>
 * <caption>Streams</caption>
 * <tr><td>led_a, led_g</td><td>MOA's LED digits (24 binary attributes, 10 classes, 10 % noise); 1,
 * 3, 5, then 7 attributes have changed places; abrupt or gradual</td></tr>
 * <tr><td>sea_a, sea_g</td><td>SEA functions 1, 2, 4, 1 (3 numeric attributes, 2 classes, 10 %
 * noise); abrupt or gradual</td></tr>
 * <tr><td>rbf_m, rbf_f</td><td>radial basis functions (10 numeric attributes, 2 classes), 50
 * centroids that all move at speed 1e-4 or 1e-3 from the first event to the last</td></tr>
 * <tr><td>rbf_m5, rbf_f5</td><td>the same with 5 classes</td></tr>
 * <tr><td>elec</td><td>electricity.arff from the data folder, in its own order</td></tr>
 * </table>
 *
 * <p>Of 1,000,000 events, the abrupt drifts have their centres at 249,975, 499,975 and 749,975 and
 * width 50, the gradual ones at 225,000, 475,000 and 725,000 and width 50,000. For any other number
 * of events both scale in proportion, rounded, widths to at least 1.
 */
public final class StreamCatalog {
  private static final List<String> NAMES =
      List.of("led_a", "led_g", "sea_a", "sea_g", "rbf_m", "rbf_f", "rbf_m5", "rbf_f5", "elec");

  private StreamCatalog() {}

  /** All names, in the order of the tables of results. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Opens a stream at its first event.
   *
   * @param name one of {@link #names}
   * @param events how many events the stream has, 1 to 2^31-1; elec has at most its 45,312
   * @param seed of everything random in a generator; elec ignores it
   * @throws IllegalArgumentException on an unknown name, naming the known ones, or a number of
   *     events outside the range
   * @throws UncheckedIOException when elec's file cannot be found or read
   */
  public static LabeledStream open(String name, long events, long seed) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "no stream is called '%s'; known are %s".formatted(name, String.join(", ", NAMES)));
    }
    if (events < 1 || events > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "events must lie between 1 and %d, got %d".formatted(Integer.MAX_VALUE, events));
    }
    return switch (name) {
      case "led_a" -> PaperStreams.led(name, Drifts.abrupt(events), events, seed);
      case "led_g" -> PaperStreams.led(name, Drifts.gradual(events), events, seed);
      case "sea_a" -> PaperStreams.sea(name, Drifts.abrupt(events), events, seed);
      case "sea_g" -> PaperStreams.sea(name, Drifts.gradual(events), events, seed);
      case "rbf_m" -> PaperStreams.rbf(name, 2, 1e-4, events, seed);
      case "rbf_f" -> PaperStreams.rbf(name, 2, 1e-3, events, seed);
      case "rbf_m5" -> PaperStreams.rbf(name, 5, 1e-4, events, seed);
      case "rbf_f5" -> PaperStreams.rbf(name, 5, 1e-3, events, seed);
      default -> electricity(name, events);
    };
  }

  private static LabeledStream electricity(String name, long events) {
    try {
      return new NamedStream(
          name, DataFiles.open(DataFolder.file("electricity.arff"), "class", Set.of(), events));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
