// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.TreeInput;
import java.io.DataInput;
import java.io.IOException;

/** Where members of an ensemble come from; trees share one input, so that it is read once. */
public final class MemberSource {
  private final ExpertFactory factory;
  private final StreamSchema schema;

  /** Null unless the members are trees. */
  private final TreeInput input;

  public MemberSource(ExpertFactory factory, StreamSchema schema) {
    this.factory = factory;
    this.schema = schema;
    this.input = factory instanceof HoeffdingTreeFactory ? new TreeInput(new Domain(schema)) : null;
  }

  public Expert create(long seed) {
    return input == null
        ? factory.create(schema, seed)
        : ((HoeffdingTreeFactory) factory).tree(input, seed);
  }

  public Expert restore(DataInput in) throws IOException {
    return input == null
        ? factory.restore(schema, in)
        : ((HoeffdingTreeFactory) factory).restoreTree(input, in);
  }
}
