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
 * <p>With one seed all of them have the same concepts, as far as they have as many.
 */
final class RegimeStreams {
  /** Half the distance between the nearest clusters is three standard deviations. */
  private static final double SEPARATED = 6;

  /** About one context in eight lies nearer to another source's cluster. */
  private static final double OVERLAPPING = 2.8;

  private static final long CONCEPT_LIFE = 10_000;
  private static final long TURN = 5_000;
  private static final double[] UNEQUAL = {0.70, 0.15, 0.10, 0.05};

  private static final int CONTEXT_SEED = 0;
  private static final int CONCEPT_SEED = 1;
  private static final int EVENT_SEED = 2;

  private RegimeStreams() {}

  static List<CataloguedStream> catalogue() {
    return List.of(
        stationary(
            "regime_s4s",
            "4 sources, separated clusters of context",
            r -> new ClusterContext(equal(4), 1, SEPARATED, r)),
        stationary(
            "regime_s8s",
            "8 sources, separated clusters of context",
            r -> new ClusterContext(equal(8), 1, SEPARATED, r)),
        stationary(
            "regime_s4o",
            "4 sources, overlapping clusters of context",
            r -> new ClusterContext(equal(4), 1, OVERLAPPING, r)),
        stationary(
            "regime_s8o",
            "8 sources, overlapping clusters of context",
            r -> new ClusterContext(equal(8), 1, OVERLAPPING, r)),
        stationary(
            "regime_mc4",
            "4 sources, each with 3 separated clusters of context",
            r -> new ClusterContext(equal(4), 3, SEPARATED, r)),
        stationary(
            "regime_h4",
            "4 sources, told by the signs of two oblique hyperplanes",
            HyperplaneContext::new),
        stationary(
            "regime_imb",
            "4 sources with 70, 15, 10 and 5 % of the events, separated clusters of context",
            r -> new ClusterContext(UNEQUAL, 1, SEPARATED, r)),
        entry(
            "regime_loc",
            "4 sources, separated clusters of context; every 10,000 events one source's concept"
                + " changes",
            r -> new ClusterContext(equal(4), 1, SEPARATED, r),
            CONCEPT_LIFE,
            CONCEPT_LIFE),
        entry(
            "regime_rec",
            "concepts A, B, C, taking turns of 5,000 events; the context tells nothing",
            r -> RegimeContext.inTurn(3, TURN),
            Long.MAX_VALUE,
            TURN));
  }

  private static CataloguedStream stationary(
      String name, String sources, Function<SplitMix64, RegimeContext> context) {
    return entry(name, sources, context, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private static CataloguedStream entry(
      String name,
      String sources,
      Function<SplitMix64, RegimeContext> context,
      long conceptLife,
      long driftPeriod) {
    return CataloguedStream.generator(
        name,
        RegimeConcept.FEATURES + RegimeContext.FEATURES,
        2,
        sources + "; conflicting concepts, 5 % label noise",
        "own generator RegimeStream",
        (n, events, seed) -> {
          RegimeContext drawn = context.apply(Seeds.own(seed, CONTEXT_SEED));
          return new RegimeStream(
              n,
              drawn,
              new RegimeConcepts(drawn.sources(), Seeds.own(seed, CONCEPT_SEED)),
              conceptLife,
              Drifts.sharpEvery(driftPeriod, events),
              events,
              Seeds.own(seed, EVENT_SEED));
        });
  }

  private static double[] equal(int sources) {
    double[] shares = new double[sources];
    Arrays.fill(shares, 1.0 / sources);
    return shares;
  }
}
