// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.baselines;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;

/**
 * Makes the baseline that predicts the label learned last, with probability 1. It wins where labels
 * come in runs, and loses that when they come late (kappa-temporal compares with it: Žliobaitė et
 * al., Evaluation methods and decision theory for classification of streaming data with temporal
 * dependence, Machine Learning 98, 2015).
 *
 * <p>Nothing here is random: the seed has no effect. Weights have none either.
 */
public record NoChangeFactory() implements ExpertFactory {

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new NoChange(new Domain(schema));
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return new NoChange(new Domain(schema)).readSnapshot(in);
  }
}
