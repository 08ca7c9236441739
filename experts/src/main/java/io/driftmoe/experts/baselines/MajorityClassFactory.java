// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.baselines;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;

/**
 * Makes the baseline that looks at no feature and predicts how often each class occurred: {@code
 * p_c = weight of class c / weight of all examples}. A learner that is no better than its most
 * probable class has learned nothing (kappa-M compares with it: Bifet et al., Efficient online
 * evaluation of big data stream classifiers, KDD 2015).
 *
 * <p>Nothing here is random: the seed has no effect.
 */
public record MajorityClassFactory() implements ExpertFactory {

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new MajorityClass(new Domain(schema));
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return new MajorityClass(new Domain(schema)).readSnapshot(in);
  }
}
