// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.FeatureVector;
import java.util.Arrays;

/** Sources that are a function of the features, so that both kinds of knowledge are the same. */
interface FeatureSources extends EventSources {

  /** The source, from 0. */
  int source(FeatureVector features);

  @Override
  default void tell(FeatureVector features, SourceKnowledge knowledge, double[] target) {
    Arrays.fill(target, 0);
    target[source(features)] = 1;
  }
}
