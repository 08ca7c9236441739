// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.MemberRegion;
import io.driftmoe.core.MemberUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How much the experts of a mixture were used.
 *
 * @param version events that the mixture had learned
 * @param shares of these events that each expert learned, 0 to 1; not copied
 * @param specialistEvaluations specialists asked per learned event, of all experts that have some
 */
record ExpertUse(long version, double[] shares, double specialistEvaluations) {

  static ExpertUse of(ExpertPool pool, long version) {
    double[] shares = new double[pool.size()];
    if (version == 0) {
      return new ExpertUse(0, shares, 0);
    }
    for (int e = 0; e < shares.length; e++) {
      shares[e] = (double) pool.learned(e) / version;
    }
    long evaluations = 0;
    for (MemberUse member : specialists(pool)) {
      evaluations += member.evaluations();
    }
    return new ExpertUse(version, shares, (double) evaluations / version);
  }

  /** The specialists of all experts; each name begins with the position of its expert. */
  static List<MemberUse> specialists(ExpertPool pool) {
    List<MemberUse> use = new ArrayList<>();
    for (int e = 0; e < pool.size(); e++) {
      for (MemberUse member : pool.expert(e).memberUse()) {
        use.add(member.inside(Integer.toString(e)));
      }
    }
    return use;
  }

  /** The regions of the heaviest specialists of all experts, the heaviest first. */
  static List<ServedRegion> regions(ExpertPool pool, int most) {
    List<ServedRegion> regions = new ArrayList<>();
    for (int e = 0; e < pool.size(); e++) {
      for (MemberRegion member : pool.expert(e).memberRegions()) {
        regions.add(new ServedRegion(e, member.name(), member.weight(), member.region()));
      }
    }
    regions.sort(Comparator.comparingDouble(region -> -region.weight()));
    return List.copyOf(regions.subList(0, Math.min(most, regions.size())));
  }
}
