// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that holds networks, whose arithmetic may be done by another back end. */
public interface NetworkUser {

  /**
   * Sets what computes the networks. Results stay the same, within the tolerance of {@link
   * NetworkBackend}; it is no part of a snapshot.
   *
   * @param backend for predictions, and for training steps where there is no queue; null for plain
   *     Java
   * @param queue takes the training steps; a step is waited for before its network is used again.
   *     null to take each at once
   */
  void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue);

  /**
   * {@return the shapes of the training steps of its networks, each once; empty where there is
   * none}
   */
  List<NetworkShape> networkShapes();

  /**
   * {@return this part, or where it has no network at all a user that does nothing}
   *
   * @param part anything that may have networks; null has none
   */
  static NetworkUser of(@Nullable Object part) {
    return part instanceof NetworkUser user ? user : NoNetworks.INSTANCE;
  }

  /**
   * {@return the shapes of all these parts, each once}
   *
   * @param parts of which each may have networks
   */
  static List<NetworkShape> shapesOf(Collection<?> parts) {
    return parts.stream().flatMap(part -> of(part).networkShapes().stream()).distinct().toList();
  }
}
