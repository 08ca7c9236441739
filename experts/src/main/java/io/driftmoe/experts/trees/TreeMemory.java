// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import java.util.Arrays;

/**
 * Keeps a tree below its limit of bytes. Statistics are most of a tree, so leaves get them in order
 * of promise while there is room; the others keep class weights only.
 */
final class TreeMemory {
  /** Lessons after which leaves without statistics are compared with the others again. */
  private static final int REVIEW = 1_024;

  /** An active leaf's promise counts more: equal leaves must not replace each other in turns. */
  private static final double KEPT = 1.25;

  private final TreeNodes nodes;
  private final LeafLayout layout;
  private final double gracePeriod;
  private final long limit;
  private final long fixedBytes;
  private final long leafBytes;

  private int leaves;
  private int inactive;
  private long statisticsBytes;
  private long shapeBytes;
  private int sinceReview;

  TreeMemory(TreeNodes nodes, LeafLayout layout, HoeffdingTreeFactory options, long fixedBytes) {
    this.nodes = nodes;
    this.layout = layout;
    this.gracePeriod = options.gracePeriod();
    this.limit = options.maxBytes();
    this.fixedBytes = fixedBytes;
    this.leafBytes = Leaf.bytes(layout.classes);
  }

  int leaves() {
    return leaves;
  }

  int inactive() {
    return inactive;
  }

  int sinceReview() {
    return sinceReview;
  }

  /** Bytes that the tree holds. */
  long bytes() {
    return shapeBytes + statisticsBytes;
  }

  /** Those of them that are statistics. */
  long statisticsBytes() {
    return statisticsBytes;
  }

  /** Whether there is room for the shape after a split into this many branches. */
  boolean allows(int branches) {
    return shapeBytes(branches) <= limit - limit / 4;
  }

  private long shapeBytes(int more) {
    // a split keeps the class weights of the leaf it was
    return fixedBytes + nodes.bytes(nodes.size + more) + leafBytes * (nodes.size + more);
  }

  /** Counts a leaf that was added, or -1 for one that went. */
  void add(Leaf leaf, int sign) {
    leaves += sign;
    inactive += leaf.isActive() ? 0 : sign;
    statisticsBytes += sign * leaf.statisticsBytes;
    shapeBytes = shapeBytes(0);
  }

  /** Starts from what a snapshot says, once all leaves are added. */
  void restore(int lessonsSinceReview) {
    sinceReview = lessonsSinceReview;
  }

  /** Takes note that statistics take so many bytes more; the next lesson sees to the limit. */
  void grow(long grown) {
    statisticsBytes += grown;
  }

  /** Takes note of a lesson, after which the statistics of its leaf take so many bytes more. */
  void learned(long grown) {
    statisticsBytes += grown;
    if (inactive > 0) {
      sinceReview++;
    }
    if (bytes() > limit || sinceReview >= REVIEW) {
      sinceReview = 0;
      review();
    }
  }

  /** Gives seven eighths of what the shape leaves to the most promising leaves. */
  private void review() {
    long[] order = new long[leaves];
    int n = 0;
    for (int node = 0; node < nodes.size; node++) {
      Leaf leaf = nodes.leaf[node];
      if (leaf != null) {
        double promise = leaf.promise() * (leaf.isActive() ? KEPT : 1);
        // the bits of a float of at least 0 sort like the float; of equals, the older leaf is last
        order[n++] = (long) Float.floatToIntBits((float) promise) << 32 | nodes.size - node;
      }
    }
    Arrays.sort(order);
    long room = limit - limit / 8 - shapeBytes;
    for (int i = n - 1; i >= 0; i--) {
      Leaf leaf = nodes.leaf[nodes.size - (int) order[i]];
      long wanted = leaf.isActive() ? leaf.statisticsBytes : leaf.expectedBytes(layout);
      room = wanted <= room ? room - wanted : 0;
      set(leaf, room > 0);
    }
  }

  private void set(Leaf leaf, boolean active) {
    if (leaf.isActive() == active) {
      return;
    }
    add(leaf, -1);
    if (active) {
      leaf.reactivate(gracePeriod);
    } else {
      leaf.deactivate();
    }
    add(leaf, 1);
  }
}
