// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands for whatever has no network. */
enum NoNetworks implements NetworkUser {
  /** There is one. */
  INSTANCE;

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {}

  @Override
  public List<NetworkShape> networkShapes() {
    return List.of();
  }
}
