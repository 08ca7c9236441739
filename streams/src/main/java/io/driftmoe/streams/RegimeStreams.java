// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The interleaved regimes: streams on which a router that sends each event to the right expert has
 * something to win.
 *
 * <p>With one seed all of those with as many classes have the same concepts, as far as they have as
 * many.
 */
final class RegimeStreams {
  /** Half the distance between the nearest clusters is three standard deviations. */
  private static final double SEPARATED = 6;

  /** About one context in eight lies nearer to another source's cluster. */
  private static final double OVERLAPPING = 2.8;

  private static final long FOR_EVER = Long.MAX_VALUE;
  private static final long CONCEPT_LIFE = 10_000;
  private static final long TURN = 5_000;
  private static final long SHORT_TURN = 2_500;
  private static final double[] UNEQUAL = {0.70, 0.15, 0.10, 0.05};
  private static final double[] SKEWED = {0.90, 0.08, 0.02};

  private static final int CONTEXT_SEED = 0;
  private static final int CONCEPT_SEED = 1;
  private static final int EVENT_SEED = 2;

  private RegimeStreams() {}

  static List<CataloguedStream> catalogue() {
    return List.of(
        twoClasses(
            "regime_s4s", 4, "4 sources, separated clusters of context", clusters(4, SEPARATED)),
        twoClasses(
            "regime_s8s", 8, "8 sources, separated clusters of context", clusters(8, SEPARATED)),
        twoClasses(
            "regime_s4o",
            4,
            "4 sources, overlapping clusters of context",
            clusters(4, OVERLAPPING)),
        twoClasses(
            "regime_s8o",
            8,
            "8 sources, overlapping clusters of context",
            clusters(8, OVERLAPPING)),
        twoClasses(
            "regime_mc4",
            4,
            "4 sources, each with 3 separated clusters of context",
            r -> new ClusterContext(equal(4), 3, SEPARATED, r)),
        twoClasses(
            "regime_h4",
            4,
            "4 sources, told by the signs of two oblique hyperplanes",
            HyperplaneContext::new),
        twoClasses(
            "regime_imb",
            4,
            "4 sources with 70, 15, 10 and 5 % of the events, separated clusters of context",
            r -> new ClusterContext(UNEQUAL, 1, SEPARATED, r)),
        changing(
            "regime_loc",
            4,
            "4 sources, separated clusters of context; every 10,000 events one source's concept"
                + " changes",
            clusters(4, SEPARATED),
            CONCEPT_LIFE,
            CONCEPT_LIFE),
        changing(
            "regime_rec",
            3,
            "concepts A, B, C, taking turns of 5,000 events; the context tells nothing",
            r -> RegimeContext.inTurn(3, TURN),
            FOR_EVER,
            TURN),
        entry(
            "regime_k5",
            4,
            5,
            "4 sources, separated clusters of context, 5 classes; conflicting concepts, 5 % label"
                + " noise",
            (n, events, seed) ->
                open(n, clusters(4, SEPARATED), RegimeClasses.equal(5), List.of(), events, seed)),
        entry(
            "regime_inc",
            4,
            8,
            "4 sources, separated clusters of context; 2 classes, and one more with every eighth"
                + " of the stream up to 8; conflicting concepts, 5 % label noise",
            (n, events, seed) -> {
              GrowingClasses classes = new GrowingClasses(events);
              return open(n, clusters(4, SEPARATED), classes, classes.appearances(), events, seed);
            }),
        entry(
            "regime_skew",
            4,
            3,
            "4 sources, separated clusters of context, 3 classes with 90, 8 and 2 % of each"
                + " source's events; conflicting concepts, 5 % of the labels drawn by these shares",
            (n, events, seed) ->
                open(
                    n,
                    clusters(4, SEPARATED),
                    RegimeClasses.unequal(SKEWED),
                    List.of(),
                    events,
                    seed)),
        changing(
            "regime_rec8",
            8,
            "8 concepts, taking turns of 2,500 events; the context tells nothing",
            r -> RegimeContext.inTurn(8, SHORT_TURN),
            FOR_EVER,
            SHORT_TURN));
  }

  private static CataloguedStream twoClasses(
      String name, int sources, String summary, Function<SplitMix64, RegimeContext> context) {
    return changing(name, sources, summary, context, FOR_EVER, FOR_EVER);
  }

  private static CataloguedStream changing(
      String name,
      int sources,
      String summary,
      Function<SplitMix64, RegimeContext> context,
      long conceptLife,
      long driftPeriod) {
    return entry(
        name,
        sources,
        2,
        summary + "; conflicting concepts, 5 % label noise",
        (n, events, seed) ->
            open(
                n,
                context,
                RegimeClasses.equal(2),
                conceptLife,
                Drifts.sharpEvery(driftPeriod, events),
                events,
                seed));
  }

  private static CataloguedStream entry(
      String name, int sources, int classes, String summary, CataloguedStream.Opener opener) {
    StreamDescription description =
        new StreamDescription(
            name,
            RegimeConcept.FEATURES + RegimeContext.FEATURES,
            classes,
            summary,
            "own generator RegimeStream",
            List.of(),
            sources);
    return new CataloguedStream(
        description, opener, stream -> new RegimeSources((RegimeStream) stream));
  }

  private static RegimeStream open(
      String name,
      Function<SplitMix64, RegimeContext> context,
      RegimeClasses classes,
      List<PlantedDrift> drifts,
      long events,
      long seed) {
    return open(name, context, classes, FOR_EVER, drifts, events, seed);
  }

  private static RegimeStream open(
      String name,
      Function<SplitMix64, RegimeContext> context,
      RegimeClasses classes,
      long conceptLife,
      List<PlantedDrift> drifts,
      long events,
      long seed) {
    RegimeContext drawn = context.apply(Seeds.own(seed, CONTEXT_SEED));
    SplitMix64 random = Seeds.own(seed, CONCEPT_SEED);
    return new RegimeStream(
        name,
        drawn,
        classes,
        new RegimeConcepts(drawn.sources(), classes.shares(), random),
        conceptLife,
        drifts,
        events,
        Seeds.own(seed, EVENT_SEED));
  }

  private static Function<SplitMix64, RegimeContext> clusters(int sources, double separation) {
    return r -> new ClusterContext(equal(sources), 1, separation, r);
  }

  private static double[] equal(int sources) {
    double[] shares = new double[sources];
    Arrays.fill(shares, 1.0 / sources);
    return shares;
  }
}
