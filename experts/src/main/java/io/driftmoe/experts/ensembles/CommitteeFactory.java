// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.gates.FixedShare;
import io.driftmoe.gates.FixedShareConfig;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes committees: several experts that all learn every event, whose distributions are pooled
 * linearly with {@link FixedShare} weights. Of routed specialists, for example, several that start
 * from other gates find other divisions of the stream, and together are better than the best.
 *
 * @param members what makes them, 1 to 64
 * @param mixing how their weights move
 * @param names of the members, one for each; null to call them by their positions. They change
 *     nothing but what is said of the members
 */
public record CommitteeFactory(
    List<ExpertFactory> members, FixedShareConfig mixing, @Nullable List<String> names)
    implements ExpertFactory {

  /**
   * Checks the ranges.
   *
   * @param members 1 to 64 factories, which may be of one kind or of several
   * @param mixing how the members' weights move
   * @param names as many as members, different, each a letter and at most 63 letters, digits, '_'
   *     and '-'; or null
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public CommitteeFactory {
    members = List.copyOf(members);
    Objects.requireNonNull(mixing, "mixing");
    if (members.isEmpty() || members.size() > 64) {
      throw new IllegalArgumentException("members must name 1 to 64, got " + members.size());
    }
    names = MemberNames.checked(names, members.size());
  }

  /**
   * Members that are called by their positions.
   *
   * @param members 1 to 64 factories, which may be of one kind or of several
   * @param mixing how the members' weights move
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public CommitteeFactory(List<ExpertFactory> members, FixedShareConfig mixing) {
    this(members, mixing, null);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return Committee.create(this, schema, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return Committee.restore(this, schema, in);
  }

  @Override
  public String memberName(int member) {
    return MemberNames.of(names, member);
  }
}
