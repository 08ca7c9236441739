// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The streams known by name: those of Aspis et al., DriftMoE (arXiv 2507.18464), more generators
 * that stream learners are compared on, regimes that interleave, streams of growing size, and
 * public data sets.
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
 * <tr><td>elec, covtype, airlines</td><td>Electricity (8 attributes, 2 classes), Covertype (54, 7)
 * and Airlines (7, 2) from the data folder, in their own order</td></tr>
 * <tr><td>agrawal_a, agrawal_g</td><td>Agrawal's functions 1, 2, 3, 4 (6 numeric and 3 nominal
 * attributes, 2 classes, values perturbed by 5 %); abrupt or gradual</td></tr>
 * <tr><td>hyperplane</td><td>side of a hyperplane (10 numeric attributes, 2 classes, 5 % noise) all
 * of whose weights change by 0.001 with every event</td></tr>
 * <tr><td>random_tree</td><td>a random tree (5 nominal and 5 numeric attributes, 2 classes) that
 * stays</td></tr>
 * <tr><td>random_tree_a</td><td>four random trees, abrupt drifts</td></tr>
 * <tr><td>recurring</td><td>random trees A, B, C in turn, four times each, abrupt drifts at every
 * twelfth of the stream</td></tr>
 * <tr><td>regime_s4s, regime_s8s</td><td>4 or 8 sources with conflicting concepts over ten label
 * features, 2 classes, 5 % label noise; three context features in clusters, one a source, well
 * separated</td></tr>
 * <tr><td>regime_s4o, regime_s8o</td><td>the same with clusters that overlap</td></tr>
 * <tr><td>regime_mc4</td><td>4 sources with three separated clusters each</td></tr>
 * <tr><td>regime_h4</td><td>4 sources, told by the signs of two oblique hyperplanes</td></tr>
 * <tr><td>regime_imb</td><td>4 sources with 70, 15, 10 and 5 % of the events</td></tr>
 * <tr><td>regime_loc</td><td>4 sources, one of which changes its concept after every 10,000
 * events</td></tr>
 * <tr><td>regime_rec</td><td>concepts A, B, C, taking turns of 5,000 events; the context tells
 * nothing</td></tr>
 * <tr><td>size_d10, size_d100, size_d1000</td><td>50 radial basis functions that stay, 2 classes,
 * with 10, 100 or 1,000 numeric attributes: cost against the number of attributes</td></tr>
 * <tr><td>size_k2, size_k10, size_k100</td><td>radial basis functions that stay, ten for each of 2,
 * 10 or 100 classes, 10 numeric attributes: cost against the number of classes</td></tr>
 * <tr><td>weather, covtype_50, outdoor, powersupply, kddcup99, flights</td><td>more data sets from
 * the data folder</td></tr>
 * </table>
 *
 * <p>Of 1,000,000 events, the abrupt drifts have their centres at 249,975, 499,975 and 749,975 and
 * width 50, the gradual ones at 225,000, 475,000 and 725,000 and width 50,000. For any other number
 * of events both scale in proportion, rounded, widths to at least 1. The periods of regime_loc and
 * regime_rec do not scale.
 */
public final class StreamCatalog {
  private static final Map<String, CataloguedStream> STREAMS = streams();

  private StreamCatalog() {}

  private static Map<String, CataloguedStream> streams() {
    Map<String, CataloguedStream> streams = new LinkedHashMap<>();
    for (List<CataloguedStream> part :
        List.of(
            PaperStreams.catalogue(),
            DataSetStreams.ofThePaper(),
            ClassicStreams.catalogue(),
            RegimeStreams.catalogue(),
            SizeStreams.catalogue(),
            DataSetStreams.others())) {
      part.forEach(stream -> streams.put(stream.name(), stream));
    }
    return Collections.unmodifiableMap(streams);
  }

  /** All names, in the order of the tables of results. */
  public static List<String> names() {
    return List.copyOf(STREAMS.keySet());
  }

  /**
   * What a stream is. Its file need not be there.
   *
   * @param name one of {@link #names}
   * @throws IllegalArgumentException on an unknown name, naming the known ones
   */
  public static StreamDescription describe(String name) {
    return known(name).description();
  }

  /**
   * Opens a stream at its first event.
   *
   * @param name one of {@link #names}
   * @param events how many events the stream has, 1 to 2^31-1; a file has at most its rows
   * @param seed of everything random in a generator; files ignore it
   * @throws IllegalArgumentException on an unknown name, naming the known ones, or a number of
   *     events outside the range
   * @throws UncheckedIOException when a stream's file cannot be found or read, naming it
   */
  public static LabeledStream open(String name, long events, long seed) {
    CataloguedStream stream = known(name);
    if (events < 1 || events > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "events must lie between 1 and %d, got %d".formatted(Integer.MAX_VALUE, events));
    }
    try {
      return stream.open(events, seed);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static CataloguedStream known(String name) {
    CataloguedStream stream = STREAMS.get(name);
    if (stream == null) {
      throw new IllegalArgumentException(
          "no stream is called '%s'; known are %s".formatted(name, String.join(", ", names())));
    }
    return stream;
  }
}
