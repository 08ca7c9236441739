// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.ExpertFactory;
import java.io.DataInput;
import java.io.IOException;

/** Makes trees of which many can share one input, which then belongs to whoever holds them. */
public interface TreeFactory extends ExpertFactory {
  /**
   * Makes a fresh tree.
   *
   * @param input reads its examples; other trees may share it, and its owner observes and saves it
   * @param seed draws the attributes that leaves consider
   * @return a tree of one leaf
   */
  HoeffdingTree tree(TreeInput input, long seed);

  /**
   * Restores the tree in a snapshot.
   *
   * @param input reads its examples; other trees may share it
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored tree
   * @throws IOException when the bytes are truncated, of an unknown version or inconsistent
   */
  HoeffdingTree restoreTree(TreeInput input, DataInput in) throws IOException;
}
