// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import java.util.stream.IntStream;

/** Which classes a {@link RegimeStream} has, and what label noise makes of one. */
interface RegimeClasses {

  /** How much of the cube each of a concept's regions has; there are as many as classes. */
  ClassShares shares();

  /**
   * The class before label noise; what the concept says, where all classes exist.
   *
   * @param region what the concept says
   * @param event counted from 0
   */
  default int label(int region, long event) {
    return region;
  }

  /** What an event gets for its class when noise strikes. */
  int noisy(int label, long event, SplitMix64 random);

  /** The classes by name. */
  default LabelSpace labels() {
    return new LabelSpace(IntStream.range(0, shares().size()).mapToObj(Integer::toString).toList());
  }

  /** As much of every class; noise gives one of the others, each as likely. */
  static RegimeClasses equal(int classes) {
    ClassShares shares = ClassShares.equal(classes);
    return new RegimeClasses() {
      @Override
      public ClassShares shares() {
        return shares;
      }

      @Override
      public int noisy(int label, long event, SplitMix64 random) {
        return another(label, classes, random);
      }
    };
  }

  /**
   * Classes of unequal shares. Noise draws a class by the shares, the same one at times: one drawn
   * from the others as if all were alike would be most of what a rare class has.
   */
  static RegimeClasses unequal(double... ofAll) {
    ClassShares shares = ClassShares.of(ofAll);
    return new RegimeClasses() {
      @Override
      public ClassShares shares() {
        return shares;
      }

      @Override
      public int noisy(int label, long event, SplitMix64 random) {
        return shares.draw(random);
      }
    };
  }

  /** One of the other classes below the bound; of two there is but one, which draws nothing. */
  static int another(int label, int bound, SplitMix64 random) {
    int further = bound == 2 ? 1 : 1 + (int) ((bound - 1) * random.nextDouble());
    return (label + further) % bound;
  }
}
