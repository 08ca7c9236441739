// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/**
 * Plain Java for the networks of one shape that one thread uses in turns: a {@link
 * NetworkArithmetic} made when the first of them needs it, since its scratch memory is larger than
 * a network, and given back while another back end computes. Not thread-safe.
 */
public final class SharedArithmetic {
  private @Nullable NetworkArithmetic made;

  NetworkArithmetic of(Mlp shape) {
    if (made == null) {
      made = new NetworkArithmetic(shape);
    }
    return made;
  }

  /** Gives the memory back until it is needed again. */
  void release() {
    made = null;
  }
}
