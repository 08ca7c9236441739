// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;

/** Where members of an ensemble come from; trees share one input, so that it is read once. */
final class MemberSource {
  private final ExpertFactory factory;
  private final StreamSchema schema;

  /** Null unless the members are trees. */
  private final TreeInput input;

  MemberSource(ExpertFactory factory, StreamSchema schema) {
    this.factory = factory;
    this.schema = schema;
    this.input = factory instanceof HoeffdingTreeFactory ? new TreeInput(new Domain(schema)) : null;
  }

  Expert create(long seed) {
    return input == null
        ? factory.create(schema, seed)
        : ((HoeffdingTreeFactory) factory).tree(input, seed);
  }

  Expert restore(DataInput in) throws IOException {
    return input == null
        ? factory.restore(schema, in)
        : ((HoeffdingTreeFactory) factory).restoreTree(input, in);
  }
}
