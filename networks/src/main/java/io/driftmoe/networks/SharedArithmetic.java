// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/**
 * Plain Java for the networks of one shape that one thread uses in turns: a {@link
 * NetworkArithmetic}, or what does few rows sooner, made when the first of them needs it, since its
 * scratch memory is larger than a network, and given back while another back end computes. Not
 * thread-safe.
 */
public final class SharedArithmetic {
  private @Nullable NetworkArithmetic made;
  private @Nullable FewRows few;

  NetworkArithmetic of(Mlp shape) {
    if (made == null) {
      made = new NetworkArithmetic(shape);
    }
    return made;
  }

  /** For single rows, and steps on a few, without dropout. */
  FewRows few(Mlp shape) {
    if (few == null) {
      few = new FewRows(shape);
    }
    return few;
  }

  /** Gives the memory back until it is needed again. */
  void release() {
    made = null;
    few = null;
  }
}
