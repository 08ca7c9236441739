// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.List;

/** Stands for whatever has no network. */
enum NoNetworks implements NetworkUser {
  /** There is one. */
  INSTANCE;

  @Override
  public void computeWith(NetworkBackend backend, StepQueue queue) {}

  @Override
  public List<NetworkShape> networkShapes() {
    return List.of();
  }
}
