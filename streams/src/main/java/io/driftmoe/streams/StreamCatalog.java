// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

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
 * <tr><td>regime_k5</td><td>regime_s4s with 5 classes, each a fifth of the events</td></tr>
 * <tr><td>regime_inc</td><td>regime_s4s with 2 classes at first and one more with every eighth of
 * the stream, up to 8: an appearing class is cut off an older one, which had its events
 * before</td></tr>
 * <tr><td>regime_skew</td><td>regime_s4s with 3 classes, 90, 8 and 2 % of each source's
 * events</td></tr>
 * <tr><td>regime_rec8</td><td>8 concepts, taking turns of 2,500 events; the context tells
 * nothing</td></tr>
 * <tr><td>causal</td><td>one source with a memory: features cause each other, now or some events
 * later, and the class (3 classes; hour, mode of 4 values, 9 numeric causes, one numeric effect of
 * the class); daily and weekly seasons; values missing by chance, while another is high, for a time
 * on end, or because of themselves; mechanisms and class move from one concept to the next within
 * every 10,000 events</td></tr>
 * <tr><td>causal_a</td><td>the same with three sharp drifts that cut it into quarters: of the
 * class, of the features, of both</td></tr>
 * <tr><td>size_d10, size_d100, size_d1000, size_d10000</td><td>50 radial basis functions that stay,
 * 2 classes, with 10 to 10,000 numeric attributes: cost against the number of attributes</td></tr>
 * <tr><td>size_k2, size_k10, size_k100, size_k1000</td><td>radial basis functions that stay, ten for
 * each of 2 to 1,000 classes, 10 numeric attributes: cost against the number of classes</td></tr>
 * <tr><td>weather, covtype_50, outdoor, powersupply, kddcup99, flights</td><td>more data sets from
 * the data folder</td></tr>
 * <tr><td>melbourne_pedestrians, five_cities_pm25, toulouse_bikes, hotel_bookings,
 * hotel_bookings_narrow, aus_weather, insects_gradual_balanced</td><td>data sets with a group
 * (sensor, city, station, hotel, place), seasons, or times at which each label became
 * known</td></tr>
 * </table>
 *
 * <p>Of 1,000,000 events, the abrupt drifts have their centres at 249,975, 499,975 and 749,975 and
 * width 50, the gradual ones at 225,000, 475,000 and 725,000 and width 50,000. For any other number
 * of events both scale in proportion, rounded, widths to at least 1. The periods of regime_loc,
 * regime_rec, regime_rec8 and causal do not scale, the eighths of regime_inc and the quarters of
 * causal_a do.
 *
 * <p>Of some streams it is known which source each event comes from ({@link
 * StreamDescription#sources}): the regimes; flights, by hub or other airport at either end and by
 * six hours of the day; kddcup99, by the seven most frequent services and the rest. {@link
 * #openWithSources} tells it.
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
            CausalStreams.catalogue(),
            SizeStreams.catalogue(),
            DataSetStreams.others(),
            DataSetStreams.withGroups())) {
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
    return open(known(name), events, seed, false);
  }

  /**
   * Likewise, with the times of events and labels, for {@link LabeledStream#times()}.
   *
   * @throws IllegalArgumentException also when the description of the stream has no {@link
   *     StreamDescription#times()}, naming those that have some
   */
  public static LabeledStream openWithTimes(String name, long events, long seed) {
    CataloguedStream stream = known(name);
    requireTimes(stream);
    return open(stream, events, seed, true);
  }

  private static LabeledStream open(
      CataloguedStream stream, long events, long seed, boolean timed) {
    requireEvents(events);
    try {
      return stream.open(events, seed, timed);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static void requireTimes(CataloguedStream stream) {
    if (stream.description().times().isEmpty()) {
      throw new IllegalArgumentException(
          "no times of labels are recorded for stream '%s'; those of %s are"
              .formatted(
                  stream.name(),
                  names().stream()
                      .filter(other -> describe(other).times().isPresent())
                      .collect(Collectors.joining(", "))));
    }
  }

  /**
   * Opens a stream at its first event and tells of each event which source it comes from: the same
   * events in the same order as {@link #open} gives, with one more numeric attribute a source
   * behind the others, called source0, source1 and so on. These are at least 0 and add up to 1.
   *
   * @param name one of {@link #names} whose description {@link StreamDescription#hasSources}
   * @param knowledge what is told
   * @param events how many events the stream has, 1 to 2^31-1; a file has at most its rows
   * @param seed of everything random in a generator; files ignore it
   * @throws IllegalArgumentException as {@link #open} does, and on a stream without known sources,
   *     naming those that have some
   * @throws UncheckedIOException when a stream's file cannot be found or read, naming it
   */
  public static LabeledStream openWithSources(
      String name, SourceKnowledge knowledge, long events, long seed) {
    return openWithSources(name, knowledge, events, seed, false);
  }

  /** Likewise, with the times of events and labels as {@link #openWithTimes} gives them. */
  public static LabeledStream openWithSourcesAndTimes(
      String name, SourceKnowledge knowledge, long events, long seed) {
    requireTimes(known(name));
    return openWithSources(name, knowledge, events, seed, true);
  }

  private static LabeledStream openWithSources(
      String name, SourceKnowledge knowledge, long events, long seed, boolean timed) {
    Objects.requireNonNull(knowledge, "knowledge");
    CataloguedStream stream = known(name);
    if (!stream.description().hasSources()) {
      throw new IllegalArgumentException(
          "the sources of stream '%s' are not known; those of %s are"
              .formatted(
                  name,
                  names().stream()
                      .filter(other -> describe(other).hasSources())
                      .collect(Collectors.joining(", "))));
    }
    requireEvents(events);
    try {
      return stream.openWithSources(knowledge, events, seed, timed);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static void requireEvents(long events) {
    if (events < 1 || events > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "events must lie between 1 and %s, got %s".formatted(Integer.MAX_VALUE, events));
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
