// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.TreeInput;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where members of an ensemble come from; trees share one input, so that it is read once. */
public final class MemberSource {
  private final ExpertFactory factory;
  private final StreamSchema schema;

  /** Null unless the members are trees. */
  private final @Nullable TreeInput input;

  // What computes the networks of members, as for a NetworkUser.
  private @Nullable NetworkBackend backend;
  private @Nullable StepQueue queue;

  public MemberSource(ExpertFactory factory, StreamSchema schema) {
    this.factory = factory;
    this.schema = schema;
    this.input = factory instanceof HoeffdingTreeFactory ? new TreeInput(new Domain(schema)) : null;
  }

  /** Has the networks of members that are yet to come computed there. */
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    this.backend = backend;
    this.queue = queue;
  }

  public Expert create(long seed) {
    return computed(
        input == null
            ? factory.create(schema, seed)
            : ((HoeffdingTreeFactory) factory).tree(input, seed));
  }

  public Expert restore(DataInput in) throws IOException {
    return computed(
        input == null
            ? factory.restore(schema, in)
            : ((HoeffdingTreeFactory) factory).restoreTree(input, in));
  }

  private Expert computed(Expert member) {
    NetworkUser.of(member).computeWith(backend, queue);
    return member;
  }
}
