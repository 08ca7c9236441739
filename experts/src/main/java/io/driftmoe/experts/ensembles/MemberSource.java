// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.trees.TreeFactory;
import io.driftmoe.experts.trees.TreeInput;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
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

  /**
   * Makes members for the events of this schema.
   *
   * @param factory what the members are
   * @param schema of the events
   */
  public MemberSource(ExpertFactory factory, StreamSchema schema) {
    this.factory = factory;
    this.schema = schema;
    this.input = factory instanceof TreeFactory ? new TreeInput(new Domain(schema)) : null;
  }

  /**
   * Has the networks of members that are yet to come computed there.
   *
   * @param backend computes the networks; null for plain Java of their own
   * @param queue takes their training steps; null when each is computed at once
   */
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    this.backend = backend;
    this.queue = queue;
  }

  /**
   * {@return a member that has learned nothing}
   *
   * @param seed of everything random in it
   */
  public Expert create(long seed) {
    return computed(
        input == null ? factory.create(schema, seed) : ((TreeFactory) factory).tree(input, seed));
  }

  /**
   * {@return the member that a snapshot holds}
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are not those of such a member
   */
  public Expert restore(DataInput in) throws IOException {
    return computed(
        input == null
            ? factory.restore(schema, in)
            : ((TreeFactory) factory).restoreTree(input, in));
  }

  /**
   * Takes note of an example that members learned; to be called after each lesson.
   *
   * @param features the example
   */
  public void observe(FeatureVector features) {
    if (input != null) {
      input.observe(features);
    }
  }

  /**
   * Writes what the members share, without a version.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeTo(DataOutput out) throws IOException {
    if (input != null) {
      input.writeTo(out);
    }
  }

  /**
   * Replaces the state of this fresh source by what {@link #writeTo} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated or cannot be what members share
   */
  public void readFrom(DataInput in) throws IOException {
    if (input != null) {
      input.readFrom(in);
    }
  }

  /** Serves members that were saved before they shared a state. */
  public void continueOthers() {
    if (input != null) {
      input.continueOthers();
    }
  }

  /** What a member inside one of these is called. */
  String nameInside(int member) {
    return factory.memberName(member);
  }

  private Expert computed(Expert member) {
    NetworkUser.of(member).computeWith(backend, queue);
    return member;
  }
}
