// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.StreamSchema;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * What the experts of a mixture are called: the name that the configuration gives, else the kind
 * and the position, such as {@code forest 0}. Made as they are asked for, since there may be as
 * many as classes.
 */
final class ExpertNames extends AbstractList<String> implements RandomAccess {
  private final RoutingPolicy policy;
  private final DocumentCodec documents;
  private final @Nullable List<String> given;

  ExpertNames(Division division, StreamSchema schema, DocumentCodec documents) {
    this.policy = RoutingPolicy.of(division, schema);
    this.documents = documents;
    this.given = division instanceof Division.Data data ? data.names() : null;
  }

  @Override
  public String get(int expert) {
    String name = given == null ? "" : given.get(expert);
    return name.isEmpty() ? documents.kindOf(policy.factoryOf(expert)) + " " + expert : name;
  }

  @Override
  public int size() {
    return policy.experts();
  }

  /** What a member of an expert is called. */
  String ofMember(int expert, int member) {
    return policy.factoryOf(expert).memberName(member);
  }
}
