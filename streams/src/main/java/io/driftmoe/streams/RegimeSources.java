// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.FeatureVector;
import java.util.Arrays;

/** The sources of the events of a {@link RegimeStream}. */
record RegimeSources(RegimeStream stream) implements EventSources {

  @Override
  public void tell(FeatureVector features, SourceKnowledge knowledge, double[] target) {
    switch (knowledge) {
      case TRUE_SOURCE -> {
        Arrays.fill(target, 0);
        target[stream.source()] = 1;
      }
      case POSTERIOR -> stream.posterior(target);
    }
  }
}
